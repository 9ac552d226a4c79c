"""What the command line exports: queries, saved views, the whole graph, and what two of these have in common or not.

A view, and a query as a picture, is the canvas that the explorer would show, and so gives the explorer's own file. A
query, or the whole graph, as data that can be loaded again (graph/formats/tables.py's EXCHANGE) is the answer itself.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from explorer.canvas import actions, rendered_view, view_actions
from explorer.export import build, formats, redaction
from explorer.export.build import ExportContext, ExportFile
from explorer.export.chart.build import REDACTED, build_chart_file, has_chart
from explorer.export.common import material as materials
from explorer.export.common.material import Material
from explorer.export.data import exchange
from explorer.export.formats import ExportOptions
from explorer.export.redaction import Profile
from explorer.filters import apply
from explorer.state.canvas import MAX_NODES, Canvas, CanvasFull
from explorer.state.filter import Filter
from graph.errors import UsageError
from graph.formats import tables
from graph.model import INFERRED, Subgraph
from graph.reading import browse
from graph.saved_queries import parameters as parameter_values
from graph.saved_queries.executor import QueryExecutor
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library
from graph.saved_queries.parameters import Parameter
from graph.saved_views.store import ViewStore

VIEW = "view:"  # before a name: a saved view is meant, not a saved query
MessageHandler = Callable[[str], None]


@dataclass(frozen=True)
class ExportRequest:
    """What to export: everything, or a query with its values, or views; and what to do with a second one.

    `operations` are "union", "intersection" or "difference" with the name of a query, or of a view after "view:".
    Without `inferred`, all that is concluded and not reported is left out.
    """

    everything: bool = False
    query: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    views: tuple[str, ...] = ()
    operations: Mapping[str, str] = field(default_factory=dict)
    inferred: bool = True


def run_export(
    context: ExportContext,
    wish: ExportRequest,
    choices: ExportOptions,
    *,
    profile: Profile | None = None,
    template: bytes | None = None,
    say: MessageHandler = print,
) -> ExportFile:
    """The file. Raises QueryError, DataError, UsageError and StoreError as its parts do."""
    if choices.format in tables.EXCHANGE and not (wish.views and not wish.operations):
        return _build_exchange_file(context, wish, choices, profile, say)
    if wish.everything or wish.operations:
        canvases = [_build_canvas(context, _read_subgraph(context, wish, say), wish)]
    elif wish.query:
        answer = _run_query(context, wish.query, wish.values, say)
        if has_chart(answer):
            if profile:
                raise UsageError(REDACTED)
            return build_chart_file(context, answer, choices, template=template)
        canvases = [actions.show_answer(context.store, context.ontology, Canvas(), answer, fresh=True).canvas]
    else:
        canvases = [_open_view(context, name, say) for name in wish.views]
    if not wish.inferred:
        canvases = [c.filtered(c.filter.toggle("stances", INFERRED, shown=False)) for c in canvases]
    return build.build_canvas_file(context, canvases, choices, profile=profile, template=template)


def find_entity_id(context: ExportContext, text: str) -> str:
    """The id of an entity by id or exact name. Raises QueryError that names near ones."""
    parameter = Parameter("entity", "entity", label="Entity")
    return str(
        parameter_values.bind(context.store, context.ontology, {"entity": parameter}, {"entity": text})["entity"]
    )


def _build_exchange_file(
    context: ExportContext, wish: ExportRequest, choices: ExportOptions, profile: Profile | None, say: MessageHandler
) -> ExportFile:
    """A subgraph as data that can be loaded again, with all that it rests on."""
    context.report("Reading the graph", 0.0)
    chosen = _read_subgraph(context, wish, say)
    subgraph = browse.complete_subgraph(context.store, chosen)
    subgraph = subgraph if wish.inferred else _drop_inferences(subgraph)
    removed = None
    if profile:
        held = {e.id for e in chosen.entities}
        inside, beside = (tuple(e for e in subgraph.entities if (e.id in held) is own) for own in (True, False))
        material = Material(
            context.ontology, Canvas(tuple(e.id for e in inside)), replace(subgraph, entities=inside), beside
        )
        changed, removed = redaction.apply_profile(material, profile, build.read_subjects(context, profile))
        subgraph = materials.select_shown(changed)
    form = formats.find_format(choices.format)
    about = _build_metadata(context, wish, subgraph, choices, redacted=removed is not None)
    data = exchange.render_subgraph(subgraph, choices.format, context.ontology, about)
    return build.build_data_file(form, data, "armsgraph", subgraph, removed)


def _drop_inferences(subgraph: Subgraph) -> Subgraph:
    hidden = Filter().toggle("stances", INFERRED, shown=False)
    lines = apply.filter_relationships(subgraph.relationships, subgraph.claims, hidden)
    return replace(subgraph, relationships=lines, claims=materials.filter_claims(subgraph.claims, hidden))


def _build_metadata(
    context: ExportContext, wish: ExportRequest, subgraph: Subgraph, choices: ExportOptions, *, redacted: bool
) -> dict[str, object]:
    """What the file says of itself; a redacted one keeps to itself what was asked for."""
    text = json.dumps(subgraph.as_dict(), sort_keys=True, default=list)
    contents = (
        {}
        if redacted
        else {
            "title": choices.title or _build_title(context, wish),
            "query": wish.query,
            "parameters": dict(wish.values),
            "editions": [e.as_row() for e in materials.read_editions(context.store, subgraph.claims)],
        }
    )
    return {
        **contents,
        "mark": choices.mark,
        "redacted": redacted,
        "made_on": choices.made_on,
        "content_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def _read_subgraph(context: ExportContext, wish: ExportRequest, say: MessageHandler) -> Subgraph:
    if wish.everything:
        subgraph = browse.read_whole_graph(context.store)
    elif wish.query:
        subgraph = _run_query(context, wish.query, wish.values, say).subgraph
    else:
        subgraph = _read_view_subgraph(context, wish.views[0], say)
    for operation, other in wish.operations.items():
        from graph.formats import algebra  # noqa: PLC0415 - py2neo takes half a second

        name = other.removeprefix(VIEW)
        second = (
            _read_view_subgraph(context, name, say) if other != name else _run_query(context, other, {}, say).subgraph
        )
        subgraph = algebra.combine(operation, subgraph, second)
    return subgraph


def _run_query(context: ExportContext, name: str, values: Mapping[str, str], say: MessageHandler) -> Answer:
    answer = QueryExecutor(context.store, context.ontology).run(name, values, user=context.user, via="command line")
    if answer.cut:
        say(f"{name}: {answer.cut_message}")
    return answer


def _read_view_subgraph(context: ExportContext, view: str, say: MessageHandler) -> Subgraph:
    """What a view shows, with its evidence."""
    return materials.select_shown(
        materials.gather(context.store, context.ontology, _open_view(context, view, say), user=context.user)
    )


def _open_view(context: ExportContext, view: str, say: MessageHandler) -> Canvas:
    """The canvas of a view, as the explorer opens it."""
    opened = view_actions.open_view(context.store, ViewStore().find(view))
    if opened.changes:
        say(f"{view}: {opened.changes}")
    return opened.canvas


def _build_canvas(context: ExportContext, subgraph: Subgraph, wish: ExportRequest) -> Canvas:
    """A canvas that shows a subgraph and nothing else: lines of the graph that are not part of it are hidden."""
    ids = tuple(e.id for e in subgraph.entities)
    if len(ids) > MAX_NODES:
        raise CanvasFull(len(ids))
    kept = {r.id for r in subgraph.relationships}
    view = rendered_view.read(context.store, context.ontology, Canvas(ids=ids, title=_build_title(context, wish)))
    if not wish.everything:
        hidden = tuple(r.id for r in view.whole.relationships if r.id not in kept)
        view = rendered_view.update(context.store, view, replace(view.canvas, hidden=hidden))
    return actions.arrange(view, view.canvas.layout).canvas


def _build_title(context: ExportContext, wish: ExportRequest) -> str:
    def named(name: str) -> str:
        return name.removeprefix(VIEW) if name.startswith(VIEW) else Library(context.user).find(name).title

    first = "Everything" if wish.everything else named(wish.query) if wish.query else wish.views[0]
    words = {"union": "with", "intersection": "and also in", "difference": "without"}
    return " ".join([first, *(f"{words[o]} “{named(other)}”" for o, other in wish.operations.items())])
