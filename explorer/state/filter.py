"""The filter of a canvas: what it asks for, and what is wrong with it. A view keeps it; filters/apply.py applies it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from graph import evidence
from graph.errors import ArmsgraphError
from graph.model import INFERRED, Claim

OTHER = "other"  # the chain of relationship types that the ontology does not know


STANCES = ("asserted", INFERRED, "contested", "denied")


CLOCKS = {"so": "When it was so", "known": "When it became known"}


HIDDEN = ("types", "chains", "relationships", "stances", "without")  # fields that name what is taken away


DATES = ("since", "until", "undated")


MAX_SPEAKERS = 20


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class FilterError(ArmsgraphError):
    """A rule that makes no sense."""


@dataclass(frozen=True)
class Filter:
    """What is hidden by a rule. Each field left as it is hides nothing.

    `types`, `chains`, `relationships` and `stances` are hidden, with the stance "inferred" every inference, also beside
    reports; `grade` is the worst Admiralty grade still shown;
    `speakers` the least number of independent speakers; `without` are sources whose claims don't count; `since` and
    `until` are days (YYYY-MM-DD) on the `clock`, a key of CLOCKS, and `undated` says whether lines that have no date
    there are shown all the same; `bare` hides entities that the rules leave without a line.

    Raises ValueError or TypeError for a value that no rule can have.
    """

    types: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    relationships: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    grade: str = ""
    speakers: int = 0
    without: tuple[str, ...] = ()
    clock: str = "so"
    since: str = ""
    until: str = ""
    undated: bool = True
    bare: bool = False

    def __post_init__(self) -> None:
        for name in HIDDEN:
            if not isinstance(getattr(self, name), tuple) or not all(isinstance(v, str) for v in getattr(self, name)):
                raise TypeError(f"{name} must be texts")
        for name in ("grade", "clock", "since", "until"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"{name} must be a text")
        if self.grade:
            evidence.rank_grade(self.grade)
        if isinstance(self.speakers, bool) or not 0 <= self.speakers <= MAX_SPEAKERS:
            raise ValueError(f"The number of speakers must be from 0 to {MAX_SPEAKERS}.")
        if self.clock not in CLOCKS:
            raise ValueError(f"There is no clock {self.clock!r}.")
        for day in (self.since, self.until):
            if day and not (_DAY.match(day) and date.fromisoformat(day)):
                raise ValueError(f"A day is written YYYY-MM-DD, not {day!r}.")
        if self.since and self.until and self.since > self.until:
            raise ValueError("The first day is after the last.")
        if not isinstance(self.undated, bool) or not isinstance(self.bare, bool):
            raise TypeError("undated and bare must be true or false")

    def toggle(self, kind: str, name: str, *, shown: bool) -> Self:
        """With one of `kind` (a name in HIDDEN) shown or hidden."""
        hidden = set(getattr(self, kind)) - {name} if shown else {*getattr(self, kind), name}
        changed: dict[str, Any] = {kind: tuple(sorted(hidden))}
        return replace(self, **changed)

    def changed(self, wish: Mapping[str, Any]) -> Self:
        """With what a control of the page says: {field: value}, or {"toggle": [kind, name, shown]}.

        Raises FilterError for values that make no sense.
        """
        try:
            if "toggle" in wish:
                kind, name, shown = wish["toggle"]
                if kind not in HIDDEN:
                    raise ValueError(f"There is no rule {kind!r}.")
                return self.toggle(kind, str(name), shown=bool(shown))
            fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in wish.items() if k in FIELDS}
            return replace(self, **fields)
        except (ValueError, TypeError, KeyError) as error:
            raise FilterError(str(error)) from error

    def only(self, *fields: str) -> Self:
        """With these fields alone in force."""
        return type(self)(**{name: getattr(self, name) for name in (*fields, "clock")})

    @property
    def dated(self) -> bool:
        """Whether days are in force, on either clock."""
        return bool(self.since or self.until)

    @property
    def needs_claims(self) -> bool:
        """Whether the claims of the lines are needed, because some may not count."""
        return bool(self.without) or self.clock == "known" or self.hides_inferences

    @property
    def hides_inferences(self) -> bool:
        """Whether what is concluded and not reported is hidden."""
        return INFERRED in self.stances

    def is_counted(self, claim: Claim) -> bool:
        """Whether a claim counts, whenever it became known: its sources do, and it is no inference that is hidden."""
        return claim.sources.isdisjoint(self.without) and not (claim.is_inferred and self.hides_inferences)

    @property
    def weighs(self) -> bool:
        """Whether it may let lines fall because of who says so, or when: entities left without any then step out."""
        return bool(self.without) or self.dated


FIELDS = frozenset(Filter.__dataclass_fields__)
