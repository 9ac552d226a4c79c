"""What a saved query may use up, from the environment; the defaults are safe for one small machine.

ARMSGRAPH_QUERY_TIMEOUT      seconds one query may run
ARMSGRAPH_QUERY_ROWS         rows of one answer
ARMSGRAPH_QUERY_SIZE         megabytes of one answer
ARMSGRAPH_QUERY_MEMORY       megabytes one query may hold on the local server
ARMSGRAPH_QUERY_CONCURRENT   queries one user may run at once
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from graph.errors import UsageError

PREFIX = "ARMSGRAPH_QUERY_"
_LIMITS = {"timeout": (0.1, 3600), "rows": (1, 100_000), "size": (1, 1_000), "memory": (16, 100_000),
           "concurrent": (1, 100)}  # fmt: skip


@dataclass(frozen=True)
class Bounds:
    """The bounds of a run: `timeout` in seconds, `size` (of the answer) and `memory` (of the server) in megabytes."""

    timeout: float = 30.0
    rows: int = 1_000
    size: int = 32
    memory: int = 256
    concurrent: int = 2

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The bounds that the environment sets. Raises UsageError that names the variable and its limits."""
        given = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            if not (text := environment.get(name, "").strip()):
                continue
            low, high = _LIMITS[field.name]
            try:
                value = float(text) if field.type is float else int(text)
            except ValueError as error:
                raise UsageError(f"{name} is {text!r}; it must be a number from {low} to {high:,}") from error
            if not low <= value <= high:
                raise UsageError(f"{name} is {text}; it must lie between {low} and {high:,}")
            given[field.name] = value
        return cls(**given)  # type: ignore[arg-type]
