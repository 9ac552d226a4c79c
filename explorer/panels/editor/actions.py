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
from explorer.dash_kit.canvas_callbacks import Stage
from explorer.dash_kit.user import user
from explorer.panels.editor import messages as words
from explorer.query_editor import diagnostics
from explorer.query_editor.draft import Draft, made_name, with_row, without_row
from explorer.state.canvas import Canvas
from graph.errors import QueryError
from graph.saved_queries import bundle, queryfile
from graph.saved_queries.bundle import Taken
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library
from graph.saved_queries.queryfile import SavedQuery
from graph.saved_queries.rate_limit import TooMany

EXPORT = "armsgraph-queries.zip"


@dataclass(frozen=True)
class Reply:
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
class Ran:
    """What a run gave: the next canvas or None, an answer for the answer window or None, and words."""

    canvas: Canvas | None
    answer: tuple[Answer, str] | None  # and the key it is kept under
    said: Any
    marks: dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What a button asks for: the draft as it stands, whose library, and what the browser told with it."""

    stage: Stage
    library: Library
    draft: Draft
    told: Mapping[str, Any]
    shelf: str

    @property
    def opened(self) -> Mapping[str, Any]:
        """The saved query that the form is of; {} for a new one."""
        given = self.told.get("opened")
        return given if isinstance(given, Mapping) else {}


def done(stage: Stage, told: Mapping[str, Any], shelf: str) -> Reply:
    """Does what a button asks for. Raises ArmsgraphError."""
    do, library = str(told.get("do")), Library(user())
    if do == "open":
        return opened(library, told)
    if do not in _DOES:
        raise QueryError(f"the editor can't do {do!r}")
    draft = Draft.read(told.get("draft"))
    try:
        return _DOES[do](Wish(stage, library, draft, told, shelf))
    except QueryError as error:
        found = (diagnostics.told(draft, error),)
        return Reply(said=words.problems(found), marks=marks(found))


def _checked(wish: Wish) -> Reply:
    found = diagnostics.check(wish.stage.store, wish.draft)
    return Reply(said=words.verdict(found), marks=marks(found.findings))


def _restored(wish: Wish) -> Reply:
    query = wish.library.restore(str(wish.told.get("key")))
    return _shown(query, words.note(f"“{query.title}” is back."), library=True)


def _downloaded(wish: Wish) -> Reply:
    query = wish.draft.query()
    return Reply(file=dcc.send_string(query.text, f"{query.name}.cypher"))


def _cancelled(wish: Wish) -> Reply:
    wish.stage.runs.cancel(user(), str(wish.told.get("run")))
    return Reply()


def opened(library: Library, told: Mapping[str, Any]) -> Reply:
    """Opens a query, a copy of one, or an empty form; `kept` is what the browser kept of changes to it."""
    name, kept = str(told.get("name") or ""), told.get("kept")
    query = None
    try:
        query = library.find(name) if name else None
    except QueryError:
        if not kept:
            raise
    if query is None:
        state = _state({}, Draft())
    elif told.get("copy") or query.shelf == "shipped":
        state = _state({"copied": query.title, "of": query.name}, _copied(library, query))
    else:
        state = _state(_origin(query), Draft.of(query))
    if not isinstance(kept, Mapping):
        return Reply(state, Draft.read(state["draft"]), "", marks(()))
    draft = Draft.read(kept.get("draft"))
    # What was opened then, so that what others saved since is not written over.
    before = kept.get("opened")
    saved_then = isinstance(before, Mapping) and before.get("name") and query
    known = {k: str(before.get(k) or "") for k in _KEYS} if saved_then and before else {}
    state = {**state, "opened": known or state["opened"], "body": draft.body}
    said = words.note(
        f"These are your changes of {str(kept.get('when') or 'your last visit')[:40]}, which were not saved.",
        discard=True,
    )
    return Reply(state, draft, said, marks(()))


def saved(library: Library, draft: Draft, origin: Mapping[str, Any], shelf: str) -> Reply:
    """Saves the draft over what was opened, or as a new query. Raises QueryError that names the rule broken.

    A query that others share is not taken from them: for oneself it is saved as a copy.
    """
    was, held, replaces = (str(origin.get(k) or "") for k in ("name", "shelf", "hash"))
    name = draft.name_or_made()
    text = replace(draft, name=name).query().text
    if was and held == "shared" and shelf == "personal":
        return copied(library, draft, shelf)
    if was and was != name and library.free_name(name) != name:
        raise QueryError(f"there is a query {name} already; choose another name")
    query = library.save(was or name, text, held if was else shelf, replaces)
    if was and was != name:
        query = library.rename(was, name)
    if was and held != shelf:
        query = library.move(name, shelf)
    return _after_saving(query, draft)


def copied(library: Library, draft: Draft, shelf: str) -> Reply:
    """Saves the draft as a new query, under a name that is free. Raises QueryError that names the rule broken."""
    name = library.free_name(draft.name_or_made())
    return _after_saving(library.save(name, replace(draft, name=name).query().text, shelf), draft)


def deleted(library: Library, draft: Draft, origin: Mapping[str, Any]) -> Reply:
    """Deletes what was opened; its text stays in the window, as one that is not saved."""
    key = library.delete(str(origin.get("name") or ""))
    said = words.note(f"“{origin.get('title')}” was deleted. Its text stays here until you close the editor.", undo=key)
    return Reply(_state({}, Draft(), body=draft.body), draft, said, marks(()), uuid4().hex)


def opened_file(name: str, contents: str) -> Reply:
    """A file as a new query that is not saved. Raises QueryError that names the rule broken."""
    stem = made_name(name.rsplit(".", 1)[0])
    try:
        text = _decoded(contents).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: not UTF-8 text") from error
    if not text.lstrip().startswith("//"):
        draft = Draft.read({"body": text})
        said = words.note("The file has no header: give the query a title and say what it answers with.")
    else:
        draft, said = Draft.of(queryfile.parse(stem, text)), words.note(f"{name} is open, and not saved yet.")
    return Reply(_state({}, Draft(), body=draft.body), draft, said, marks(()))


def imported(library: Library, names: Sequence[str], contents: Sequence[str], shelf: str) -> Reply:
    """Saves queries of files and bundles on a shelf, and says what became of each."""
    taken: list[Taken] = []
    for name, one in zip(names, contents, strict=True):
        try:
            taken += bundle.take(library, name, _decoded(one), shelf)
        except QueryError as error:
            taken.append(Taken(name, "refused", why=error.message))
    changed = uuid4().hex if any(t.outcome in ("added", "renamed") for t in taken) else ""
    return Reply(said=words.report(taken, shelf), library=changed)


def exported(library: Library) -> Reply:
    """All queries that the user saved for themselves, as a bundle."""
    mine = [query for query in library.all().values() if query.shelf == "personal"]
    if not mine:
        return Reply(said=words.note("You have not saved a query of your own yet."))
    return Reply(file=dcc.send_bytes(bundle.pack(mine), EXPORT))


def run(stage: Stage, canvas: Canvas, asked: Mapping[str, Any], how: str) -> Ran:
    """Runs the draft as it stands. What is wrong with it is said in the window; a store's error is raised."""
    draft = Draft.read(asked.get("draft"))
    try:
        query = draft.trial()
        answer = stage.runs.run(query, draft.trials(), user=user(), via="app", run_id=str(asked.get("run") or ""))
    except (QueryError, TooMany) as error:
        found = (
            diagnostics.told(draft, error)
            if isinstance(error, QueryError)
            else diagnostics.Finding(diagnostics.ERROR, str(error)),
        )
        return Ran(None, None, words.problems(found), marks(found))
    key = answer_store.ANSWERS.keep(answer)
    if not answer_store.is_picture(answer):
        return Ran(None, (answer, key) if answer.table.rows else None, words.ran(answer, key, ""), marks(()))
    store, ontology = stage.store, stage.ontology
    if how == "highlight":
        changed = actions.highlighted(store, ontology, canvas, answer)
    else:
        changed = actions.answered(store, ontology, canvas, answer, fresh=how == "replace")
    return Ran(changed, None, words.ran(answer, key, _PLACED[how]), marks(()))


