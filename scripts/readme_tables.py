"""Writes the README's tables from the ontology and the headers of the saved queries: run it after changing either."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from graph import library, ontology  # noqa: E402 - the project need not be installed to run this


def queries_table() -> str:
    """The saved queries with their titles and parameters."""
    lines = ["| query | asks | parameters |", "|---|---|---|"]
    for query in library.shipped().values():
        names = ", ".join(f"`{p}`" for p in query.parameters)
        lines.append(f"| `{query.name}` | {query.title}. {query.description} | {names} |")
    return "\n".join(lines)


def ontology_table() -> str:
    """Entity types by group, and relationship types by chain, in words."""
    known = ontology.load()
    lines = ["| entities | types |", "|---|---|"]
    for group in known.groups.values():
        names = [t.caption for t in known.concrete() if t.group == group.name]
        lines.append(f"| {group.caption} | {', '.join(names)} |")
    lines += ["", "| relationships | A … B |", "|---|---|"]
    for chain in known.chains.values():
        captions = [r.caption for r in known.relationships.values() if r.chain == chain.name]
        lines.append(f"| {chain.caption} | {', '.join(captions)} |")
    return "\n".join(lines)


def filled(text: str) -> str:
    """The README with its tables made anew."""
    for name, table in (("queries", queries_table()), ("ontology", ontology_table())):
        pattern = re.compile(rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = pattern.sub(lambda m, table=table: f"{m[1]}{table}\n{m[2]}", text)
    return text


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(filled(readme.read_text(encoding="utf-8")), encoding="utf-8")
