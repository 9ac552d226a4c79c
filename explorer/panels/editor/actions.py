"""What the buttons of the editor do, on the server: open, check, run, save, delete, bring in and take out."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias, TypedDict
from uuid import uuid4

from dash import dcc
from dash.development.base_component import Component

from explorer.answers import answer_store
from explorer.canvas import actions
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.user import get_user
from explorer.panels.editor import messages
from explorer.query_editor import diagnostics
from explorer.query_editor.draft import Draft, DraftFields, add_row, build_name, remove_row
from explorer.state.canvas import Canvas
from graph.errors import JobsBusy, QueryError
from graph.saved_queries import bundle, queryfile
from graph.saved_queries.bundle import ImportResult
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library
from graph.saved_queries.queryfile import SavedQuery

EXPORT_FILE = "armsgraph-queries.zip"
Words: TypeAlias = Component | str


class EditorEvent(TypedDict, total=False):
    """What the browser says with a click (assets/editor/window.js): what to `do`, and what that needs.

    `draft` is the form as it stands, `opened` the query it is of, `kept` what the browser kept of changes to one, `run`
    the id of a run, `row` the number of a parameter, `key` that of a deletion. Nothing in it is trusted.
    """

    do: str
    name: str
    copy: bool
    draft: object
    opened: object
    kept: object
    run: str
    row: int
    key: str


class EditorState(TypedDict):
    """The store STATE: the query that the form is of, it as it is saved, the text to show (None: as it stands)."""

    opened: dict[str, str]
    draft: DraftFields
    body: str | None
    at: str


class Marks(TypedDict):
    """The store MARKS: findings for the text's margin, as `diagnostics.Diagnostic`."""

    found: list[dict[str, object]]
    at: str


@dataclass(frozen=True)
class EditorReply:
    """What the window shows next; what is None or '' stays as it is.

    `library` is a new value where saved queries changed, `file` one for `dcc.Download`.
    """

    state: EditorState | None = None
    draft: Draft | None = None
    words: Words | None = None
    marks: Marks | None = None
    library: str = ""
    file: dict[str, object] | None = None


@dataclass(frozen=True)
class RunResult:
    """What a run gave: the next canvas or None, an answer for the answer window or None, and words."""

    canvas: RenderedView | None
    answer: tuple[Answer, str] | None  # and the key it is kept under
    words: Words
    marks: Marks


@dataclass(frozen=True)
class EditorRequest:
    """What a button asks for: the draft as it stands, whose library, and what the browser says with it."""

    context: Context
    library: Library
    draft: Draft
    event: EditorEvent
    shelf: str

    @property
    def opened(self) -> Mapping[str, object]:
        """The saved query that the form is of; {} for a new one."""
        opened = self.event.get("opened")
        return opened if isinstance(opened, Mapping) else {}


def handle_request(context: Context, event: EditorEvent, shelf: str) -> EditorReply:
    """Does what a button asks for. Raises ArmsgraphError."""
    do, library = str(event.get("do")), Library(get_user())
    if do == "open":
        return open_query(library, event)
    if do not in _HANDLERS:
        raise QueryError(f"the editor can't do {do!r}")
    draft = Draft.read(event.get("draft"))
    try:
        return _HANDLERS[do](EditorRequest(context, library, draft, event, shelf))
    except QueryError as error:
        findings = (diagnostics.build_diagnostic(draft, error),)
        return EditorReply(words=messages.render_problems(findings), marks=build_marks(findings))


def _check_draft(request: EditorRequest) -> EditorReply:
    result = diagnostics.check(request.context.store, request.draft)
    return EditorReply(words=messages.render_check_result(result), marks=build_marks(result.findings))


def _restore_query(request: EditorRequest) -> EditorReply:
    query = request.library.restore(str(request.event.get("key")))
    return _show_query(query, messages.render_note(f"“{query.title}” is back."), library=True)


def _download_query(request: EditorRequest) -> EditorReply:
    query = request.draft.query()
    return EditorReply(file=dcc.send_string(query.text, f"{query.name}.cypher"))


def _cancel_run(request: EditorRequest) -> EditorReply:
    request.context.runs.cancel(get_user(), str(request.event.get("run")))
    return EditorReply()


