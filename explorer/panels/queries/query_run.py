"""The run of a saved query: with which values, where its answer goes, and what is said of it."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict
from uuid import uuid4

import dash
from dash import NoUpdate, no_update
from dash.development.base_component import Component

from explorer.answers import answer_store
from explorer.canvas import actions
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.user import get_user
from explorer.overlays import highlight
from explorer.panels.queries import answers, query_list
from explorer.panels.queries.query_form import parse_values, validate_values
from explorer.state.canvas import Canvas, CanvasFull
from graph.errors import JobsBusy, QueryError
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library


class ChosenQuery(TypedDict):
    """The store CHOSEN: the query in the form, with the values that it is to be filled with."""

    name: str
    given: dict[str, object]
    at: NotRequired[str]


class RunRequest(TypedDict):
    """The store WISH: the run that the page asked for, under an id by which it can be cancelled."""

    id: str


def run_query(
    context: Context,
    canvas: Canvas,
    request: RunRequest | None,
    chosen: ChosenQuery | None,
    mode: str,
    picked: Sequence[object],
    typed: Sequence[object],
    picker_ids: Sequence[dict[str, str]],
    field_ids: Sequence[dict[str, str]],
) -> tuple[Canvas | object | None, ...]:
    """Runs the chosen query with what the form holds, if it can be: else each field says what is wrong with its value.

    Returns the next canvas or None, the values of `answers.build_outputs`, what is said of the run, and a mark that it
    ended. Raises StoreError, and QueryError for a query that is not there.
    """
    query = Library(get_user()).find(str(chosen["name"]) if chosen else "")
    ids = (*picker_ids, *field_ids)
    values = parse_values(query, {k["name"]: v for k, v in zip(ids, (*picked, *typed), strict=True)})
    faults = validate_values(context.store, context.ontology, query, values)
    for identity in ids:
        dash.set_props(identity, {"error": faults.get(identity["name"], "")})
    if faults:
        return None, *(no_update,) * len(answers.CLOSED), [], no_update
    run_id = str(request["id"]) if request else ""
    try:
        answer = context.runs.run(query, values, user=get_user(), via="app", run_id=run_id)
    except (QueryError, JobsBusy) as error:
        return None, *answers.CLOSED, query_list.render_failure(error), uuid4().hex
    changed, words, window = _place_answer(context, canvas, answer, mode)
    return changed, *(window or answers.CLOSED), words, uuid4().hex


def cancel_run(context: Context, clicks: int | None, request: RunRequest | None) -> NoUpdate:
    """Ends the run that the page asked for, if it still runs."""
    if clicks and request:
        context.runs.cancel(get_user(), str(request["id"]))
    return no_update


def render_highlight(view: RenderedView) -> tuple[Component]:
    """What of an answer is picked out on the canvas."""
    return (query_list.render_highlight(view.canvas.emphasis),)


def end_highlight(_: Context, canvas: Canvas, event: object) -> Canvas | None:
    """The canvas with nothing of an answer picked out; None where nothing is."""
    return highlight.clear_highlight(canvas) if event and canvas.emphasis.kind == highlight.KIND else None


def _place_answer(
    context: Context, canvas: Canvas, answer: Answer, mode: str
) -> tuple[RenderedView | None, list[Component], answers.AnswerWindow | None]:
    """The next canvas, what the panel says of the answer, and what the answer window shows, if it opens."""
    store, ontology = context.store, context.ontology
    key = context.answers.keep(answer, user=get_user())
    if not answer_store.is_picture(answer):
        window = answers.render_answer(context, answer, key=key) if answer.table.rows else None
        more = "The canvas stays as it is." if answer.query.result == "graph" else ""
        return None, query_list.render_run(answer, key, more), window
    if mode == "highlight":
        changed = actions.highlight_answer(store, ontology, canvas, answer)
        return changed, query_list.render_run(answer, key), None
    try:
        grown = actions.show_answer(store, ontology, canvas, answer, fresh=mode == "replace", layouts=context.layouts)
    except CanvasFull as full:
        return None, query_list.render_run(answer, key, str(full)), None
    counted = actions.count_additions(() if mode == "replace" else canvas.ids, grown, answer)
    return grown, query_list.render_run(answer, key, counted.words if mode == "add" else counted.beside_words), None
