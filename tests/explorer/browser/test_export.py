"""The export window in a real Chromium: preview, files, what is remembered, redaction, progress and what is refused."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

from explorer.export import build, redaction
from explorer.export.build import ExportContext
from explorer.export.formats import FORMATS, ExportOptions
from explorer.export.jobs import build_export_jobs, start_export
from explorer.export.redaction import Profile, Replacement
from explorer.export.redaction.profiles import ProfileStore
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_queries.users import get_local_user
from tests.support.exports import build_canvas
from tests.support.pages import (
    export_canvas,
    find_element_position,
    open_page,
    read_details,
    save_download,
    wait_until,
    watch_page,
)

pytestmark = [pytest.mark.browser, pytest.mark.database]
SEC = "second-economic-commission"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data home of this test's own, for views and profiles."""
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path / "home"))


def choose(page: Page, control: str, value: object, prop: str = "value") -> None:
    """Sets a control of the export window, as a click in its list does."""
    page.evaluate(f"dash_clientside.set_props('export-{control}', {{{prop}: {json.dumps(value)}}})")
    wait_until(
        page,
        f"JSON.stringify(JSON.parse(localStorage.getItem('export-choices') || '{{}}')[{json.dumps(control)}])"
        f" === {json.dumps(json.dumps(value))}",
    )
    page.wait_for_load_state("networkidle")


def window(page: Page) -> None:
    """Opens the window and waits for its preview."""
    page.click("#export")
    wait_until(page, "!!document.querySelector('#export-preview')?.firstChild")