def marks(findings: Sequence[diagnostics.Finding]) -> dict[str, Any]:
    """Findings for the text's margin."""
    return {"found": [asdict(f) for f in findings], "at": uuid4().hex}


_DOES: Mapping[str, Callable[[Wish], Reply]] = {
    "check": _checked,
    "row-add": lambda wish: Reply(draft=with_row(wish.draft, str(wish.told.get("name") or ""))),
    "row-remove": lambda wish: Reply(draft=without_row(wish.draft, int(wish.told.get("row") or 0))),
    "save": lambda wish: saved(wish.library, wish.draft, wish.opened, wish.shelf),
    "copy": lambda wish: copied(wish.library, wish.draft, wish.shelf),
    "delete": lambda wish: deleted(wish.library, wish.draft, wish.opened),
    "restore": _restored,
    "download": _downloaded,
    "export": lambda wish: exported(wish.library),
    "cancel": _cancelled,
}
_PLACED = {
    "replace": "The picture is on the canvas, behind this window.",
    "add": "It was added to the canvas, behind this window.",
    "highlight": "What the canvas holds of it is picked out, behind this window.",
}
_KEYS = ("name", "shelf", "hash", "title")


def _origin(query: SavedQuery) -> dict[str, str]:
    return {"name": query.name, "shelf": query.shelf, "hash": query.hash, "title": query.title}


def _after_saving(query: SavedQuery, draft: Draft) -> Reply:
    whose = "for you alone" if query.shelf == "personal" else "for everyone who uses this Armsgraph"
    said = words.note(f"Saved as “{query.title}” ({query.name}), {whose}.")
    reply = _shown(query, said, library=True, trials=draft)
    return replace(reply, state={**(reply.state or {}), "body": None})  # the text may have been written on meanwhile


def _state(origin: Mapping[str, str], draft: Draft, body: str | None = None) -> dict[str, Any]:
    return {
        "opened": dict(origin),
        "draft": draft.write(),
        "body": draft.body if body is None else body,
        "at": uuid4().hex,
    }


def _shown(query: SavedQuery, said: Any, *, library: bool, trials: Draft | None = None) -> Reply:
    draft = Draft.of(query)
    if trials:
        given = {row.name: row.trial for row in trials.parameters}
        draft = replace(draft, parameters=tuple(replace(r, trial=given.get(r.name, "")) for r in draft.parameters))
    return Reply(_state(_origin(query), draft), draft, said, marks(()), uuid4().hex if library else "")


def _copied(library: Library, query: SavedQuery) -> Draft:
    return replace(Draft.of(query), name=library.free_name(query.name))


def _decoded(contents: str) -> bytes:
    try:
        return base64.b64decode(contents.partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise QueryError("the file did not arrive whole; choose it again") from error
