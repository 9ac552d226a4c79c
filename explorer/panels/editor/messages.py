"""What the editor says: of a check, of a run, of what was saved. Pure."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from explorer.panels.queries import query_list
from explorer.query_editor.diagnostics import ERROR, CheckResult, Diagnostic, format_expected_rows
from graph.plurals import format_count
from graph.saved_queries.bundle import ImportResult
from graph.saved_queries.guarded_query import Answer

_STORE_CAPTIONS = {"personal": "yours", "shared": "shared with everyone here"}


def format_title(opened: Mapping[str, str]) -> str:
    """The window's title."""
    if not opened.get("name"):
        return f"Copy of “{opened['copied']}”" if opened.get("copied") else "New query"
    return f"“{opened.get('title', '')}” – {_STORE_CAPTIONS.get(str(opened.get('shelf')), '')}"


def render_check_result(result: CheckResult) -> Component:
    """What a check found, with the plan."""
    if not result.passed:
        return render_problems(result.findings)
    steps = html.Details(
        [
            html.Summary(f"How Neo4j would do it, in {format_count(len(result.steps), 'step', 'steps')}"),
            html.Ol([html.Li(step) for step in result.steps]),
        ]
    )
    head = [
        html.Strong("It only reads, and may run."),
        f" Neo4j expects {format_expected_rows(result.rows)}; it has not run yet.",
    ]
    return html.Div(
        [html.P(head), *_render_diagnostics(result.findings), steps],
        className="said-good" if not result.findings else "said-doubt",
    )


def render_problems(findings: Sequence[Diagnostic]) -> Component:
    """Why it can't run."""
    return html.Div(_render_diagnostics(findings), className="said-bad")


def render_run(answer: Answer, key: str, placed: str) -> Component:
    """What a run gave, with the way to its rows by their `key`; `placed` says what the canvas got, '' for nothing."""
    parts: list[Component] = list(query_list.render_run(answer, key, placed))
    if placed:
        parts.append(html.Button("Look at the canvas", className="link small", **{"data-edit": "look"}))
    return html.Div(parts, className="said-good")


def render_note(*words: Component | str, undo: str = "", discard: bool = False) -> Component:
    """A word about what was done, with the way back: the key of a deletion, or one's changes to be thrown away."""
    parts: list[Component | str] = list(words)
    if undo:
        parts += [" ", html.Button("Undo", className="link", **{"data-edit": "restore", "data-key": undo})]
    if discard:
        parts += [" ", html.Button("Discard them", className="link", **{"data-edit": "discard-kept"})]
    return html.Div(html.P(parts), className="said-note")


def render_import_report(taken: Sequence[ImportResult], shelf: str) -> Component:
    """What became of each file of an import."""
    count = sum(one.outcome in ("added", "renamed") for one in taken)
    whose = "for you" if shelf == "personal" else "for everyone here"
    items = [
        html.Li(
            [html.Strong(one.file), f": {_describe_import(one)}"], className="warn" if one.outcome == "refused" else ""
        )
        for one in taken
    ]
    good = all(one.outcome != "refused" for one in taken)
    head = f"{count:,} of {format_count(len(taken), 'file', 'files')} imported, {whose}."
    return html.Div([html.P(html.Strong(head)), html.Ul(items)], className="said-good" if good else "said-doubt")


def _describe_import(one: ImportResult) -> str:
    match one.outcome:
        case "added":
            return "imported."
        case "renamed":
            return f"imported as {one.name}: {one.why}."
        case "unchanged":
            return f"left out: {one.name} says the same, word for word."
    return f"left out: {one.why}."


def _render_diagnostics(findings: Sequence[Diagnostic]) -> list[Component]:
    return [html.Ul([html.Li(_render_diagnostic(f)) for f in findings], className="findings")] if findings else []


def _render_diagnostic(finding: Diagnostic) -> list[Component | str]:
    words: list[Component | str] = [finding.message]
    if finding.line:
        place = {"data-edit": "go", "data-line": str(finding.line), "data-column": str(finding.column)}
        where = f"Line {finding.line:,}, column {finding.column:,}"
        words = [html.Button(where, className="link", **place), ": ", *words]
    return [html.Span("Error. " if finding.severity == ERROR else "Note. ", className="unseen"), *words]
