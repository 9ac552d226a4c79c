"""What the editor says: of a check, of a run, of what was saved. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from explorer.panels.queries import query_list
from explorer.query_editor.diagnostics import ERROR, Finding, Verdict, about
from graph.formats.tables import many
from graph.saved_queries.bundle import Taken
from graph.saved_queries.guarded_query import Answer

_SHELVES = {"personal": "yours", "shared": "shared with everyone here"}


def title(opened: Mapping[str, Any]) -> str:
    """The window's title."""
    if not opened.get("name"):
        return f"Copy of “{opened['copied']}”" if opened.get("copied") else "New query"
    return f"“{opened.get('title', '')}” – {_SHELVES.get(str(opened.get('shelf')), '')}"


def verdict(found: Verdict) -> Any:
    """What a check found, with the plan."""
    if not found.passed:
        return problems(found.findings)
    steps = html.Details(
        [
            html.Summary(f"How Neo4j would do it, in {many(len(found.steps), 'step', 'steps')}"),
            html.Ol([html.Li(step) for step in found.steps]),
        ]
    )
    head = [html.Strong("It only reads, and may run."), f" Neo4j expects {about(found.rows)}; it has not run yet."]
    return html.Div(
        [html.P(head), *_list(found.findings), steps], className="said-good" if not found.findings else "said-doubt"
    )


def problems(findings: Sequence[Finding]) -> Any:
    """Why it can't run."""
    return html.Div(_list(findings), className="said-bad")


def ran(answer: Answer, key: str, placed: str) -> Any:
    """What a run gave, with the way to its rows by their `key`; `placed` says what the canvas got, '' for nothing."""
    parts: list[Any] = list(query_list.told(answer, key, placed))
    if placed:
        parts.append(html.Button("Look at the canvas", className="link small", **{"data-edit": "look"}))
    return html.Div(parts, className="said-good")


def note(*words: Any, undo: str = "", discard: bool = False) -> Any:
    """A word about what was done, with the way back: the key of a deletion, or one's changes to be thrown away."""
    parts: list[Any] = list(words)
    if undo:
        parts += [" ", html.Button("Undo", className="link", **{"data-edit": "restore", "data-key": undo})]
    if discard:
        parts += [" ", html.Button("Discard them", className="link", **{"data-edit": "discard-kept"})]
    return html.Div(html.P(parts), className="said-note")


def report(taken: Sequence[Taken], shelf: str) -> Any:
    """What became of each file of an import."""
    count = sum(one.outcome in ("added", "renamed") for one in taken)
    whose = "for you" if shelf == "personal" else "for everyone here"
    items = [
        html.Li([html.Strong(one.file), f": {_taken(one)}"], className="warn" if one.outcome == "refused" else "")
        for one in taken
    ]
    good = all(one.outcome != "refused" for one in taken)
    head = f"{count:,} of {many(len(taken), 'file', 'files')} imported, {whose}."
    return html.Div([html.P(html.Strong(head)), html.Ul(items)], className="said-good" if good else "said-doubt")


def _taken(one: Taken) -> str:
    match one.outcome:
        case "added":
            return "imported."
        case "renamed":
            return f"imported as {one.name}: {one.why}."
        case "unchanged":
            return f"left out: {one.name} says the same, word for word."
    return f"left out: {one.why}."


def _list(findings: Sequence[Finding]) -> list[Any]:
    return [html.Ul([html.Li(_finding(f)) for f in findings], className="findings")] if findings else []


def _finding(finding: Finding) -> list[Any]:
    words: list[Any] = [finding.message]
    if finding.line:
        place = {"data-edit": "go", "data-line": str(finding.line), "data-column": str(finding.column)}
        where = f"Line {finding.line:,}, column {finding.column:,}"
        words = [html.Button(where, className="link", **place), ": ", *words]
    return [html.Span("Error. " if finding.severity == ERROR else "Note. ", className="unseen"), *words]
