"""The bounds of queries, as the environment and settings.toml set them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import armsgraph
from explorer.commands import serve
from graph.errors import UsageError
from graph.server import connect
from graph.settings import LIMITS, PREFIX, Bounds


def test_without_settings_the_defaults_hold(tmp_path: Path) -> None:
    assert Bounds.read({}, tmp_path / "settings.toml") == Bounds()
    assert all(low <= getattr(Bounds(), name) <= high for name, (low, high) in LIMITS.items())


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text("[query]\ntimeout = 2.5\nrows = 7\n[other]\nx = 1\n")
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path))
    monkeypatch.setenv(f"{PREFIX}ROWS", " 9 ")
    monkeypatch.setenv(f"{PREFIX}SIZE", "")  # as in a compose file with nothing behind the colon
    assert Bounds.read() == Bounds(timeout=2.5, rows=9)


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("TIMEOUT", "0", "a number from 0.1 to 3,600"),
        ("TIMEOUT", "nan", "a number from 0.1 to 3,600"),
        ("TIMEOUT", "inf", "a number from 0.1 to 3,600"),
        ("TIMEOUT", "30s", "a number from 0.1 to 3,600"),
        ("ROWS", "1e3", "a whole number from 1 to 100,000"),
        ("ROWS", "0", "a whole number from 1 to 100,000"),
        ("SIZE", "1001", "a whole number from 1 to 1,000"),
        ("MEMORY", "-1", "a whole number from 16"),
        ("CONCURRENT", "2.5", "a whole number from 1 to 100"),
        ("TOGETHER", "99", "a whole number from 1 to 16"),
    ],
)
def test_a_bad_value_names_variable_and_rule(name: str, text: str, rule: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"{PREFIX}{name} is '{text}'; it must be {rule}"):
        Bounds.read({PREFIX + name: text}, tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[query]\nrows = 'many'", r"rows in .*settings.toml is 'many'; it must be a whole number"),
        ("[query]\nrows = true", "rows in .* is 'True'"),
        ("[query]\ntime = 3", r"\[query\] may set timeout, rows, size, memory, concurrent, together, and nothing else"),
        ("query = 3", r"\[query\] may set"),
        ("[query", "can't be read"),
    ],
)
def test_a_bad_file_is_told(text: str, rule: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=rule):
        Bounds.read({}, file)


def test_the_explorer_says_so_before_anything_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}ROWS", "many")

    def start() -> None:
        raise AssertionError("the database was started")

    monkeypatch.setattr(connect, "open_store", start)
    for command in (armsgraph.demo, serve):
        result = CliRunner().invoke(command)
        assert isinstance(result.exception, UsageError)
        assert f"{PREFIX}ROWS is 'many'" in str(result.exception)


def test_every_bound_is_listed() -> None:
    lines = Bounds(rows=12_345).lines()
    assert len(lines) == len(LIMITS)
    assert any(line.startswith(f"{PREFIX}ROWS") and "12,345  rows of one answer" in line for line in lines)
