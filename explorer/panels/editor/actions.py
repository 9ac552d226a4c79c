"""What the buttons of the editor do, on the server: open, check, run, save, delete, bring in and take out."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import uuid4

from dash import dcc

from explorer.answers import answer_store
from explorer.canvas import actions
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.user import get_user
from explorer.panels.editor import messages as words
from explorer.query_editor import diagnostics
from explorer.query_editor.draft import Draft, add_row, build_name, remove_row
from explorer.state.canvas import Canvas
from graph.errors import JobsBusy, QueryError
from graph.saved_queries import bundle, queryfile
from graph.saved_queries.bundle import ImportResult
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library
from graph.saved_queries.queryfile import SavedQuery

EXPORT_FILE = "armsgraph-queries.zip"


@dataclass(frozen=True)
class EditorReply:
    """What the window shows next; what is None or '' stays as it is.

    `state` is {"opened": the query that the form is of, "draft": it as it is saved, "body": the text to show or None,
    "at"}, `marks` a list of findings with "at", `library` a new value where saved queries changed.
    """

    state: dict[str, Any] | None = None
    draft: Draft | None = None
    said: Any = None
    marks: dict[str, Any] | None = None
    library: str = ""
    file: Any = None


@dataclass(frozen=True)
class RunResult:
    """What a run gave: the next canvas or None, an answer for the answer window or None, and words."""

    canvas: Canvas | None
    answer: tuple[Answer, str] | None  # and the key it is kept under
    said: Any
    marks: dict[str, Any]


@dataclass(frozen=True)
class EditorRequest:
    """What a button asks for: the draft as it stands, whose library, and what the browser told with it."""

    stage: CanvasCallbacks
    library: Library
    draft: Draft
    told: Mapping[str, Any]
    shelf: str

    @property
    def opened(self) -> Mapping[str, Any]:
        """The saved query that the form is of; {} for a new one."""
        given = self.told.get("opened")
        return given if isinstance(given, Mapping) else {}


def handle_request(stage: CanvasCallbacks, told: Mapping[str, Any], shelf: str) -> EditorReply:
    """Does what a button asks for. Raises ArmsgraphError."""
    do, library = str(told.get("do")), Library(get_user())
    if do == "open":
        return open_query(library, told)
    if do not in _HANDLERS:
        raise QueryError(f"the editor can't do {do!r}")
    draft = Draft.read(told.get("draft"))
    try:
        return _HANDLERS[do](EditorRequest(stage, library, draft, told, shelf))
    except QueryError as error:
        found = (diagnostics.build_diagnostic(draft, error),)
        return EditorReply(said=words.render_problems(found), marks=build_marks(found))


def _check_draft(wish: EditorRequest) -> EditorReply:
    found = diagnostics.check(wish.stage.store, wish.draft)
    return EditorReply(said=words.render_check_result(found), marks=build_marks(found.findings))


def _restore_query(wish: EditorRequest) -> EditorReply:
    query = wish.library.restore(str(wish.told.get("key")))
    return _show_query(query, words.render_note(f"“{query.title}” is back."), library=True)


def _download_query(wish: EditorRequest) -> EditorReply:
    query = wish.draft.query()
    return EditorReply(file=dcc.send_string(query.text, f"{query.name}.cypher"))


def _cancel_run(wish: EditorRequest) -> EditorReply:
    wish.stage.runs.cancel(get_user(), str(wish.told.get("run")))
    return EditorReply()


def open_query(library: Library, told: Mapping[str, Any]) -> EditorReply:
    """Opens a query, a copy of one, or an empty form; `kept` is what the browser kept of changes to it."""
    name, kept = str(told.get("name") or ""), told.get("kept")
    query = None
    try:
        query = library.find(name) if name else None
    except QueryError:
        if not kept:
            raise
    if query is None:
        state = _build_state({}, Draft())
    elif told.get("copy") or query.shelf == "shipped":
        state = _build_state({"copied": query.title, "of": query.name}, _copy_query(library, query))
    else:
        state = _build_state(_build_origin(query), Draft.of(query))
    if not isinstance(kept, Mapping):
        return EditorReply(state, Draft.read(state["draft"]), "", build_marks(()))
    draft = Draft.read(kept.get("draft"))
    # What was opened then, so that what others saved since is not written over.
    before = kept.get("opened")
    saved_then = isinstance(before, Mapping) and before.get("name") and query
    known = {k: str(before.get(k) or "") for k in _KEYS} if saved_then and before else {}
    state = {**state, "opened": known or state["opened"], "body": draft.body}
    said = words.render_note(
        f"These are your changes of {str(kept.get('when') or 'your last visit')[:40]}, which were not saved.",
        discard=True,
    )
    return EditorReply(state, draft, said, build_marks(()))


def save_draft(library: Library, draft: Draft, origin: Mapping[str, Any], shelf: str) -> EditorReply:
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


def delete_query(library: Library, draft: Draft, origin: Mapping[str, Any]) -> EditorReply:
    """Deletes what was opened; its text stays in the window, as one that is not saved."""
    key = library.delete(str(origin.get("name") or ""))
    said = words.render_note(
        f"“{origin.get('title')}” was deleted. Its text stays here until you close the editor.", undo=key
    )
    return EditorReply(_build_state({}, Draft(), body=draft.body), draft, said, build_marks(()), uuid4().hex)


def open_file(name: str, contents: str) -> EditorReply:
    """A file as a new query that is not saved. Raises QueryError that names the rule broken."""
    stem = build_name(name.rsplit(".", 1)[0])
    try:
        text = _decode_upload(contents).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: not UTF-8 text") from error
    if not text.lstrip().startswith("//"):
        draft = Draft.read({"body": text})
        said = words.render_note("The file has no header: give the query a title and say what it answers with.")
    else:
        draft, said = Draft.of(queryfile.parse(stem, text)), words.render_note(f"{name} is open, and not saved yet.")
    return EditorReply(_build_state({}, Draft(), body=draft.body), draft, said, build_marks(()))


def import_files(library: Library, names: Sequence[str], contents: Sequence[str], shelf: str) -> EditorReply:
    """Saves queries of files and bundles on a shelf, and says what became of each."""
    taken: list[ImportResult] = []
    for name, one in zip(names, contents, strict=True):
        try:
            taken += bundle.import_queries(library, name, _decode_upload(one), shelf)
        except QueryError as error:
            taken.append(ImportResult(name, "refused", why=error.message))
    changed = uuid4().hex if any(t.outcome in ("added", "renamed") for t in taken) else ""
    return EditorReply(said=words.render_import_report(taken, shelf), library=changed)


def export_queries(library: Library) -> EditorReply:
    """All queries that the user saved for themselves, as a bundle."""
    mine = [query for query in library.all().values() if query.shelf == "personal"]
    if not mine:
        return EditorReply(said=words.render_note("You have not saved a query of your own yet."))
    return EditorReply(file=dcc.send_bytes(bundle.pack(mine), EXPORT_FILE))


def run_draft(stage: CanvasCallbacks, canvas: Canvas, asked: Mapping[str, Any], how: str) -> RunResult:
    """Runs the draft as it stands. What is wrong with it is said in the window; a store's error is raised."""
    draft = Draft.read(asked.get("draft"))
    try:
        query = draft.trial()
        answer = stage.runs.run(query, draft.trials(), user=get_user(), via="app", run_id=str(asked.get("run") or ""))
    except (QueryError, JobsBusy) as error:
        found = (
            diagnostics.build_diagnostic(draft, error)
            if isinstance(error, QueryError)
            else diagnostics.Diagnostic(diagnostics.ERROR, str(error)),
        )
        return RunResult(None, None, words.render_problems(found), build_marks(found))
    key = stage.context.answers.keep(answer, user=get_user())
    if not answer_store.is_picture(answer):
        return RunResult(
            None, (answer, key) if answer.table.rows else None, words.render_run(answer, key, ""), build_marks(())
        )
    store, ontology = stage.store, stage.ontology
    if how == "highlight":
        changed = actions.highlight_answer(store, ontology, canvas, answer)
    else:
        changed = actions.show_answer(store, ontology, canvas, answer, fresh=how == "replace")
    return RunResult(changed, None, words.render_run(answer, key, _PLACEMENT_CAPTIONS[how]), build_marks(()))


