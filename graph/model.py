"""The words of the design as plain data: no driver types, nothing that talks to a database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = "armsgraph/1"
DISPUTED = ("contested", "denied")  # the stances of a line that somebody denies
INFERRED = "inferred"  # the stance of a line that nobody reports: it was concluded from other claims
# The stances of a claim that an entity is absent from a list: no denial, and no line is made of it (graph/listings.py).
NOT_LISTED, NOT_FOUND = "not listed", "not found"
ABSENCES = (NOT_LISTED, NOT_FOUND)
ABOUT = "about"  # what a file says of itself beside its data, which nothing is loaded from


@dataclass(frozen=True, slots=True)
class Source:
    """A dated document. `reliability` is the Admiralty letter A-F of the document itself."""

    id: str
    publisher: str
    title: str
    date: str = ""
    url: str = ""
    kind: str = ""
    language: str = ""
    reliability: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A node. `labels` run from the most general to the type itself; `aliases` come from claims."""

    id: str
    type: str
    labels: tuple[str, ...]
    name: str
    aliases: tuple[str, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """One source's statement.

    It says something about `subject`: a relationship to `object`, a quantity (`value`, or `low` and `high`, in
    `unit`, about `topic`), a text (`value`), or just what `summary` says. `stance` is "asserted" or "denied",
    or of a listing "not listed" (a source says so) or "not found" (somebody searched the edition that `detail` names);
    `asserted_by` is the entity that says so; dates are partial (graph/dates.py); `reliability` (A-F) and
    `credibility` (1-6) are the Admiralty grade. A list that no longer says so gives the claim a `withdrawn_on`, the
    edition that was the first without it, and `last_seen_on`, the last edition with it.

    `inferred_from` are the ids of the claims (with spaces between) from which `asserted_by` concludes this one: it is
    then no report, and nobody's word. `premise_sources` are the ids of those claims' sources; the loader fills them in.
    It fills in `quoting` too: "yes" where the document's own publisher says what it also quotes somebody else for.
    """

    id: str
    subject: str
    predicate: str
    stance: str
    source: str
    object: str | None = None
    topic: str | None = None
    low: float | None = None
    high: float | None = None
    value: float | str | None = None
    unit: str = ""
    detail: str = ""
    asserted_by: str = ""
    paragraph: str = ""
    reported_on: str = ""
    valid_from: str = ""
    valid_to: str = ""
    reliability: str = "F"
    credibility: str = "6"
    summary: str = ""
    last_seen_on: str = ""
    withdrawn_on: str = ""
    inferred_from: str = ""
    premise_sources: str = ""
    quoting: str = ""

    @property
    def is_inferred(self) -> bool:
        """Whether it was concluded from other claims, and reported by nobody."""
        return bool(self.inferred_from)

    @property
    def premises(self) -> list[str]:
        """The ids of the claims that it was concluded from."""
        return self.inferred_from.split()

    @property
    def sources(self) -> set[str]:
        """The ids of the sources without which it falls: its own, and those of what it was concluded from."""
        return {self.source, *self.premise_sources.split()}

    @property
    def grade(self) -> str:
        """The Admiralty grade, such as "B2"."""
        return f"{self.reliability}{self.credibility}"


@dataclass(frozen=True, slots=True)
class Relationship:
    """An edge, materialised from claims. `stance` is "asserted", "inferred", "contested" or "denied"."""

    id: str
    type: str
    source: str
    target: str
    claims: tuple[str, ...] = ()
    stance: str = "asserted"
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Path:
    """A walk, in its order: relationships[i] joins entities[i] and entities[i + 1], in either direction."""

    entities: tuple[Entity, ...]
    relationships: tuple[Relationship, ...] = ()


class Duration(str):
    """A length of time in ISO 8601, such as "P1Y2M": a text for machines, which database/values.py says in words."""

    __slots__ = ()


@dataclass(frozen=True)
class Subgraph:
    """Part of the graph with the evidence that carries it."""

    entities: tuple[Entity, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    claims: tuple[Claim, ...] = ()
    sources: tuple[Source, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The exchange format armsgraph/1: plain dictionaries in key order, ready for JSON."""
        return {
            "format": FORMAT,
            "entities": _to_plain(self.entities),
            "relationships": _to_plain(self.relationships),
            "claims": _to_plain(self.claims),
            "sources": _to_plain(self.sources),
        }


@dataclass(frozen=True)
class Table:
    """Rows of plain values under named columns, as graph/database/values.py's `cell` has them.

    `truncated` says that more rows were there than asked for.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    truncated: bool = False


def _to_plain(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [asdict(item) for item in sorted(items, key=lambda item: item.id)]
