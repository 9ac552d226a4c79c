"""Mermaid: the picture as a flowchart for wikis and Markdown, with its disputes and sources in a note beside it.

What has a meaning in Mermaid (quotes, brackets, #, %, `, …) is written as the code of its character, so that no name
can become markup or a directive. The same text stands in the note, which is seen, and not in comments, which GitHub
and wikis swallow; comments hold names and statements that had to be cut, and the metadata.

Syntax: https://mermaid.js.org/syntax/flowchart.html
"""

import json
import re
from collections.abc import Iterable

from explorer.export.common import text_metrics
from explorer.export.common.briefing import Briefing
from explorer.export.data import dot, rows, sketch, tables
from explorer.export.data.sketch import Diagram, Line, Node
from graph.model import DISPUTED

MOST_TEXT, MOST_LINES = 50_000, 500  # Mermaid's own limits (maxTextSize, maxEdges), which a diagram can't raise
# Letters, digits and spaces of any script stand as they are, and of signs those that mean nothing.
_SIGNS = re.compile(r"[^\w ,:()/·×–—“”’‘…]|_", re.UNICODE)
_SHAPES = {
    "ellipse": ("([", "])"),
    "hexagon": ("{{", "}}"),
    "barrel": ("[(", ")]"),
    "diamond": ("[/", "\\]"),
    "rhomboid": ("[/", "/]"),
    "round-rectangle": ("(", ")"),
    "octagon": ("[[", "]]"),
}
_ARROWS = {"asserted": "-->", "inferred": "-.->", "contested": "-.->", "denied": "-.-x", "": "-.-"}
_SIZE, _NAME, _WIDE = 16.0, 190, 640  # pixels of letters, and of lines in nodes and in the note
_STANCE_STYLES = {
    "inferred": ",stroke-dasharray:12 4 2 4",
    "contested": ",stroke-dasharray:7 4,color:#7a4d00",
    "denied": ",stroke-dasharray:2 4,color:#b42318",
    "": ",stroke-dasharray:3 3",
}


def render(briefing: Briefing) -> bytes:
    """The diagram, in UTF-8."""
    drawn = sketch.build_diagram(briefing)
    head = [
        "---",
        f"title: {_quote_yaml(briefing.title + (f' ({briefing.mark})' if briefing.mark else ''))}",
        "config:",
        "  flowchart:",
        f"    wrappingWidth: {_WIDE}",
        "---",
    ]
    body = [
        "flowchart LR",
        *_build_comments(briefing, drawn),
        *map(_format_node, drawn.nodes),
        *map(_format_edge, drawn.lines),
    ]
    body += [f'  note["{_format_note(briefing)}"]:::note', *_build_class_definitions(drawn)]
    styles = [f"  linkStyle {n} {_format_edge_style(line)}" for n, line in enumerate(drawn.lines)]
    text = "\n".join([*head, *body, *styles]) + "\n"
    if len(text) > MOST_TEXT or len(drawn.lines) > MOST_LINES:
        warning = (
            f"  %% This is {len(text):,} characters and {len(drawn.lines):,} lines; Mermaid draws {MOST_TEXT:,} "
            f"and {MOST_LINES:,} unless the page sets maxTextSize and maxEdges."
        )
        text = "\n".join([*head, body[0], warning, *body[1:], *styles]) + "\n"
    return text.encode()


def escape_label(text: str) -> str:
    """A text for a label between quotes: signs as the codes of their characters."""
    return _SIGNS.sub(lambda sign: f"#{ord(sign[0])};", rows.to_single_line(text))


def _format_node(node: Node) -> str:
    before, after = _SHAPES.get(node.shape, ("[", "]"))
    kind = node.kind if node.kind in ("gap", "note") else _get_class_name(node)
    if node.kind in ("gap", "note"):
        before, after = "[", "]"
    words = [
        *text_metrics.wrap_text(node.name, _SIZE, _NAME),
        *text_metrics.wrap_text(f"({node.caption})", _SIZE, _NAME),
    ]
    return f'  {node.id}{before}"{_join_rows(words)}"{after}:::{kind}'


def _format_edge(line: Line) -> str:
    arrow = _ARROWS[line.stance]
    if line.headless:
        arrow = {"-->": "---", "-.->": "-.-", "-.-x": "-.-"}.get(arrow, arrow)
    elif line.both:
        arrow = {"-->": "<-->", "-.->": "<-.->", "-.-x": "x-.-x"}.get(arrow, arrow)
    words = f'|"{_join_rows(text_metrics.wrap_text(line.words, _SIZE, _NAME))}"|' if line.words else ""
    return f"  {line.source} {arrow}{words} {line.target}"


def _format_note(briefing: Briefing) -> str:
    return _join_rows(
        [
            row
            for note in sketch.list_caption_lines(briefing)
            for row in text_metrics.wrap_text(note, _SIZE, _WIDE * 0.95)
        ]
    )


def _join_rows(lines: Iterable[str]) -> str:
    return "<br/>".join(map(escape_label, lines))


def _build_comments(briefing: Briefing, drawn: Diagram) -> list[str]:
    cut = [f"{n.id}: {n.whole}" for n in drawn.nodes if n.whole != n.name]
    about = [f"{what}: {value}" for what, value in tables.build_about_grid(briefing).rows if value not in (None, "")]
    return [f"  %% {_escape_comment(text)}" for text in (*about, *cut)]


def _build_class_definitions(drawn: Diagram) -> list[str]:
    looks = {_get_class_name(n): n.colour for n in drawn.nodes if n.kind not in ("gap", "note")}
    return [
        *(
            f"  classDef {name} fill:{dot.lighten_colour(colour)},stroke:{colour},stroke-width:2px,color:#1b2430"
            for name, colour in sorted(looks.items())
        ),
        "  classDef gap fill:#ffffff,stroke:#6b7280,stroke-dasharray:4 3,color:#55606e",
        "  classDef note fill:#fffdf2,stroke:#a8841a,color:#1b2430,text-align:left",
    ]


def _get_class_name(node: Node) -> str:
    return f"c{node.colour.removeprefix('#')}"


def _format_edge_style(line: Line) -> str:
    width = 3 if line.stance in DISPUTED else round(line.width, 1)
    return f"stroke:{line.colour},stroke-width:{width}px{_STANCE_STYLES.get(line.stance, '')}"


def _escape_comment(text: str) -> str:
    """A text for a comment: no directive may begin in it."""
    return rows.to_single_line(text).replace("%", "％").replace("{", "(").replace("}", ")")


def _quote_yaml(text: str) -> str:
    """A text in quotes, as YAML reads them: % begins no directive, and < no tag, which would be cut out."""
    plain = rows.to_single_line(text).replace("<", "‹").replace(">", "›")
    return json.dumps(plain, ensure_ascii=False).replace("%", "\\u0025")
