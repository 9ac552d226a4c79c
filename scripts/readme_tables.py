"""Writes the tables of README.md and docs/queries.md from the ontology and the headers of the saved queries.

Run it after changing either; a test tells when the pages are not current.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from graph.ontology import load as load_ontology  # noqa: E402 - the project need not be installed to run this
from graph.saved_queries import library  # noqa: E402 - the project need not be installed to run this
from graph.saved_queries.parameters import Parameter  # noqa: E402 - as above
from graph.saved_queries.queryfile import THEMES, SavedQuery  # noqa: E402 - as above

PAGES = ("README.md", "docs/queries.md")


def group_by_theme() -> dict[str, list[SavedQuery]]:
    """The shipped queries by the caption of their theme, in the order of the themes and of the names."""
    queries = library.load_shipped_queries().values()
    groups = {caption: [q for q in queries if q.theme == theme] for theme, caption in THEMES.items()}
    return {caption: members for caption, members in groups.items() if members}


def render_queries_table() -> str:
    """A line a theme with the titles of its queries, for the README."""
    lines = [f"| theme | {len(library.load_shipped_queries())} questions |", "|---|---|"]
    for caption, queries in group_by_theme().items():
        titles = "; ".join(_escape_cell(q.title) for q in queries)
        lines.append(f"| [{caption}](docs/queries.md#{build_anchor(caption)}) | {titles} |")
    return "\n".join(lines)


def render_library_tables() -> str:
    """A table a theme with what each query asks, gives and asks for."""
    blocks = []
    for caption, queries in group_by_theme().items():
        rows = [
            f"| `{q.name}` | **{_escape_cell(q.title)}.** {_escape_cell(q.description)} "
            f"| {describe_result(q)} | {describe_parameters(q)} |"
            for q in queries
        ]
        blocks.append(
            "\n".join([f"### {caption}", "", "| query | question | gives | asks for |", "|---|---|---|---|", *rows])
        )
    return "\n\n".join(blocks)


def describe_result(query: SavedQuery) -> str:
    """What an answer is shown as, in words."""
    if query.chart:
        return f"{query.chart.kind} chart"
    return {"graph": "picture", "number": f"number ({query.unit})"}.get(query.result, query.result)


def describe_parameters(query: SavedQuery) -> str:
    """The parameters of a query with types, bounds and defaults."""
    return "<br>".join(_describe_parameter(p) for p in query.parameters.values())


def _describe_parameter(parameter: Parameter) -> str:
    kind = f"{parameter.label} " if parameter.label else ""
    words = [kind + parameter.type]
    if parameter.choices:
        words.append("one of " + ", ".join(map(str, parameter.choices)))
    if parameter.asks:
        words.append("one that the graph holds")
    if parameter.min is not None or parameter.max is not None:
        bounds = [("from", parameter.min), ("to", parameter.max)]
        words.append(" ".join(f"{word} {value}" for word, value in bounds if value is not None))
    if parameter.default not in (None, ""):
        words.append(f"at first {parameter.default}")
    elif parameter.optional or parameter.default == "":
        words.append("may be empty")
    return f"`{parameter.name}` ({_escape_cell(', '.join(words))}): {_escape_cell(parameter.description)}"


def build_anchor(heading: str) -> str:
    """The anchor that a heading has on a page, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def render_ontology_table() -> str:
    """Entity types by group, and relationship types by chain, in words."""
    ontology = load_ontology()
    lines = ["| entities | types |", "|---|---|"]
    for group in ontology.groups.values():
        names = [t.caption for t in ontology.list_concrete_types() if t.group == group.name]
        lines.append(f"| {group.caption} | {', '.join(names)} |")
    lines += ["", "| relationships | A … B |", "|---|---|"]
    for chain in ontology.chains.values():
        captions = [r.caption for r in ontology.relationships.values() if r.chain == chain.name]
        lines.append(f"| {chain.caption} | {', '.join(captions)} |")
    return "\n".join(lines)


def fill_tables(text: str) -> str:
    """A page with its tables made anew."""
    tables = {"queries": render_queries_table, "library": render_library_tables, "ontology": render_ontology_table}
    for name, table in tables.items():
        pattern = re.compile(rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = pattern.sub(lambda m, table=table: f"{m[1]}{table()}\n{m[2]}", text)
    return text


def _escape_cell(text: str) -> str:
    """A text as a cell of a table in Markdown."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    for name in PAGES:
        page = ROOT / name
        page.write_text(fill_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
