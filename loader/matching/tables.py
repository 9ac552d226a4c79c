"""The word tables of tables.yaml, read once."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("tables.yaml")


@cache
def load_tables() -> dict[str, Any]:
    """Everything the file holds."""
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def load_words(name: str) -> frozenset[str]:
    """A table that is a list of words."""
    table = load_tables()[name]
    return frozenset(table.split() if isinstance(table, str) else table)
