"""States and sanctions authorities: what lists refer to and none of them owns. They are loaded as shared items."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pycountry
import yaml

from graph import evidence, ontology
from graph.model import Entity

FILE = Path(__file__).with_name("reference.yaml")


@lru_cache(10_000)  # lists repeat few texts; a hostile file may hold many
def find_state(name: str) -> Entity | None:
    """The state of an ISO 3166 code (alpha-2 or alpha-3) or of an English name as lists write it; None where unknown.

    "Korea, North", "DPRK", "kp" and "PRK" are one state. A dependent territory with a code of its own counts as one.
    """
    code = _build_codes().get(_fold_name(name))
    return _build_states()[code] if code else None


@cache
def get_regime(regime_id: str, name: str = "", description: str = "") -> Entity:
    """A sanctions authority: one of reference.yaml, or with `name` one that a list brings."""
    entry = _load_file()["regimes"].get(regime_id, {"name": name, "description": description})
    properties = {k: v for k, v in entry.items() if k != "name" and v}
    if not entry["name"]:
        raise ValueError(f"there is no regime {regime_id} in {FILE.name}")
    type_ = ontology.load().get_type_by_role("authority")
    return Entity(regime_id, type_.name, type_.labels, entry["name"], properties=properties)


@cache
def _load_file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def _build_states() -> dict[str, Entity]:
    """By alpha-2 code."""
    own, type_ = _load_file()["states"], ontology.load().get_type_by_role("state")
    states = {}
    for code, name in [(c.alpha_2, getattr(c, "common_name", c.name)) for c in pycountry.countries] + [
        (code, entry["name"]) for code, entry in own.items()
    ]:
        entry = own.get(code, {"id": _build_slug(name), "name": name})
        properties = {"country": entry["name"]}
        states[code] = Entity(entry["id"], type_.name, type_.labels, entry["name"], properties=properties)
    return states


@cache
def _build_codes() -> dict[str, str]:
    """The code of every name and code that is known."""
    codes: dict[str, str] = {}
    for country in pycountry.countries:
        names = {
            country.alpha_2,
            country.alpha_3,
            country.name,
            getattr(country, "common_name", ""),
            getattr(country, "official_name", ""),
        }
        codes.update({_fold_name(name): country.alpha_2 for name in names if name})
    for code, entry in _load_file()["states"].items():
        codes.update({_fold_name(name): code for name in (code, entry["name"], *entry["also"])})
    return codes


def _fold_name(name: str) -> str:
    return evidence.fold(name).replace(",", "").replace(".", "")


def _build_slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", evidence.fold(name)).strip("-")