def test_every_format_downloads_the_file_that_the_command_line_makes(
    page: Page, address: str, store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    faults = watch_page(page, address)
    open_page(page, address)
    window(page)
    choose(page, "dated", value=False, prop="checked")
    canvas = build_canvas(store, ontology, "reporting-chain")
    desk = ExportContext(store, ontology, get_local_user())
    for name in FORMATS:
        choose(page, "format", name)
        file = save_download(page, "#export-go", tmp_path)
        ours = build.build_canvas_file(desk, [canvas], ExportOptions(name))
        assert file.name == ours.name
        assert file.read_bytes() == ours.data, name
        wait_until(page, f"document.getElementById('export-said').innerText.includes({json.dumps(ours.name)})")
    assert faults == []


def test_the_preview_shows_the_page_the_data_or_why_there_is_none(page: Page, address: str) -> None:
    open_page(page, address)
    window(page)
    assert page.get_attribute("#export-preview img", "src").startswith("data:image/svg+xml")
    before = page.get_attribute("#export-preview img", "src")
    page.fill("#export-mark", "Embargoed")
    page.keyboard.press("Tab")
    wait_until(page, f"document.querySelector('#export-preview img').src.length !== {len(before or '')}")
    for name, word in (("mermaid", "flowchart"), ("xlsx", "Factories ("), ("csv", "nodes.csv"), ("dot", "digraph")):
        choose(page, "format", name)
        wait_until(
            page, f"(document.querySelector('#export-preview pre')?.innerText || '').includes({json.dumps(word)})"
        )
    choose(page, "format", "dossier-pdf")
    wait_until(page, "document.getElementById('export-preview').innerText.includes('Select an entity')")


def test_a_dossier_of_the_selected_entity(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    page.mouse.click(*find_element_position(page, SEC))
    read_details(page, "claims")
    window(page)
    choose(page, "format", "dossier-docx")
    wait_until(page, "(document.querySelector('#export-preview img')?.src || '').startsWith('data:image/png')")
    file = save_download(page, "#export-go", tmp_path)
    assert file.suffix == ".docx"
    with zipfile.ZipFile(file) as packed:
        assert "Second Economic Commission" in packed.read("word/document.xml").decode()


def test_the_last_choices_are_remembered(page: Page, address: str) -> None:
    open_page(page, address)
    window(page)
    choose(page, "format", "png")
    choose(page, "paper", "a3")
    choose(page, "pixels", 3210)
    page.close()
    page = open_page(page.context.new_page(), address)
    window(page)
    wait_until(page, "document.getElementById('export-format').value === 'PNG'")
    wait_until(page, "document.getElementById('export-paper').value === 'A3'")
    assert "3210" in page.input_value("#export-pixels").replace(",", "")


def test_a_profile_is_made_in_the_form_and_hides_a_name_everywhere(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    window(page)
    page.click("#export-profile-edit")
    form = page.get_by_role("dialog", name="Redaction profiles")
    form.wait_for()
    page.fill("#profile-name", "For the press")
    page.evaluate("dash_clientside.set_props('profile-entity', {value: 'kim-jong-sik'})")
    page.fill("#profile-label", "Official A")
    page.click("#profile-add")
    form.get_by_text("Kim Jong Sik → Official A").wait_for()
    page.click("#profile-save")
    form.wait_for(state="hidden")
    assert ProfileStore().find("For the press").names == (Replacement("kim-jong-sik", "Official A"),)
    wait_until(page, "document.getElementById('export-profile').value === 'For the press'")
    wait_until(page, "document.getElementById('export-said').innerText.includes('Only you see this list')")
    for name in ("svg", "pptx", "html", "xlsx", "json"):
        choose(page, "format", name)
        file = save_download(page, "#export-go", tmp_path)
        assert redaction.find_leaks(file.read_bytes(), ["Kim Jong Sik", "kim-jong-sik", "김정식"]) == [], name
    page.locator(".export-removed summary").click()
    assert "Kim Jong Sik" in page.locator(".export-removed pre").inner_text()  # for the exporter's eyes
    page.click("#export-profile-edit")
    page.click("#profile-delete")
    form.get_by_text("Deleted").wait_for()
    assert ProfileStore().all() == ()


def test_a_template_that_is_none_is_told(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    window(page)
    choose(page, "format", "pptx")
    (tmp_path / "no.pptx").write_bytes(b"this is no presentation")
    page.set_input_files("#export-template-file input", tmp_path / "no.pptx")
    page.get_by_text("no.pptx").wait_for()
    page.click("#export-go")
    wait_until(page, "!!document.querySelector('#export-said .refusal')")
    assert "template" in page.inner_text("#export-said").lower()


def test_finished_files_are_for_the_page_that_asked(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    file = export_canvas(page, "json", tmp_path)
    assert json.loads(file.read_text(encoding="utf-8"))["format"] == "armsgraph/1"
    assert "def build" not in page.request.get(f"{address}export/%2e%2e%2fapp.py").text()  # the app's page, no file
    for where in ("export/0123", "export/..%5capp.py", f"export/{'f' * 400}"):
        assert page.request.get(f"{address}{where}").status == 404, where
    away = page.request.get(f"{address}export/0123", headers={"Sec-Fetch-Site": "cross-site"})
    assert away.status == 403


def test_a_cancelled_export_ends_and_old_files_go() -> None:
    exports = build_export_jobs()

    def slow(report: build.ProgressCallback) -> build.ExportFile:
        while True:
            report("Waiting", 0.5)

    task = start_export(exports, slow)
    assert exports.cancel(task.id, "")
    assert task.ended.wait(10)
    assert "cancelled" in str(task.error)
    jobs = [start_export(exports, lambda _: build.ExportFile("a", "text/plain", b"x")) for _ in range(8)]
    for _ in range(20):
        assert jobs[-1].ended.wait(10)
        assert exports.find(jobs[-1].id) is jobs[-1]
        jobs.append(start_export(exports, lambda _: build.ExportFile("a", "text/plain", b"x")))
    assert jobs[-1].ended.wait(10)
    assert [exports.find(job.id) is None for job in (task, *jobs)] == [True] * 17 + [False] * 12


def test_a_fault_of_ours_is_told_and_does_not_stop_the_next_export() -> None:
    exports = build_export_jobs()

    def broken(_: build.ProgressCallback) -> build.ExportFile:
        raise ZeroDivisionError

    task = start_export(exports, broken)
    assert task.ended.wait(10)
    assert "fault" in str(task.error)
    assert start_export(exports, lambda _: build.ExportFile("a", "text/plain", b"x")).ended.wait(10)


def test_progress_is_reported(store: Store, ontology: Ontology) -> None:
    steps: list[tuple[str, float]] = []
    desk = ExportContext(store, ontology, "", lambda words, share: steps.append((words, share)))
    build.build_canvas_file(desk, [build_canvas(store, ontology, "export-chain")], ExportOptions("svg"))
    assert [share for _, share in steps] == sorted(share for _, share in steps)
    assert re.match("Reading", steps[0][0])
    assert len(steps) >= 3


def test_a_profile_hides_in_the_same_way_in_every_format(store: Store, ontology: Ontology) -> None:
    canvas = build_canvas(store, ontology, "chain:kanggye-general-tractor-plant")
    profile = Profile(
        "P",
        source_kinds=("reference",),
        grade="C3",
        names=(Replacement("kim-jong-sik", "Official A"),),
        drop_notes=True,
    )
    desk = ExportContext(store, ontology)
    for name in FORMATS:
        file = build.build_canvas_file(desk, [canvas], ExportOptions(name, made_on="2026-11-28"), profile=profile)
        assert file.removed
        assert not redaction.find_leaks(file.data, file.removed), name
        if name not in ("png", "json", "graphml", "ftm", "csv", "xlsx", "pptx", "pdf"):
            assert b"Redacted version" in file.data or b'"redacted": true' in file.data.lower(), name
        if file.data.startswith(b"PK"):
            packed = zipfile.ZipFile(io.BytesIO(file.data))
            assert any(b"edacted" in packed.read(n) for n in packed.namelist()), name


def test_nothing_and_too_much_are_refused(store: Store, ontology: Ontology) -> None:
    desk = ExportContext(store, ontology)
    canvas = build_canvas(store, ontology, "export-chain")
    for canvases, choices, words in (
        ([Canvas()], ExportOptions("pdf"), "nothing on the canvas"),
        ([canvas, canvas], ExportOptions("pdf"), "PowerPoint"),
        ([canvas], ExportOptions("bmp"), "no format"),
        ([canvas], ExportOptions("png", pixels=10), "pixels"),
        ([canvas], ExportOptions("svg", paper="a0"), "no page"),
    ):
        with pytest.raises(Exception, match=words):
            build.build_canvas_file(desk, canvases, choices)
