"""Finding by name: spellings, scripts, slips, numbers, types, and the order of what is found."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from explorer.panels.page import search as panel
from graph.database import search_keys
from graph.database.store import Store
from graph.model import Entity
from graph.ontology import Ontology
from graph.reading import search
from graph.reading.search import Hit, SearchResult
from tests.support.pages import open_page, wait_until

HOSTILE = [
    "",
    " ",
    ":",
    "<img src=x onerror=alert(1)>",
    '") OR (*:*',
    "a:b:c",
    "\x00",
    "🛳",
    "AND",
    "NOT kim",
    "*",
    "~",
    "金正恩",
    "k" * 20_000,
    "a b c d e f g h i j k l m",
]
CHO = "Second Economic Commission"


@pytest.mark.parametrize(
    "spellings",
    [
        ("Kanggye", "Ganggye", "Kanggyé", "강계"),
        ("Ri", "Lee", "Yi"),
        ("Jong", "Chong", "Jeong", "Jung", "Ch'ŏng"),
        ("Pak", "Park", "Bak"),
        ("Thaesong", "T’aesŏng", "Taeseong"),
    ],
)
def test_romanisations_sound_alike(spellings: tuple[str, ...]) -> None:
    heard = {s: search_keys.build_sound_keys(s) for s in spellings}
    assert len(set(map(tuple, heard.values()))) == 1, heard


def test_other_names_sound_otherwise() -> None:
    assert search_keys.build_sound_keys("Kanggye") != search_keys.build_sound_keys("Kangso")
    assert search_keys.build_sound_keys("Kim") != search_keys.build_sound_keys("Ri")


def test_the_index_holds_names_whole_joined_and_by_sound_and_numbers_without_signs() -> None:
    held = search_keys.build_search_texts(
        "Kim Jong-un", ["김정은"], ["IMO 8151415", "381-415-0100"], ["Entity", "Person"]
    )
    assert {
        "name_kimjongun",
        "also_김정은",
        "jongun",
        "sound_cong",
        "also_imo8151415",
        "8151415",
        "3814150100",
        "type_person",
    } <= set(held)
    assert "type_entity" not in held
    assert search_keys.build_search_texts("—", ["", "!!"]) == []
    assert all(
        len(t) < 255 for t in search_keys.build_search_texts("x" * 5_000, []) if "_" in t
    )  # the index cuts there


@pytest.mark.parametrize(
    "text", ['a" OR *:*', "(((", "search:*^9", "kang~~ && || !", "AND OR NOT", "{x TO y}", "\\u0060"]
)
def test_nothing_typed_is_read_as_lucene(text: str) -> None:
    words = search_keys.split_words(text)
    for word in words:
        assert word.isalnum()
        assert word == word.casefold()


@pytest.mark.parametrize(
    ("text", "name"),
    [("kanggye", ""), ("hui chon", ""), ("강계", "강계"), ("8151415", "IMO 8151415"), ("ganggye 26", "Ganggye No. 26")],
)
def test_the_name_that_matched_is_told_where_it_is_not_the_main_one(text: str, name: str) -> None:
    plant = Entity(
        "f",
        "Factory",
        ("Entity", "Factory"),
        "Kanggye Plant, Huichon",
        ("강계", "Ganggye No. 26"),
        {"identifiers": ["IMO 8151415"]},
    )
    assert search.find_matched_name(plant, text) == name


def test_the_picker_says_how_many_there_are(ontology: Ontology) -> None:
    hit = Hit(Entity("a", "Crime", ("Crime",), "<img src=x onerror=alert(1)>"))
    answer = panel.build_results(ontology, "x", SearchResult((hit,), 400, capped=True, note="Gave up."))
    assert [o["label"] for o in answer["data"]] == [
        "<img src=x onerror=alert(1)>",
        "The first 1 of more than 400. Type more of the name. Gave up.",
    ]
    assert answer["data"][0]["type"] == "Crime"
    assert answer["data"][1]["disabled"]
    assert panel.build_results(ontology, "x", SearchResult())["none"] == "Nothing by that name"
    assert "factory: kang" in panel.build_results(ontology, " ", SearchResult())["none"]


class TestShipped:
    """What is found among the shipped entities."""

    pytestmark = pytest.mark.database

    @staticmethod
    def names(store: Store, ontology: Ontology, text: str) -> list[str]:
        return [hit.entity.name for hit in search.find_hits(store, ontology, text, 12)]

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("russia", "Russia"),
            ("RUSSIA", "Russia"),
            ("north korea", "North Korea"),
            ("kanggye", "Kanggye"),
            ("강계", "Kanggye"),
            ("kim jong un", "Kim Jong Un"),
            ("Kim Jongun", "Kim Jong Un"),
            ("kimjongun", "Kim Jong Un"),
            ("un jong kim", "Kim Jong Un"),
            ("Gim Jeong-eun", "Kim Jong Un"),
            ("Lee Byong Cheol", "Ri Pyong Chol"),
            ("2nd Economical", CHO),
            ("second econ", CHO),
            ("Sceond Econmic Comission", CHO),
            ("imo8517839", "Maria (IMO 8517839)"),
            ("IMO-8517839", "Maria (IMO 8517839)"),
            ("IMO IMO 8517839", "Maria (IMO 8517839)"),
            ("IMO No. 8517839", "Maria (IMO 8517839)"),
        ],
    )
    def test_comes_first(self, store: Store, ontology: Ontology, text: str, first: str) -> None:
        assert self.names(store, ontology, text)[0] == first

    @pytest.mark.parametrize("text", ["Ganggye", "Kangye", "Kanngye", "Kanggey", "Канггйе"])
    def test_a_slip_or_another_romanisation_still_finds(self, store: Store, ontology: Ontology, text: str) -> None:
        assert "Kanggye" in self.names(store, ontology, text)

    def test_a_type_narrows_and_alone_lists_the_best_documented(self, store: Store, ontology: Ontology) -> None:
        hits = search.find_hits(store, ontology, "factory: gang", 12)
        assert len(hits) > 3
        assert {hit.entity.type for hit in hits} == {"Factory"}
        listed = search.find_entities(store, ontology, "Factories:", 5)
        assert {hit.entity.type for hit in listed.hits} == {"Factory"}
        assert listed.total == store.read("MATCH (n:Factory) RETURN count(n) AS n")[0]["n"] > 5
        text = "MATCH (n:Entity {id: $id}) RETURN COUNT { (n)--() } AS lines"
        lines = [store.read(text, id=hit.entity.id)[0]["lines"] for hit in listed.hits]
        assert lines == sorted(lines, reverse=True)

    def test_a_group_and_a_parent_type_narrow_too(self, store: Store, ontology: Ontology) -> None:
        ships = search.find_hits(store, ontology, "ships and aircraft: maria", 12)
        assert {hit.entity.type for hit in ships} == {"Ship"}
        assert [hit.entity.name.split(" ")[0] for hit in ships[:2]] == ["Maria", "Maria"]
        assert any(hit.entity.type == "City" for hit in search.find_hits(store, ontology, "place: kanggye", 12))
        assert self.names(store, ontology, "nonsense: kanggye") == []

    @pytest.mark.parametrize("text", HOSTILE)
    def test_nothing_typed_breaks_it(self, store: Store, ontology: Ontology, text: str) -> None:
        assert isinstance(search.find_entities(store, ontology, text), SearchResult)

    def test_it_says_how_many_more_there_are(self, store: Store, ontology: Ontology) -> None:
        result = search.find_entities(store, ontology, "k", 12)
        assert len(result.hits) == 12 < result.total


@pytest.mark.browser
@pytest.mark.database
def test_a_late_answer_never_replaces_a_newer_one(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    requests: list[str] = []

    def slow(route: Route) -> None:
        body = route.request.post_data or ""
        if "search-found.data" in body:
            requests.append(body)
            if len(requests) == 1:
                time.sleep(1.2)
        route.continue_()

    page.route("**/_dash-update-component*", slow)
    page.focus("#search")
    page.get_by_text("“factory: kang” looks among factories only").wait_for()
    page.keyboard.type("k")
    page.wait_for_timeout(350)  # longer than the pause after which the server is asked
    page.keyboard.type("ang", delay=20)
    page.get_by_role("option", name="Kang Sun Nam").first.wait_for()
    page.wait_for_timeout(1_800)
    shown = page.get_by_role("option").all_inner_texts()
    assert not any("North Korea\n" in text for text in shown), shown
    assert len(requests) == 2, "three keys in a row are one question"
    page.fill("#search", "factory: k")
    seen = "[...document.querySelectorAll('[role=option]')].filter(o => o.offsetParent).map(o => o.innerText)"
    wait_until(page, f"{seen}.length > 3 && {seen}.every(text => /Factory|factories|^The first/.test(text))")
    page.fill("#search", "k")
    page.get_by_text("The first 12 of ").wait_for()
    page.fill("#search", "zzzzqq")
    page.get_by_text("Nothing by that name").locator("visible=true").wait_for()