def open_query(library: Library, event: EditorEvent) -> EditorReply:
    """Opens a query, a copy of one, or an empty form; `kept` is what the browser kept of changes to it."""
    name, kept = str(event.get("name") or ""), event.get("kept")
    query = None
    try:
        query = library.find(name) if name else None
    except QueryError:
        if not kept:
            raise
    if query is None:
        state = _build_state({}, Draft())
    elif event.get("copy") or query.shelf == "shipped":
        state = _build_state({"copied": query.title, "of": query.name}, _copy_query(library, query))
    else:
        state = _build_state(_build_origin(query), Draft.of(query))
    if not isinstance(kept, Mapping):
        return EditorReply(state, Draft.read(state["draft"]), "", build_marks(()))
    draft = Draft.read(kept.get("draft"))
    # What was opened then, so that what others saved since is not written over.
    before = kept.get("opened")
    if isinstance(before, Mapping) and before.get("name") and query:
        state["opened"] = {k: str(before.get(k) or "") for k in _KEYS}
    state["body"] = draft.body
    note = messages.render_note(
        f"These are your changes of {str(kept.get('when') or 'your last visit')[:40]}, which were not saved.",
        discard=True,
    )
    return EditorReply(state, draft, note, build_marks(()))


def save_draft(library: Library, draft: Draft, origin: Mapping[str, object], shelf: str) -> EditorReply:
    """Saves the draft over what was opened, or as a new query. Raises QueryError that names the rule broken.

    A query that others share is not taken from them: for oneself it is saved as a copy.
    """
    was, held, replaces = (str(origin.get(k) or "") for k in ("name", "shelf", "hash"))
    name = draft.get_or_build_name()
    text = replace(draft, name=name).query().text
    if was and held == "shared" and shelf == "personal":
        return copy_draft(library, draft, shelf)
    if was and was != name and library.find_free_name(name) != name:
        raise QueryError(f"there is a query {name} already; choose another name")
    query = library.save(was or name, text, held if was else shelf, replaces)
    if was and was != name:
        query = library.rename(was, name)
    if was and held != shelf:
        query = library.move(name, shelf)
    return _build_save_reply(query, draft)


def copy_draft(library: Library, draft: Draft, shelf: str) -> EditorReply:
    """Saves the draft as a new query, under a name that is free. Raises QueryError that names the rule broken."""
    name = library.find_free_name(draft.get_or_build_name())
    return _build_save_reply(library.save(name, replace(draft, name=name).query().text, shelf), draft)


def delete_query(library: Library, draft: Draft, origin: Mapping[str, object]) -> EditorReply:
    """Deletes what was opened; its text stays in the window, as one that is not saved."""
    key = library.delete(str(origin.get("name") or ""))
    note = messages.render_note(
        f"“{origin.get('title')}” was deleted. Its text stays here until you close the editor.", undo=key
    )
    return EditorReply(_build_state({}, Draft(), body=draft.body), draft, note, build_marks(()), uuid4().hex)


def open_file(name: str, contents: str) -> EditorReply:
    """A file as a new query that is not saved. Raises QueryError that names the rule broken."""
    stem = build_name(name.rsplit(".", 1)[0])
    try:
        text = _decode_upload(contents).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: not UTF-8 text") from error
    if not text.lstrip().startswith("//"):
        draft = Draft.read({"body": text})
        note = messages.render_note("The file has no header: give the query a title and say what it answers with.")
    else:
        draft, note = Draft.of(queryfile.parse(stem, text)), messages.render_note(f"{name} is open, and not saved yet.")
    return EditorReply(_build_state({}, Draft(), body=draft.body), draft, note, build_marks(()))


def import_files(library: Library, names: Sequence[str], contents: Sequence[str], shelf: str) -> EditorReply:
    """Saves queries of files and bundles on a shelf, and says what became of each."""
    taken: list[ImportResult] = []
    for name, one in zip(names, contents, strict=True):
        try:
            taken += bundle.import_queries(library, name, _decode_upload(one), shelf)
        except QueryError as error:
            taken.append(ImportResult(name, "refused", why=error.message))
    changed = uuid4().hex if any(t.outcome in ("added", "renamed") for t in taken) else ""
    return EditorReply(words=messages.render_import_report(taken, shelf), library=changed)


def export_queries(library: Library) -> EditorReply:
    """All queries that the user saved for themselves, as a bundle."""
    mine = [query for query in library.all().values() if query.shelf == "personal"]
    if not mine:
        return EditorReply(words=messages.render_note("You have not saved a query of your own yet."))
    return EditorReply(file=dcc.send_bytes(bundle.pack(mine), EXPORT_FILE))


