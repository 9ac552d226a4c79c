"""A click without a browser: what the page would post to the explorer, the values that it sets, and what it read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dash

from graph.database.store import Statement, record_statements


@dataclass(frozen=True)
class Reply:
    """The values that a callback has set, as {"id.property": value}, and the statements it read with."""

    values: Mapping[str, Any]
    statements: tuple[Statement, ...]

    @property
    def repeated(self) -> list[str]:
        """The texts of statements that ran more than once with the same parameters."""
        runs = [(s.text, json.dumps(s.parameters, sort_keys=True, default=str)) for s in self.statements]
        return [text for n, (text, parameters) in enumerate(runs) if (text, parameters) in runs[:n]]


def write_id(identity: str | Mapping[str, str]) -> str:
    """An id as Dash writes it."""
    return identity if isinstance(identity, str) else json.dumps(dict(identity), sort_keys=True, separators=(",", ":"))


def click(
    app: dash.Dash, identity: str | Mapping[str, str], prop: str, value: object, *, sets: str = "canvas", **states: Any
) -> Reply:
    """Calls the callback that a property triggers and that sets (among others) the data of a store.

    `states` are the values of the stores and controls it also takes, by their id with "_" for "-"; others are None.
    Of an id with ALL in it (written `["ALL"]`) the value is a list.
    """
    trigger = f"{write_id(identity)}.{prop}"
    (callback,) = [
        c
        for c in app.server.test_client().get("/_dash-dependencies").get_json()
        if any(f"{i['id']}.{i['property']}" == trigger for i in c["inputs"])
        and any(o.split("@")[0] == f"{sets}.data" for o in c["output"].strip(".").split("..."))
        and not c["clientside_function"]
    ]
    held = {**{name.replace("_", "-"): v for name, v in states.items()}, write_id(identity): value}
    outputs = [
        {"id": o.rpartition(".")[0], "property": o.rpartition(".")[2]}
        for o in callback["output"].strip(".").split("...")
    ]
    body = {
        "output": callback["output"],
        "changedPropIds": [trigger],
        "outputs": outputs if callback["output"].startswith("..") else outputs[0],
        "inputs": [_fill(i, held) for i in callback["inputs"]],
        "state": [_fill(s, held) for s in callback["state"]],
    }
    with record_statements() as statements:
        answer = app.server.test_client().post("/_dash-update-component", json=body)
    assert answer.status_code in (200, 204), answer.get_data(as_text=True)
    parts = (answer.get_json() or {}).get("response", {}) if answer.status_code == 200 else {}
    values = {f"{i}.{p}": v for i, props in parts.items() for p, v in props.items()}
    return Reply(values, tuple(statements))


def _fill(dependency: Mapping[str, str], held: Mapping[str, object]) -> Any:
    """An Input or State as the browser sends it, with its value."""
    value = held.get(dependency["id"])
    if '["ALL"]' not in dependency["id"]:
        return {**dependency, "value": value}
    pattern = json.loads(dependency["id"])
    return [
        {**dependency, "id": {k: str(n) if v == ["ALL"] else v for k, v in pattern.items()}, "value": v}
        for n, v in enumerate(value if isinstance(value, list) else [])
    ]
