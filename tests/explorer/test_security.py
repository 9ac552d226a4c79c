"""Who may talk to the explorer."""

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from explorer import serve
from explorer.app import build
from explorer.commands import serve as serve_command
from explorer.panels.page.database import DatabaseMonitor
from graph.errors import StoreUnavailable, UsageError
from graph.ontology import Ontology


def client(ontology: Ontology, **options: Any) -> Client:
    built = build(SimpleNamespace(), ontology, **options)
    return built.server.test_client()


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost", "LOCALHOST:9", "[::1]:8050", "desk.example:8050"])
def test_own_names_are_answered(ontology: Ontology, host: str) -> None:
    assert client(ontology, hosts=["desk.example"]).get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8050", "[::2]", "", "a b"])
def test_foreign_hosts_are_refused(ontology: Ontology, host: str) -> None:
    assert client(ontology).get("/", headers={"Host": host}).status_code in (400, 403)


def test_foreign_origins_are_refused(ontology: Ontology) -> None:
    ours = client(ontology)
    request = {"json": {}, "headers": {"Host": "127.0.0.1:8050", "Origin": "https://evil.example"}}
    assert ours.post("/_dash-update-component", **request).status_code == 403


def test_a_password_is_asked_for_everywhere(ontology: Ontology) -> None:
    ours = client(ontology, password="correct horse 말")
    for path in ("/", "/_dash-layout", "/assets/canvas.js"):
        refused = ours.get(path)
        assert refused.status_code == 401
        assert "Basic" in refused.headers["WWW-Authenticate"]
        assert ours.get(path, auth=("anyone", "wrong")).status_code == 401
        assert ours.get(path, auth=("anyone", "correct horse 말")).status_code == 200


def test_headers_forbid_foreign_code(ontology: Ontology) -> None:
    headers = client(ontology).get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "desk.example"])  # noqa: S104 - addresses that must be refused
def test_open_addresses_need_a_password(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARMSGRAPH_PASSWORD", raising=False)
    with pytest.raises(UsageError, match=r"lets other machines in.*ARMSGRAPH_PASSWORD.*--password-file"):
        serve.check(host, None)
    serve.check(host, "secret")
    result = CliRunner().invoke(serve_command, ["--host", host])
    assert isinstance(result.exception, UsageError)


def test_the_password_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret\n", encoding="utf-8")
    assert serve.read_password(file, "other") == "secret"
    assert serve.read_password(None, "other") == "other"
    assert serve.read_password(None, "") is None
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(UsageError, match="is empty"):
        serve.read_password(file, None)
    with pytest.raises(UsageError, match="can't be read"):
        serve.read_password(tmp_path / "none", None)


def test_a_busy_port(ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> None:
    built = build(SimpleNamespace(), ontology)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} is in use"):
            serve.bind(built, "127.0.0.1", port)
        monkeypatch.setattr(serve, "PORT", port)
        server, taken = serve.bind(built, "127.0.0.1", None)
        assert port < taken <= port + serve.MAX_PORTS_TRIED
        server.close()
        server.task_dispatcher.shutdown()


def test_the_pulse_says_what_it_finds() -> None:
    answers: list[Exception | str] = [StoreUnavailable("gone"), "2026"]

    def ping() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    pulse = DatabaseMonitor(SimpleNamespace(ping=ping))
    assert pulse.state() == {"up": False, "why": "gone"}
    assert pulse.state()["up"]
