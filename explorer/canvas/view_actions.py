"""Saved views of the explorer: from a canvas to what is kept of it, and back, with what has changed since."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_origin, get_type_hints

from explorer.canvas import rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.overlays import chain_overlay
from explorer.state.canvas import Canvas
from graph import evidence
from graph.database.store import Store
from graph.errors import ArmsgraphError, DataError, QueryError
from graph.model import Subgraph
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.plurals import format_count
from graph.reading import browse
from graph.saved_views import viewfile
from graph.saved_views.viewfile import View

MAX_NAMED = 3  # of what is gone, so many are named


@dataclass(frozen=True)
class OpenedView:
    """A view as a canvas, with its entities and lines as they are now, and what has changed since ('' for nothing)."""

    canvas: Canvas
    whole: Subgraph
    changes: str


def build_view(store: Store, rendered: RenderedView, extent: Any = ()) -> View:
    """What is kept of a scene, with the part of it that was seen. Raises DataError for what no view may hold."""
    canvas = replace(rendered.canvas, extent=_parse_extent(extent)).write()
    viewfile.check_canvas(canvas)
    return View(
        canvas,
        names={e.id: e.name for e in rendered.whole.entities},
        lines={r.id: r.stance for r in rendered.whole.relationships},
        entities_shown=tuple(e.id for e in rendered.shown.entities),
        lines_shown=tuple(r.id for r in rendered.shown.relationships),
        database={"id": get_database_identity(store), **browse.count_records(store)},
    )


def open_view(store: Store, view: View, *, lines: bool = True) -> OpenedView:
    """A kept view as a canvas, without what is no longer in the database. Raises DataError.

    With `lines` it is told which lines have changed since, too: a view must know those that it had.
    """
    canvas = parse_canvas(view.canvas)
    now = browse.read_subgraph(store, canvas.ids)
    there = {e.id for e in now.entities}
    gone = [i for i in canvas.ids if i not in there]
    changes = describe_changes(view, now, gone, lines=lines)
    left = replace(canvas.without(gone), note=canvas.note) if gone else canvas
    note = f"{canvas.note} {changes}".strip() if changes else canvas.note
    return OpenedView(replace(left, note=note, fit=True), now, changes)


def show_view(store: Store, ontology: Ontology, opened: OpenedView) -> RenderedView:
    """An opened view, drawn; of its gaps those alone that no claim fills by now."""
    canvas = chain_overlay.drop_filled_gaps(store, ontology, opened.canvas)
    return rendered_view.complete(store, ontology, canvas, opened.whole)


def describe_changes(view: View, now: Subgraph, gone: Sequence[str], *, lines: bool = True) -> str:
    """What has changed since a view was saved, in a sentence; '' where nothing has. `gone` are entities."""
    changes = []
    if gone:
        names = ", ".join(view.names.get(i, i) for i in gone[:MAX_NAMED]) + (", …" if len(gone) > MAX_NAMED else "")
        changes.append(f"{format_count(len(gone), 'entity is', 'entities are')} no longer in the database ({names})")
    if lines:
        ontology = load_ontology()
        kept = {evidence.order_relationship_id(ontology, i): stance for i, stance in view.lines.items()}
        stances = {r.id: r.stance for r in now.relationships}
        fresh = len(set(stances) - set(kept))
        # What hung on an entity that is gone went with it.
        lost = sum(i not in stances and not _is_attached(i, gone) for i in kept)
        turned = sum(i in stances and stances[i] != stance for i, stance in kept.items())
        if fresh:
            changes.append(f"{format_count(fresh, 'line is', 'lines are')} new")
        if lost:
            changes.append(f"{format_count(lost, 'line is', 'lines are')} no longer there")
        if turned:
            changes.append(
                f"{format_count(turned, 'line is', 'lines are')} now contested, denied or asserted otherwise"
            )
    return f"Since this view was saved: {'; '.join(changes)}." if changes else ""


def parse_canvas(stored: Any) -> Canvas:
    """A canvas from a file, a link or the browser, none of which is trusted. Raises DataError, naming the field."""
    viewfile.check_canvas(stored)
    # The filter by itself, so that the message can name it.
    for where, part in (("canvas.filter", {k: stored[k] for k in ("filter",) if k in stored}), ("canvas", stored)):
        try:
            canvas = Canvas.read(part)
        except TypeError as error:
            raise DataError("has a field of a wrong kind", field=where) from error
        except (ValueError, KeyError, AttributeError, ArmsgraphError) as error:
            raise DataError(f"can’t be read: {error}", field=where) from error
    _check_types(canvas.filter, "canvas.filter")
    _check_types(canvas.emphasis, "canvas.emphasis")
    for name in ("stacks", "gaps", "notes"):
        for n, item in enumerate(getattr(canvas, name)):
            _check_types(item, f"canvas.{name}[{n}]")
    return replace(_order_line_ids(canvas), extent=_parse_extent(canvas.extent))


def _order_line_ids(canvas: Canvas) -> Canvas:
    """The canvas with the ids that lines have now (graph/evidence.py)."""
    ontology = load_ontology()

    def order(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(evidence.order_relationship_id(ontology, i) for i in ids)

    mark = canvas.emphasis
    weakest = evidence.order_relationship_id(ontology, mark.weakest)
    emphasis = replace(mark, lines=order(mark.lines), gone=order(mark.gone), weakest=weakest)
    return replace(canvas, hidden=order(canvas.hidden), emphasis=emphasis)


def get_database_identity(store: Store) -> str:
    """What tells one database from another, even where a local one is reached on another port each day."""
    try:
        identity = str(store.read("CALL db.info() YIELD id RETURN id")[0]["id"])
    except (QueryError, IndexError):
        identity = f"{store.address.uri}/{store.address.database}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def format_time(saved_at: str, minutes_west: Any = 0) -> str:
    """A time (ISO 8601) as people read it, on the clock of a browser so many minutes west of Greenwich."""
    try:
        west = max(-1_000, min(1_000, int(minutes_west or 0)))
        at = datetime.fromisoformat(saved_at).astimezone(UTC) - timedelta(minutes=west)
    except (ValueError, TypeError, OverflowError):
        return "at an unknown time"
    return f"{at.day} {at:%b %Y, %H:%M}"


def _check_types(value: Any, where: str) -> None:
    """Raises DataError where a field of a data class has not the type it is said to have."""
    types = get_type_hints(type(value))
    for field_ in fields(value):
        held, type_ = getattr(value, field_.name), get_origin(types[field_.name]) or types[field_.name]
        right = type(held) is type_ and (type_ is not tuple or all(isinstance(i, str) for i in held))
        if not right:
            raise DataError(
                "must be a list of texts" if type_ is tuple else f"must be like {type_()!r}",
                field=f"{where}.{field_.name}",
            )


def _parse_extent(sides: Any) -> tuple[float, ...]:
    """Left, top, right, bottom; nothing for what can't be seen."""
    try:
        left, top, right, bottom = map(float, sides)
    except (ValueError, TypeError):
        return ()
    return (left, top, right, bottom) if 0 < right - left < 1e7 and 0 < bottom - top < 1e7 else ()


def _is_attached(line: str, gone: Sequence[str]) -> bool:
    source, _, rest = line.partition("|")
    return source in gone or rest.partition("|")[2] in gone


def parse_kept_view(stored: Any) -> View:
    """The view of what the browser kept by itself: {"canvas", "names"}. Raises DataError."""
    if not isinstance(stored, Mapping):
        raise DataError("must be a group of fields")
    names = stored.get("names")
    viewfile.check_canvas(stored.get("canvas"))
    if not isinstance(names, Mapping) or not all(isinstance(n, str) for n in names.values()):
        names = {}
    return View(stored["canvas"], names)