def run_draft(context: Context, canvas: Canvas, event: EditorEvent, mode: str) -> RunResult:
    """Runs the draft as it stands. What is wrong with it is said in the window; a store's error is raised."""
    draft = Draft.read(event.get("draft"))
    try:
        query = draft.trial()
        answer = context.runs.run(query, draft.trials(), user=get_user(), via="app", run_id=str(event.get("run") or ""))
    except (QueryError, JobsBusy) as error:
        findings = (
            diagnostics.build_diagnostic(draft, error)
            if isinstance(error, QueryError)
            else diagnostics.Diagnostic(diagnostics.ERROR, str(error)),
        )
        return RunResult(None, None, messages.render_problems(findings), build_marks(findings))
    key = context.answers.keep(answer, user=get_user())
    if not answer_store.is_picture(answer):
        return RunResult(
            None, (answer, key) if answer.table.rows else None, messages.render_run(answer, key, ""), build_marks(())
        )
    store, ontology = context.store, context.ontology
    if mode == "highlight":
        changed = actions.highlight_answer(store, ontology, canvas, answer)
    else:
        changed = actions.show_answer(store, ontology, canvas, answer, fresh=mode == "replace", layouts=context.layouts)
    return RunResult(changed, None, messages.render_run(answer, key, _PLACEMENT_CAPTIONS[mode]), build_marks(()))


def build_marks(findings: Sequence[diagnostics.Diagnostic]) -> Marks:
    """Findings for the text's margin."""
    return {"found": [asdict(f) for f in findings], "at": uuid4().hex}


_HANDLERS: Mapping[str, Callable[[EditorRequest], EditorReply]] = {
    "check": _check_draft,
    "row-add": lambda request: EditorReply(draft=add_row(request.draft, str(request.event.get("name") or ""))),
    "row-remove": lambda request: EditorReply(draft=remove_row(request.draft, int(request.event.get("row") or 0))),
    "save": lambda request: save_draft(request.library, request.draft, request.opened, request.shelf),
    "copy": lambda request: copy_draft(request.library, request.draft, request.shelf),
    "delete": lambda request: delete_query(request.library, request.draft, request.opened),
    "restore": _restore_query,
    "download": _download_query,
    "export": lambda request: export_queries(request.library),
    "cancel": _cancel_run,
}
_PLACEMENT_CAPTIONS = {
    "replace": "The picture is on the canvas, behind this window.",
    "add": "It was added to the canvas, behind this window.",
    "highlight": "What the canvas holds of it is picked out, behind this window.",
}
_KEYS = ("name", "shelf", "hash", "title")


def _build_origin(query: SavedQuery) -> dict[str, str]:
    return {"name": query.name, "shelf": query.shelf, "hash": query.hash, "title": query.title}


def _build_save_reply(query: SavedQuery, draft: Draft) -> EditorReply:
    whose = "for you alone" if query.shelf == "personal" else "for everyone who uses this Armsgraph"
    note = messages.render_note(f"Saved as “{query.title}” ({query.name}), {whose}.")
    reply = _show_query(query, note, library=True, trials=draft)
    if reply.state:
        reply.state["body"] = None  # the text may have been written on meanwhile
    return reply


def _build_state(origin: Mapping[str, str], draft: Draft, body: str | None = None) -> EditorState:
    return {
        "opened": dict(origin),
        "draft": draft.write(),
        "body": draft.body if body is None else body,
        "at": uuid4().hex,
    }


def _show_query(query: SavedQuery, note: Words, *, library: bool, trials: Draft | None = None) -> EditorReply:
    draft = Draft.of(query)
    if trials:
        values = {row.name: row.trial for row in trials.parameters}
        draft = replace(draft, parameters=tuple(replace(r, trial=values.get(r.name, "")) for r in draft.parameters))
    return EditorReply(
        _build_state(_build_origin(query), draft), draft, note, build_marks(()), uuid4().hex if library else ""
    )


def _copy_query(library: Library, query: SavedQuery) -> Draft:
    return replace(Draft.of(query), name=library.find_free_name(query.name))


def _decode_upload(contents: str) -> bytes:
    try:
        return base64.b64decode(contents.partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise QueryError("the file did not arrive whole; choose it again") from error
