"""What a saved query may use up. The defaults are safe for one small machine.

An environment variable wins over the same word under [query] in settings.toml, in the folder of the data:

ARMSGRAPH_QUERY_TIMEOUT      timeout      seconds one query may run (the server looks every 2 seconds)
ARMSGRAPH_QUERY_ROWS         rows         rows of one answer
ARMSGRAPH_QUERY_SIZE         size         megabytes of one answer, as the server sends it
ARMSGRAPH_QUERY_MEMORY       memory       megabytes one query may hold on the local server; one in NEO4J_URI has its own
ARMSGRAPH_QUERY_CONCURRENT   concurrent   queries one user may run at once
ARMSGRAPH_QUERY_TOGETHER     together     queries that may run at once in all (as many as processors, 2 to 4)
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from graph.errors import UsageError
from graph.home import find_home

PREFIX = "ARMSGRAPH_QUERY_"
FILE = "settings.toml"
LIMITS: Mapping[str, tuple[float, float]] = {
    "timeout": (0.1, 3600),
    "rows": (1, 100_000),
    "size": (1, 1_000),
    "memory": (16, 100_000),
    "concurrent": (1, 100),
    "together": (1, 16),  # the explorer has 32 threads (explorer/connections.py): pages must come while queries run
}


@dataclass(frozen=True)
class Bounds:
    """The bounds of a run: `timeout` in seconds, `size` (of the answer) and `memory` (of the server) in megabytes."""

    timeout: float = 30.0
    rows: int = 1_000
    size: int = 16
    memory: int = 256
    concurrent: int = 2
    # A local database shares the processors with us, and a slow query keeps one of them busy.
    together: int = max(2, min(4, os.cpu_count() or 2))

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, file: Path | None = None) -> Self:
        """The bounds that the environment and the file (settings.toml in the data's folder) set.

        Raises UsageError that names the variable, or the word in the file, and its limits.
        """
        entries = dict(_read_file(file or find_home() / FILE))
        for name in LIMITS:
            if text := environment.get(PREFIX + name.upper(), "").strip():
                entries[name] = (PREFIX + name.upper(), text)
        return cls(**{name: _validate(name, *entries[name]) for name in entries})  # type: ignore[arg-type] # whole numbers where LIMITS has such

    def lines(self) -> list[str]:
        """Every bound as a line of text: its name, its value and what it bounds."""
        words = {
            "timeout": "seconds one query may run",
            "rows": "rows of one answer",
            "size": "megabytes of one answer",
            "memory": "megabytes one query may hold on the local server",
            "concurrent": "queries one user may run at once",
            "together": "queries at once in all",
        }
        return [f"{PREFIX + f.name.upper():<27} {getattr(self, f.name):>8,g}  {words[f.name]}" for f in fields(self)]


def _read_file(file: Path) -> Iterator[tuple[str, tuple[str, Any]]]:
    """The bounds in a file: name, and where it stands with its value. A file that is not there sets nothing."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("query", {})
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} can't be read: {error}") from error
    if not isinstance(table, dict) or set(table) - set(LIMITS):
        raise UsageError(f"{file}: [query] may set {', '.join(LIMITS)}, and nothing else")
    for name, value in table.items():
        yield name, (f"{name} in {file}", value)


def _validate(name: str, where: str, value: Any) -> float:
    low, high = LIMITS[name]
    whole = name != "timeout"
    try:
        number = int(str(value)) if whole else float(str(value))
    except ValueError:
        number = float("nan")
    if not low <= number <= high:  # not true of nan, either
        kind = "a whole number" if whole else "a number"
        raise UsageError(f"{where} is {str(value)!r}; it must be {kind} from {low:,g} to {high:,g}")
    return number
