"""What the canvas holds: the one truth of the page, and the steps that change it. All pure.

The browser keeps it in a `dcc.Store` as a dictionary; elements are made from it anew and never read back.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from explorer.state.filter import Filter
from graph.errors import ArmsgraphError
from graph.plurals import format_count

MAX_NODES = 1_000  # nodes: beyond it the browser's canvas stands still
SLOW_FROM = 500  # nodes: from here on it gets slow
MAX_ENTITIES = 3_000  # entities, those in stacks too
EXPANSION_SIZE = 40  # neighbours that one expansion adds
Point = tuple[float, float]


class CanvasFull(ArmsgraphError):
    """More entities than a browser can draw."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"That would put {count:,} entities on the canvas; it holds {MAX_NODES:,}. "
            "Remove some, stack alike leaves, or run a narrower query with “Replace the canvas”."
        )


@dataclass(frozen=True)
class Stack:
    """Alike leaves drawn as one: entities of one `type` that hang by `relationship` lines on one entity, `around`.

    The lines all run away from it (`outward`) or all towards it; where a type has no direction they are `outward`.
    """

    id: str
    around: str
    type: str
    relationship: str
    members: tuple[str, ...]
    outward: bool = True


@dataclass(frozen=True)
class Gap:
    """A link that a chain must have and that no claim fills, such as "no carrier known", drawn as a dashed box.

    `source` and `target` are the entities it stands between; one of them may be ''.
    """

    id: str
    text: str
    source: str = ""
    target: str = ""


@dataclass(frozen=True)
class Note:
    """A text of the analyst's own on the canvas; where it stands is in the canvas's positions."""

    id: str
    text: str


@dataclass(frozen=True)
class Emphasis:
    """What is picked out in the picture, and why: a path (`kind` "path") or what is new in a comparison ("new")."""

    kind: str = ""
    entities: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    weakest: str = ""  # the line of a path that is evidenced worst
    sentence: str = ""
    gone: tuple[str, ...] = ()  # entities and lines that only the other view of a comparison has


@dataclass(frozen=True)
class Canvas:
    """The entities shown, where they stand, and what is hidden. `name` is used for the names of files.

    `positions` also holds those of stacks, gaps and notes. `origin` says what made it, for the Cypher behind it:
    {"query": name, "parameters": {...}} or nothing. `fit` says whether the picture moves so that all of it is seen, or
    so that `extent` is (left, top, right, bottom in its own units) where there is one; an action starts without.
    `stamp` is new for every canvas that the server makes.
    """

    ids: tuple[str, ...] = ()
    positions: Mapping[str, Point] = field(default_factory=dict)
    layout: str = "hierarchy"
    title: str = ""
    name: str = "canvas"
    note: str = ""
    filter: Filter = field(default_factory=Filter)
    hidden: tuple[str, ...] = ()  # entities and lines hidden one by one
    pinned: tuple[str, ...] = ()
    stacks: tuple[Stack, ...] = ()
    merged: bool = False  # parallel lines drawn as one, with their number
    unlisted: bool = False  # what is on no list searched bears a mark
    gaps: tuple[Gap, ...] = ()
    notes: tuple[Note, ...] = ()
    emphasis: Emphasis = field(default_factory=Emphasis)
    size_by: str = ""
    colour_by: str = ""
    origin: Mapping[str, Any] = field(default_factory=dict)
    extent: tuple[float, ...] = ()
    fit: bool = True
    stamp: str = ""

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Self:
        """The canvas of a store. Raises ValueError, TypeError or KeyError for one that was tampered with."""
        values = {k: v for k, v in (stored or {}).items() if k in cls.__dataclass_fields__}
        for name in ("ids", "hidden", "pinned"):
            values[name] = tuple(map(str, values.get(name) or ()))
        filter_fields = Filter.__dataclass_fields__
        rule = {k: v for k, v in (values.get("filter") or {}).items() if k in filter_fields}
        values["filter"] = Filter(**_restore_tuples(rule))
        values["stacks"] = tuple(Stack(**{**s, "members": tuple(s["members"])}) for s in values.get("stacks") or ())
        values["gaps"] = tuple(Gap(**g) for g in values.get("gaps") or ())
        values["notes"] = tuple(Note(**n) for n in values.get("notes") or ())
        values["extent"] = tuple(map(float, values.get("extent") or ()))
        values["emphasis"] = Emphasis(**_restore_tuples(values.get("emphasis") or {}))
        values["positions"] = {str(i): (float(p[0]), float(p[1])) for i, p in (values.get("positions") or {}).items()}
        return cls(**values)

    def write(self) -> dict[str, Any]:
        """Plain values for a store."""
        return asdict(self)

    def holding(self, ids: Iterable[str]) -> Self:
        """With these entities too, where there is room for them. Raises CanvasFull."""
        every = tuple(dict.fromkeys((*self.ids, *ids)))
        inside = {m for s in self.stacks for m in s.members} & set(every)
        nodes = len(every) - len(inside) + len(self.stacks)
        if nodes > MAX_NODES or len(every) > MAX_ENTITIES:
            raise CanvasFull(nodes if nodes > MAX_NODES else len(every))
        return replace(self, ids=every)

    def with_visible(self, ids: Collection[str]) -> Self:
        """With these entities and lines neither hidden one by one nor in a stack."""
        stacks = [replace(s, members=tuple(m for m in s.members if m not in ids)) for s in self.stacks]
        return replace(
            self,
            hidden=tuple(i for i in self.hidden if i not in ids),
            stacks=tuple(s for s in stacks if len(s.members) > 1),
        )

    def placed(self, positions: Mapping[str, Point], *, fit: bool) -> Self:
        """With its nodes at these places; what is not named keeps its place."""
        return replace(self, positions={**self.positions, **positions}, fit=fit)

    def without(self, ids: Collection[str]) -> Self:
        """Without these entities, gaps and notes, and without what was said of them: their pins, stacks and gaps."""
        loose = ({g.id for g in self.gaps} | {n.id for n in self.notes}) & set(ids)
        gone = set(ids) & set(self.ids)
        left = tuple(i for i in self.ids if i not in gone)
        stacks = tuple(
            replace(s, members=tuple(m for m in s.members if m not in gone))
            for s in self.stacks
            if s.around not in gone
        )
        note = f"Removed {format_count(len(gone), 'entity', 'entities')} from the canvas; the data is untouched."
        return replace(
            self,
            ids=left,
            positions={i: p for i, p in self.positions.items() if i not in gone | loose},
            hidden=tuple(i for i in self.hidden if i not in gone),
            pinned=tuple(i for i in self.pinned if i not in gone),
            stacks=tuple(s for s in stacks if len(s.members) > 1),
            gaps=tuple(g for g in self.gaps if not {g.id, g.source, g.target} & (gone | loose)),
            notes=tuple(n for n in self.notes if n.id not in loose),
            note=note if gone else self.note,
            fit=False,
        )

    def filtered(self, chosen: Filter) -> Self:
        """With another filter."""
        return replace(self, filter=chosen, fit=False)

    def with_all_visible(self) -> Self:
        """With nothing hidden, neither by a rule nor one by one."""
        return replace(self, filter=Filter(clock=self.filter.clock), hidden=(), fit=False)


def _restore_tuples(stored: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has lists where a canvas has tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()}


def describe_crowding(count: int) -> str:
    """A warning for a canvas that gets slow; '' while it does not."""
    if count < SLOW_FROM:
        return ""
    return (
        f"{count:,} nodes: the picture gets slow, and at {MAX_NODES:,} it is full. "
        "Stack alike leaves, hide or remove what you don’t need."
    )
