"""The words of the panel of saved queries: the list by theme, the head and foot of a form, and how a run went."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from dash import html
from dash.development.base_component import Component

from explorer.answers import answer_store
from explorer.appearance import icons
from explorer.dash_kit.parts import render_icon
from explorer.overlays import highlight
from explorer.query_editor import highlighting
from explorer.state import page_commands
from explorer.state.canvas import Emphasis
from graph.database.store import Store
from graph.errors import QueryEnded, StoreError
from graph.evidence import fold
from graph.ontology import Ontology
from graph.saved_queries import schema_check
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library
from graph.saved_queries.queryfile import THEMES, SavedQuery


class QueryRow(TypedDict):
    """A query in the list. `words` are those that find it; `shelf` and `whose` are '' for one of the program's own."""

    name: str
    title: str
    description: str
    result: str
    gives: str
    shelf: str
    whose: str
    stale: bool
    words: str


class QueryTheme(TypedDict):
    """The queries of a theme."""

    caption: str
    rows: list[QueryRow]


class QueryList(TypedDict):
    """What assets/querylist.js draws; `icons` are pictures by the kind of result."""

    themes: list[QueryTheme]
    problems: list[str]
    icons: dict[str, str]


def build_list(library: Library, stale: Collection[str] = ()) -> QueryList:
    """What assets/querylist.js draws: the queries by theme, and what was left out and why.

    The browser draws them itself, as Dash would take seconds for a list of this length. `stale` are the names of the
    queries that speak of what the database does not know.
    """
    queries = library.all()
    themes = list[QueryTheme]()
    for theme, caption in THEMES.items():
        own = sorted((q for q in queries.values() if q.theme == theme), key=lambda q: (q.title.casefold(), q.name))
        if own:
            themes.append({"caption": caption, "rows": [build_row(q, caption, stale=q.name in stale) for q in own]})
    icons_of = {result: icons.build_icon_uri(icon) for result, (icon, _) in answer_store.RESULT_KINDS.items()}
    return {"themes": themes, "problems": list_problems(library), "icons": icons_of}


def list_problems(library: Library) -> list[str]:
    """What the list leaves out and why: files that can't be read, and queries that another of their name hides."""
    problems = [f"{file} is left out: {rule}" for file, rule in library.problems()]
    problems += [
        f"Your query “{q.title}” ({q.name}) is hidden by another of that name."
        if q.shelf == "personal"
        else f"The shared query “{q.title}” ({q.name}) is hidden by another of that name."
        for q in library.list_shadowed()
    ]
    return problems


def build_row(query: SavedQuery, theme: str, *, stale: bool = False) -> QueryRow:
    """A query in the list: its title, what it gives, whose it is, and the words that find it."""
    return {
        "name": query.name,
        "title": query.title,
        "description": query.description,
        "result": query.result,
        "gives": answer_store.RESULT_KINDS[query.result][1],
        "shelf": query.shelf if query.shelf in answer_store.STORE_BADGES else "",
        "whose": answer_store.STORE_BADGES.get(query.shelf, ""),
        "stale": stale,
        "words": build_search_text(query, theme),
    }


def build_search_text(query: SavedQuery, theme: str) -> str:
    """The words by which a query is found, without accents and capitals."""
    asks = [f"{p.name} {p.description}" for p in query.parameters.values()]
    gives = answer_store.RESULT_KINDS[query.result][1]
    return fold(" ".join((query.title, query.description, query.name, theme, gives, *asks)))


def _render_kind(query: SavedQuery) -> Component:
    return html.Span(render_icon(answer_store.RESULT_KINDS[query.result][0], 18), className="query-kind")


def render_badges(query: SavedQuery) -> list[Component]:
    """What a query gives, and whose it is where it did not come with the program."""
    shelf = answer_store.STORE_BADGES.get(query.shelf)
    return [
        html.Span(answer_store.RESULT_KINDS[query.result][1]),
        *([html.Span(shelf, className=f"shelf {query.shelf}")] if shelf else []),
    ]


def find_stale_queries(store: Store, ontology: Ontology, library: Mapping[str, SavedQuery]) -> set[str]:
    """The names of queries that speak of what neither the database nor the ontology knows; none where it is away."""
    try:
        held = schema_check.read_database_names(store, ontology)
        return {
            name
            for name, query in library.items()
            if any(not gone.mild for gone in schema_check.find_missing_names(store, ontology, query, held))
        }
    except StoreError:
        return set()


def render_warnings(gone: Sequence[schema_check.MissingName]) -> list[Component]:
    """What the form says of a query that speaks of what neither the database nor the ontology knows.

    That the graph holds nothing of a kind just now is no fault of the query, and nothing its user can mend.
    """
    faults = [html.P(one.text) for one in gone if not one.mild]
    return [html.Div([html.Strong("Out of date"), *faults], className="query-stale", role="note")] if faults else []


def render_head(query: SavedQuery) -> Component:
    """The title of a query over its form, what it gives, and its description."""
    about = html.Div([_render_kind(query), *render_badges(query)], className="query-marks", title=THEMES[query.theme])
    return html.Div([html.H2(query.title), about, html.P(query.description)], className="query-about")


def render_edit_buttons(query: SavedQuery) -> list[Component]:
    """The buttons that change a query: a saved one itself, one that came with the program as a copy."""
    edit = (
        [_render_small_button("Edit", "pencil", "edit-query", name=query.name)]
        if query.shelf in answer_store.STORE_BADGES
        else []
    )
    return [*edit, _render_small_button("Duplicate", "copy", "edit-query", name=query.name, copy=True)]


def render_query_text(query: SavedQuery) -> Component:
    """The query's text, folded."""
    copy = html.Button("Copy", className="link small", **{"data-copy": "query-text"})
    return html.Details(
        [
            html.Summary("The Cypher text"),
            html.Div([copy], className="query-copy"),
            highlighting.render_cypher(query.text, "query-text"),
        ],
        className="query-fold",
    )


def render_run(answer: Answer, key: str, more: str = "") -> list[Component]:
    """How a run went: what was found, in which time, whether cut, what the canvas got; and the way to its rows."""
    rows = html.Button(
        "Show it as a table" if answer_store.is_picture(answer) else "Show the answer",
        className="link small",
        **page_commands.build_event_attributes("show-rows", key=key),
    )
    words = [html.P(answer_store.describe_run(answer), className="query-ran")]
    words += [html.P(more)] if more else []
    return [html.Div([*words, *([rows] if key and answer.table.rows else [])], className="query-result")]


def render_failure(error: Exception) -> list[Component]:
    """Why a run gave nothing."""
    if isinstance(error, QueryEnded) and error.why == "cancelled":
        return [html.Div([html.P("Cancelled. The canvas stays as it is.")], className="query-result")]
    return [html.Div([html.Strong("That didn’t work"), html.P(str(error))], className="refusal", role="alert")]


def render_highlight(emphasis: Emphasis) -> Component:
    """What of an answer is picked out on the canvas, and the way to end it; nothing where there is none."""
    if emphasis.kind != highlight.KIND:
        return html.Div(hidden=True)
    caption = "Stop picking it out" if emphasis.entities else "Close"
    end = html.Button(caption, className="link small", **page_commands.build_event_attributes("end-highlight"))
    return html.Div([html.P(emphasis.sentence), end], className="compared-box")


def _render_small_button(caption: str, icon: str, tells: str, **carried: object) -> Component:
    return html.Button(
        render_icon(icon, 16),
        className="icon-button",
        **{"aria-label": f"{caption} this query", "data-tip": caption},
        **page_commands.build_event_attributes(tells, **carried),
    )
