"""Writing a query of one's own: what a check says, and the editor as a person sees it, in a real Chromium."""

import hashlib
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from explorer.app import build
from explorer.query_editor import diagnostics, vocabulary
from explorer.query_editor.draft import Draft
from graph.database.store import Notice, Store
from graph.ontology import Ontology
from tests.support.pages import open_page, save_download, wait_until, watch_page
from tests.support.paths import ROOT

SOURCES, BUILT = ROOT / "scripts" / "editor", ROOT / "explorer" / "assets" / "editor"
ATTACK = 'Who commands <img src=x onerror="window.hacked=1"> 강계?'
NAMED = "who-commands-img-src-x-onerror-window-hacked-1-ganggye"
TEXT = ".cm-content"


def test_the_bundle_is_that_of_its_sources() -> None:
    """Fails where someone changed the editor's source or lock and forgot `npm ci && npm run build`."""
    sums = json.loads((BUILT / "built.json").read_text(encoding="utf-8"))
    names = ("build.mjs", "package-lock.json", "package.json", "source.mjs")  # in build.mjs's order
    sources = b"".join((SOURCES / name).read_bytes() for name in names)
    bundle = (BUILT / "cypher-editor.js").read_bytes()
    assert sums["sources"] == hashlib.sha256(sources).hexdigest()
    assert sums["bundle"] == hashlib.sha256(bundle).hexdigest()
    assert len(bundle) < 2_500_000
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))
    assert "resolved" not in json.dumps(lock)
    licences = (BUILT / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    # vscode-languageserver-types and so on; types and tools alone leave nothing in the bundle.
    bundled = {
        f"{path.rpartition('node_modules/')[2]} {package['version']}, "
        for path, package in lock["packages"].items()
        if path and not package.get("dev") and not path.endswith(("streamparser", "@lezer/lr"))
    }
    assert len(bundled) > 10
    assert {name for name in bundled if name not in licences} == set()


def test_the_page_does_not_load_the_editor(ontology: Ontology) -> None:
    page = build(SimpleNamespace(), ontology).server.test_client().get("/").text
    assert "assets/editor/window.js" in page
    assert "cypher-editor" not in page


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            "Invalid input 'b': expected ',', 'CREATE', 'AS', 'SET', 'RETURN' or <EOF>",
            "Invalid input 'b': expected ',', 'AS', 'RETURN', the end of the text",
        ),
        ("Variable `x` not defined", "Variable `x` not defined"),
        (
            "expected 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I' or 'J'",
            "expected 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H' or something else",
        ),
    ],
)
def test_a_slip_is_told_in_few_words(message: str, words: str) -> None:
    assert diagnostics.shorten_message(message) == words


def test_a_remark_is_told_in_words() -> None:
    remark = Notice("01N51", "warn: type does not exist. The relationship type `X` does not exist.", 1, 2)
    assert (
        diagnostics.describe_notice(remark) == "No relationship type “X” is in the database; check how it is spelled."
    )
    assert diagnostics.describe_notice(Notice("03N90", "info: odd. A cartesian product")) == "Odd. A cartesian product."


def build_draft(body: str, *parameters: dict[str, str], **fields: str) -> Draft:
    """A draft with a long header: what is said of the body must not count its lines."""
    return Draft.read(
        {
            "title": "T",
            "description": "D",
            "unit": "claims",
            "theme": "export",
            "body": body,
            "parameters": list(parameters),
            **fields,
        }
    )


