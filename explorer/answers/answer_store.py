"""What the page says of an answer and keeps of it on the server for a while. Pure but for the names of entities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypeAlias, TypedDict, TypeGuard

from graph.database import values
from graph.database.store import Store
from graph.formats import tables
from graph.keyed_cache import KeyedCache
from graph.model import Entity, Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading import browse
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.queryfile import SavedQuery

RESULT_KINDS = {
    "graph": ("topology-star-3", "picture"),
    "table": ("table", "table"),
    "number": ("number-123", "number"),
    "chart": ("chart-bar", "chart"),
}
STORE_BADGES = {"shared": "shared", "personal": "yours"}  # the badge of a query that did not come with the program
MAX_ANSWERS, MAX_CHARACTERS = 40, 64_000_000  # answers, and letters of their cells, on the server
MAX_EXACT_INTEGER = 2**53  # whole numbers beyond are not exact in a browser
WIDE_FROM = 28  # letters of a cell from which on its column is wide and its text runs on
FILES = {"graph-json": ("json", "application/json"), "json": ("json", "application/json"), "csv": ("csv", "text/csv")}


AnswerCache = KeyedCache[Answer]  # the last answers, by a key that only the page knows which asked
GridRow: TypeAlias = dict[str, object]  # by the column's field what stands there, and "links": ids of entities by field


def build_answer_cache(most: int = MAX_ANSWERS, letters: int = MAX_CHARACTERS) -> AnswerCache:
    """An empty cache for so many answers, and so many letters of their cells together."""
    return AnswerCache(most, max_size=letters, measure=_count_letters)


def _count_letters(answer: Answer) -> int:
    return sum(len(str(cell)) for row in answer.table.rows for cell in row)


class GridColumn(TypedDict):
    """A column of AG Grid."""

    field: str
    headerName: str
    width: int
    filter: str
    type: NotRequired[str]
    valueFormatter: NotRequired[dict[str, str]]
    wrapText: NotRequired[bool]
    autoHeight: NotRequired[bool]
    cellClass: NotRequired[str]
    cellClassRules: NotRequired[dict[str, str]]


@dataclass(frozen=True)
class AdditionSummary:
    """An answer against a canvas: its entities and lines that came, and those that were there; `beside` are lines
    between its entities that the canvas has and the answer does not name."""

    entities: int
    lines: int
    old_entities: int
    old_lines: int
    beside: int = 0

    @property
    def words(self) -> str:
        """ "12 entities and 20 lines added, 3 entities and 2 lines were already there."."""
        there = ""
        if self.old_entities or self.old_lines:
            one = self.old_entities + self.old_lines == 1
            there = f", {_format_counts(self.old_entities, self.old_lines)} {'was' if one else 'were'} already there"
        came = _format_counts(self.entities, self.lines) if self.entities or self.lines else "nothing"
        return f"{came[0].upper()}{came[1:]} added{there}. {self.beside_words}".strip()

    @property
    def beside_words(self) -> str:
        """Says which lines of the canvas the answer does not name; '' where there are none."""
        if not self.beside:
            return ""
        return (
            f"The canvas also draws {format_count(self.beside, 'line', 'lines')} between these entities that "
            f"{'is' if self.beside == 1 else 'are'} not part of the answer."
        )


def count_additions(before: Subgraph, after: Subgraph, answered: Subgraph) -> AdditionSummary:
    """How the canvas that held `before` came to hold `after` by the answer `answered`."""
    old_e, old_r = ({x.id for x in part} for part in (before.entities, before.relationships))
    ids, lines = {e.id for e in answered.entities}, {r.id for r in answered.relationships}
    beside = [r for r in after.relationships if r.id not in lines and {r.source, r.target} <= ids]
    return AdditionSummary(len(ids - old_e), len(lines - old_r), len(ids & old_e), len(lines & old_r), len(beside))


def describe_run(answer: Answer) -> str:
    """What a run found, how long it took, and whether it was cut."""
    took = format_seconds(answer.seconds)
    rows = format_count(answer.rows, "row", "rows")
    if is_picture(answer):
        counts = _format_counts(len(answer.subgraph.entities), len(answer.subgraph.relationships))
        outcome = f"Found {counts} in {took} ({rows})."
    else:
        outcome = f"{rows} in {took}." if answer.rows else f"Ran for {took} and found nothing."
    return f"{outcome} {answer.cut_message}".strip()


def is_picture(answer: Answer) -> bool:
    """Whether an answer can be drawn: a query that promises a picture may find plain values too."""
    return answer.query.result == "graph" and bool(answer.subgraph.entities)


def format_seconds(taken: float) -> str:
    """A time as people read it: "0.12 s", "3.4 s", "75 s"."""
    return f"{taken:.2f} s" if taken < 1 else f"{taken:.1f} s" if taken < 10 else f"{taken:.0f} s"


def read_entity_names(store: Store, query: SavedQuery | None, parameters: Mapping[str, object]) -> dict[str, str]:
    """The names of the entities among the values of a run, by id."""
    return {e.id: e.name for e in browse.read_entities(store, collect_entity_ids(query, parameters))}


def collect_entity_ids(query: SavedQuery | None, parameters: Mapping[str, object]) -> set[str]:
    """The values of a run that may be ids of entities."""
    return {str(v) for n, v in parameters.items() if v and _can_be_entity(query, n)}


def _can_be_entity(query: SavedQuery | None, name: str) -> bool:
    """A choice that the graph gives is often one of entities, by id."""
    parameter = query.parameters.get(name) if query else None
    return parameter is not None and (parameter.type == "entity" or bool(parameter.asks))


def describe_parameters(
    query: SavedQuery | None, parameters: Mapping[str, object], names: Mapping[str, str] | None = None
) -> str:
    """The values that a query was run with: "Where the chain is taken up: Kanggye; Steps: 4"; '' for none.

    `names` are the names of entities by id.
    """
    parts = []
    for name, value in parameters.items():
        if value is None or value == "":
            continue
        parameter = query.parameters.get(name) if query else None
        text = (names or {}).get(str(value), "") if _can_be_entity(query, name) else ""
        caption = parameter.description if parameter and parameter.description else name
        parts.append(f"{caption}: {text or tables.format_cell(value)}")
    return "; ".join(parts)


def build_columns(answer: Answer) -> list[GridColumn]:
    """The columns of a grid. Their fields are c0, c1 …: AG Grid takes a dot in a name for a path."""
    columns = list[GridColumn]()
    for n, name in enumerate(answer.table.columns):
        cells = [row[n] for row in answer.table.rows]
        number = any(map(_is_number, cells)) and all(c is None or _is_number(c) for c in cells)
        longest = max((len(tables.format_cell(c)) for c in cells), default=0)
        wide = longest > WIDE_FROM
        width = 380 if longest > 90 else 250 if wide else max(110, 42 + 9 * max(longest, len(str(name))))
        column: GridColumn = {
            "field": f"c{n}",
            "headerName": str(name).replace("_", " "),
            "width": width,
            "filter": "agNumberColumnFilter" if number else "agTextColumnFilter",
        }
        if number:
            column |= {"type": "rightAligned", "valueFormatter": {"function": "armsgraphNumber(params.value)"}}
        if wide:
            column |= {"wrapText": True, "autoHeight": True, "cellClass": "long"}
        columns.append(column)
    return columns


def build_rows(ontology: Ontology, answer: Answer) -> list[GridRow]:
    """The rows of a grid: plain texts and numbers, and under "links" the ids of the entities that cells name."""
    # In the table of a graph no two entities read alike (`names_of`); elsewhere a cell knows what it was.
    named = {name: id_ for id_, name in values.build_unique_names(ontology, answer.subgraph.entities).items()}
    rows = list[GridRow]()
    for at, row in enumerate(answer.table.rows):
        cells = {f"c{n}": format_cell(ontology, value) for n, value in enumerate(row)}
        if answer.raw_rows is None:
            ends = (n for n, column in enumerate(answer.table.columns) if column in ("from", "to"))
            links = {f"c{n}": named[row[n]] for n in ends if row[n] in named}
        else:
            links = {f"c{n}": v.id for n, v in enumerate(answer.raw_rows[at]) if isinstance(v, Entity)}
        rows.append({**cells, "links": links})
    return rows


def format_cell(ontology: Ontology, value: object) -> float | str:
    """A value for a grid: numbers that are exact in a browser as they are, the type of a line and all else in words."""
    if _is_number(value):
        return value
    type_ = ontology.relationships.get(value) if isinstance(value, str) else None
    return type_.caption if type_ else tables.format_cell(value)


def build_filename(answer: Answer, form: str) -> str:
    """What a downloaded answer is called."""
    return f"armsgraph-{answer.query.name or 'query'}{'-graph' if form == 'graph-json' else ''}.{FILES[form][0]}"


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < MAX_EXACT_INTEGER  # nor NaN


def _format_counts(entities: int, lines: int) -> str:
    parts: Sequence[str] = [format_count(entities, "entity", "entities")] if entities else []
    if lines:
        parts = [*parts, format_count(lines, "line", "lines")]
    return " and ".join(parts) or "nothing"