def build_marks(findings: Sequence[diagnostics.Diagnostic]) -> dict[str, Any]:
    """Findings for the text's margin."""
    return {"found": [asdict(f) for f in findings], "at": uuid4().hex}


_HANDLERS: Mapping[str, Callable[[EditorRequest], EditorReply]] = {
    "check": _check_draft,
    "row-add": lambda wish: EditorReply(draft=add_row(wish.draft, str(wish.told.get("name") or ""))),
    "row-remove": lambda wish: EditorReply(draft=remove_row(wish.draft, int(wish.told.get("row") or 0))),
    "save": lambda wish: save_draft(wish.library, wish.draft, wish.opened, wish.shelf),
    "copy": lambda wish: copy_draft(wish.library, wish.draft, wish.shelf),
    "delete": lambda wish: delete_query(wish.library, wish.draft, wish.opened),
    "restore": _restore_query,
    "download": _download_query,
    "export": lambda wish: export_queries(wish.library),
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
    said = words.render_note(f"Saved as “{query.title}” ({query.name}), {whose}.")
    reply = _show_query(query, said, library=True, trials=draft)
    return replace(reply, state={**(reply.state or {}), "body": None})  # the text may have been written on meanwhile


def _build_state(origin: Mapping[str, str], draft: Draft, body: str | None = None) -> dict[str, Any]:
    return {
        "opened": dict(origin),
        "draft": draft.write(),
        "body": draft.body if body is None else body,
        "at": uuid4().hex,
    }


def _show_query(query: SavedQuery, said: Any, *, library: bool, trials: Draft | None = None) -> EditorReply:
    draft = Draft.of(query)
    if trials:
        given = {row.name: row.trial for row in trials.parameters}
        draft = replace(draft, parameters=tuple(replace(r, trial=given.get(r.name, "")) for r in draft.parameters))
    return EditorReply(
        _build_state(_build_origin(query), draft), draft, said, build_marks(()), uuid4().hex if library else ""
    )


def _copy_query(library: Library, query: SavedQuery) -> Draft:
    return replace(Draft.of(query), name=library.find_free_name(query.name))


def _decode_upload(contents: str) -> bytes:
    try:
        return base64.b64decode(contents.partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise QueryError("the file did not arrive whole; choose it again") from error