@pytest.mark.database
@pytest.mark.parametrize(
    ("draft", "line", "column", "words"),
    [
        (build_draft("MATCH (a)\nRETURN a b"), 2, 10, "Invalid input 'b'"),
        (
            build_draft("// a comment first\nRETURN $n + x", {"name": "n", "type": "integer", "default": "1"}),
            2,
            13,
            "`x`",
        ),
        (build_draft("MATCH (n) DETACH DELETE n"), 0, 0, "This may not run:"),
        (build_draft("LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row"), 0, 0, "This may not run:"),
        (
            build_draft("RETURN $c", {"name": "c", "type": "asked", "choices": "MATCH (n) SET n.x = 1 RETURN n.x"}),
            0,
            0,
            "The choices of c",
        ),
        (build_draft("RETURN 1", name="Not A Name"), 0, 0, "lower case"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(store: Store, draft: Draft, line: int, column: int, words: str) -> None:
    report = diagnostics.check(store, draft)
    assert not report.passed
    assert len(report.findings) == 1
    assert (report.findings[0].line, report.findings[0].column) == (line, column)
    assert words in report.findings[0].message


@pytest.mark.database
def test_a_check_says_what_neo4j_would_do(store: Store, ontology: Ontology) -> None:
    parameters = {"name": "top", "type": "integer"}, {"name": "who", "type": "entity"}
    body = "MATCH (a:Factori {id: $who})-[:PRODUCES]->(b)\nRETURN b.name ORDER BY b.name LIMIT $top"
    report = diagnostics.check(store, build_draft(body, *parameters))
    assert report.passed
    assert [(f.severity, f.line, f.column) for f in report.findings] == [("warning", 1, 10)]
    assert "No label “Factori”" in report.findings[0].message
    assert report.steps[-1] == "Give the rows"
    assert any(step.startswith("Follow lines to neighbours: (a)-[") for step in report.steps)
    # No table of ours is empty: what the words are made of is on the guard's list, by its name there.
    words = vocabulary.read_vocabulary(store, ontology)
    assert {"Factory", "Claim"} <= set(words["db"]["labels"])
    assert "REPORTS_TO" in words["db"]["relationshipTypes"]
    assert "toLower" in words["db"]["functions"]["CYPHER 5"]
    assert set(words["db"]["procedures"]["CYPHER 5"]) >= {"db.labels", "db.index.fulltext.queryNodes"}
    assert words["captions"]["REPORTS_TO"] == "reports to"


@pytest.fixture
def address(own_address: str) -> str:
    """The explorer over the shipped data, with a home of its own for queries."""
    return own_address


def write(page: Page, text: str) -> None:
    """Puts a text in the place of the editor's, as if pasted."""
    page.locator(TEXT).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def lines(page: Page) -> str:
    """The editor's text."""
    return "\n".join(page.locator(f"{TEXT} .cm-line").all_inner_texts())


def wait_for_words(page: Page, words: str) -> None:
    """Waits until the window says something."""
    page.locator("#editor-said", has_text=words).wait_for()


def offered(page: Page, text: str) -> str:
    """What completion offers behind a typed text."""
    write(page, "")
    page.keyboard.type(text, delay=20)
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    return page.locator(".cm-tooltip-autocomplete").inner_text()


def listed(page: Page, title: str, count: int) -> None:
    """Waits until the list of saved queries has a title so many times."""
    wait_until(
        page, f"document.getElementById('query-list').textContent.split({json.dumps(title)}).length === {count + 1}"
    )


@pytest.mark.browser
@pytest.mark.database
def test_from_a_mistake_to_a_saved_query(page: Page, address: str) -> None:
    errors = watch_page(open_page(page, address), address)
    page.get_by_role("button", name="New query").click()
    assert "Factory" in offered(page, "MATCH (a:Fac")
    assert "reports to" in offered(page, "MATCH (a)-[r:REPO")
    page.wait_for_timeout(150)  # so long the list must have been seen before Enter takes from it
    page.keyboard.press("Enter")
    assert lines(page) == "MATCH (a)-[r:REPORTS_TO]"
    write(page, "MATCH line = (a:Factory)-[:REPORTS_TO]->(b)\nRETURN lime")
    page.get_by_role("button", name="Check", exact=True).click()
    wait_for_words(page, "Line 2, column 8: Variable `lime` not defined.")
    assert page.locator(".cm-lintRange-error").inner_text() == "lime"
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+Backspace")
    page.keyboard.insert_text("line")
    page.get_by_role("button", name="Check", exact=True).click()
    wait_for_words(page, "It only reads, and may run.")
    page.locator(".draft-form").get_by_text("Picture", exact=True).click()
    page.locator(TEXT).click()
    page.keyboard.press("Control+Enter")
    wait_for_words(page, "rows")
    page.get_by_role("button", name="Look at the canvas").click()
    wait_until(page, "cy.nodes('[type = \"Factory\"]').length > 3 && cy.nodes('[type = \"Person\"]').length === 0")
    page.get_by_role("button", name="Back to your query").click()
    page.locator(TEXT).click()
    page.keyboard.press("Control+s")
    wait_for_words(page, "Give the query a title")
    page.get_by_label("Title", exact=True).fill(ATTACK)
    page.get_by_label("Description", exact=True).fill("The bodies above each plant")
    page.keyboard.press("Control+s")
    wait_for_words(page, f"Saved as “{ATTACK}” ({NAMED}), for you alone.")
    listed(page, ATTACK, 1)
    page.get_by_label("Description", exact=True).fill("Changed")
    page.keyboard.press("Control+s")
    wait_until(page, "document.getElementById('editor-dirty').textContent === ''")
    page.get_by_role("button", name="Save as a copy").click()
    wait_for_words(page, f"({NAMED}-2)")
    listed(page, ATTACK, 2)
    page.get_by_role("button", name="Delete").click()
    wait_for_words(page, "was deleted.")
    listed(page, ATTACK, 1)
    page.get_by_role("button", name="Undo", exact=True).click()
    wait_for_words(page, "is back.")
    listed(page, ATTACK, 2)
    assert "– yours" in page.inner_text("#editor-heading")
    page.get_by_role("button", name="Close the editor").click()
    page.locator(".editor-window").first.wait_for(state="hidden")
    assert page.evaluate("window.hacked") is None
    assert errors == []


@pytest.mark.browser
@pytest.mark.database
def test_a_draft_is_not_lost(page: Page, address: str, tmp_path: Path) -> None:
    errors = watch_page(open_page(page, address), address)
    page.evaluate("armsgraph.set({type: 'told', name: 'edit-query'}, {name: 'visits-and-meetings', at: 1})")
    page.locator(TEXT).wait_for()
    assert "Copy of “" in page.inner_text("#editor-heading")  # a shipped one stays as it is
    wait_until(page, "document.querySelector('.cm-content').textContent.includes('MATCH')")
    wait_until(page, "document.querySelectorAll('.draft-row').length === 1")
    page.locator("#editor-how").wait_for()
    body = lines(page)
    write(page, f"{body}\nUNION RETURN $누구, $more AS chain")
    page.get_by_role("status").get_by_text("$more is not among the parameters.").wait_for()
    page.get_by_role("button", name="Add it as a parameter").last.click()
    wait_until(page, "document.querySelectorAll('.draft-row').length === 2")
    violations = Axe().run(page, context=".editor-window", options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert violations.violations_count == 0, violations.generate_report()
    page.locator(TEXT).click()
    page.keyboard.press("Tab")  # leads on, and does not indent
    assert not page.evaluate("document.activeElement.closest('.cm-editor')")
    page.get_by_role("button", name="Close the editor").click()
    page.get_by_text("This query has changes that are not saved.").wait_for()
    page.get_by_role("button", name="Go on writing").click()
    page.reload()
    wait_for_words(page, "These are your changes of")
    wait_until(page, "document.querySelectorAll('.draft-row').length === 2")
    assert lines(page).endswith("UNION RETURN $누구, $more AS chain")
    page.get_by_role("button", name="Discard them").click()
    wait_until(page, "document.querySelectorAll('.draft-row').length === 1")
    assert lines(page) == body

    page.get_by_label("Title", exact=True).fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    wait_for_words(page, "Saved as “Mine”")
    bundle = save_download(page, "[data-edit=export]", tmp_path)
    with zipfile.ZipFile(bundle) as archive:
        text = archive.read("visits-and-meetings-2.cypher").decode()
    assert text.startswith("// title: Mine\n")
    assert text.endswith(body + "\n")
    good, bad = tmp_path / "other.cypher", tmp_path / "bad.cypher"
    good.write_text(text.replace("Mine", "Theirs"), encoding="utf-8")
    bad.write_text("MATCH (n) RETURN n", encoding="utf-8")
    page.set_input_files("#editor-import input", [str(bundle), str(good), str(bad)])
    wait_for_words(page, "files imported, for you.")
    wait_for_words(page, "other.cypher: imported.")
    wait_for_words(page, "says the same, word for word")
    wait_for_words(page, "bad.cypher: left out:")
    listed(page, "Theirs", 1)
    page.set_input_files("#editor-open-file input", str(bad))
    wait_for_words(page, "The file has no header")
    assert lines(page) == "MATCH (n) RETURN n"
    assert errors == []
