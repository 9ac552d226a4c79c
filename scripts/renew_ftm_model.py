"""Writes graph/formats/ftm_model.json: the FollowTheMoney model, reduced to what reading and writing its files needs.

FollowTheMoney is under the MIT licence, whose text the JSON carries, with the package's version. The package itself is
no dependency of ours (it needs PyICU, which has no wheels): install `followthemoney` somewhere and run this there.
"""

import json
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "graph" / "ftm_model.json"
# The names that our graph gives to states: FollowTheMoney's own look-up knows more than it lists.
OUR_NAMES = re.findall(r"name: ([^,{}]+), also", (ROOT / "loader" / "reference.yaml").read_text(encoding="utf-8"))
_SCHEMA = ("label", "extends", "schemata", "featured", "required", "caption", "abstract", "temporalExtent")
_PROPERTY = ("label", "type", "range", "reverse", "stub", "format", "maxLength")


def extract_schema(described: dict[str, Any]) -> dict[str, Any]:
    """A schema with its own properties only: what it inherits stands with its ancestors."""
    kept = {key: described[key] for key in _SCHEMA if key in described}
    if "edge" in described:
        kept["edge"] = [described["edge"]["source"], described["edge"]["target"]]
    kept["properties"] = {
        name: {key: prop[key] for key in _PROPERTY if key in prop}
        for name, prop in sorted(described["properties"].items())
    }
    return kept


def read_licence() -> str:
    """The text of the package's licence, which asks to go with every copy."""
    files = distribution("followthemoney").files or []
    return next(f for f in files if f.name == "LICENSE").read_text(encoding="utf-8").strip()


def build_model() -> dict[str, Any]:
    """The whole file. Raises ImportError where the package is not installed."""
    from followthemoney import model  # noqa: PLC0415 - only here: main() says how to mend its absence
    from followthemoney.types import registry  # noqa: PLC0415 - as above
    from rigour.territories import get_ftm_countries  # noqa: PLC0415 - as above

    described = model.to_dict()
    countries = {t.code: list(filter(None, (t.name, t.full_name))) for t in get_ftm_countries()}
    for name in OUR_NAMES:
        countries.get(registry.country.clean(name), []).append(name)
    return {
        "version": described["version"],
        "schemata": {name: extract_schema(value) for name, value in sorted(described["schemata"].items())},
        "countries": {code: list(dict.fromkeys(names)) for code, names in sorted(countries.items())},
        "topics": sorted(registry.topic.names),
        "languages": sorted(registry.language.names),
        "genders": sorted(registry.gender.names),
        "licence": read_licence(),
    }


def format_lines(value: dict[str, Any], depth: int = 0) -> str:
    """JSON with a line for each schema and country, so that a renewal can be read as a difference."""
    if depth == 2 or not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    inner = ",\n".join(f"{' ' * (depth + 1)}{json.dumps(k)}: {format_lines(v, depth + 1)}" for k, v in value.items())
    return f"{{\n{inner}\n{' ' * depth}}}"


def main() -> None:
    """Writes the file."""
    try:
        model = build_model()
    except ImportError as error:
        raise SystemExit(f"install the package followthemoney first, in an environment of its own: {error}") from error
    TARGET.write_text(format_lines(model) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
