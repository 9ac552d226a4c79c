"""What the canvas holds: the one truth of the page, and the steps that change it. All pure.

The browser keeps it in a `dcc.Store` as a dictionary; elements are made from it anew and never read back.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from graph.errors import ArmsgraphError

MOST = 1_000  # entities: beyond it the browser's canvas stands still
MANY = 500  # entities: from here on it gets slow
BATCH = 40  # neighbours that one expansion adds
Point = tuple[float, float]


class CanvasFull(ArmsgraphError):
    """More entities than a browser can draw."""

    def __init__(self, asked: int) -> None:
        super().__init__(
            f"That would put {asked:,} entities on the canvas; it holds {MOST:,}. "
            "Remove some, or run a narrower query with “Replace the canvas”."
        )


@dataclass(frozen=True)
class Canvas:
    """The entities shown, where they stand, and what is hidden. `name` is used for the names of files.

    `fit` says whether the picture moves so that all of it is seen.
    """

    ids: tuple[str, ...] = ()
    positions: Mapping[str, Point] = field(default_factory=dict)
    layout: str = "hierarchy"
    title: str = ""
    name: str = "canvas"
    note: str = ""
    hidden_types: tuple[str, ...] = ()
    hidden_chains: tuple[str, ...] = ()
    fit: bool = True

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None, dragged: Mapping[str, Any] | None = None) -> Self:
        """The canvas of a store, its nodes where the analyst dragged them."""
        canvas = cls(**{k: v for k, v in (stored or {}).items() if k in cls.__dataclass_fields__})
        known = set(canvas.ids)
        positions = {**canvas.positions, **(dragged or {})}
        return replace(
            canvas,
            ids=tuple(canvas.ids),
            positions={i: (float(p[0]), float(p[1])) for i, p in positions.items() if i in known},
            hidden_types=tuple(canvas.hidden_types),
            hidden_chains=tuple(canvas.hidden_chains),
        )

    def write(self) -> dict[str, Any]:
        """Plain values for a store."""
        return asdict(self)

    def holding(self, ids: Iterable[str]) -> Self:
        """With these entities too, where there is room for them. Raises CanvasFull."""
        every = tuple(dict.fromkeys((*self.ids, *ids)))
        if len(every) > MOST:
            raise CanvasFull(len(every))
        return replace(self, ids=every)

    def placed(self, positions: Mapping[str, Point], *, fit: bool) -> Self:
        """With its nodes at these places."""
        return replace(self, positions=dict(positions), fit=fit)

    def without(self, ids: Collection[str]) -> Self:
        """Without these entities."""
        left = tuple(i for i in self.ids if i not in set(ids))
        gone = len(self.ids) - len(left)
        note = f"Removed {gone} {'entity' if gone == 1 else 'entities'} from the canvas; the data is untouched."
        return replace(self, ids=left, positions={i: self.positions[i] for i in left if i in self.positions},
                       note=note if gone else self.note, fit=False)  # fmt: skip

    def toggled(self, kind: str, name: str, *, shown: bool) -> Self:
        """With an entity type (kind "type") or a chain of relationships (kind "chain") shown or hidden."""
        key = "hidden_types" if kind == "type" else "hidden_chains"
        hidden = set(getattr(self, key)) - {name} if shown else {*getattr(self, key), name}
        changed: dict[str, Any] = {key: tuple(sorted(hidden))}
        return replace(self, **changed, fit=False)

    def revealed(self) -> Self:
        """With nothing hidden."""
        return replace(self, hidden_types=(), hidden_chains=(), fit=False)


def crowding(count: int) -> str:
    """A warning for a canvas that gets slow; '' while it does not."""
    if count < MANY:
        return ""
    return f"{count:,} entities: the picture gets slow, and at {MOST:,} it is full. Hide or remove what you don’t need."
