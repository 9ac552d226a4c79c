"""Redaction: what a profile hides is in no text, id or file any more, and nothing else is lost or said wrongly."""

import base64
import io
import json
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from explorer.canvas import actions
from explorer.export import formats, redaction
from explorer.export.common import material
from explorer.export.common.briefing import Briefing
from explorer.export.common.material import Edition, Material
from explorer.export.formats import ExportOptions
from explorer.export.redaction import (
    Leak,
    Profile,
    RedactionReport,
    Replacement,
    apply_profile,
    apply_profile_to_all,
    check_material,
    find_leaks,
    profiles,
)
from explorer.export.redaction.profiles import ProfileStore
from explorer.export.redaction.text import Matcher
from explorer.filters import time
from explorer.state.canvas import Canvas, Emphasis, Gap, Note, Stack
from explorer.state.filter import Filter
from graph import evidence
from graph.database.store import Store
from graph.errors import DataError
from graph.model import Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.reading import naming
from graph.saved_queries import guarded_query
from graph.saved_queries.library import load_shipped_queries
from graph.saved_views import viewfile
from tests.support.exports import run_program

PLANT, OFFICIAL = "kanggye-general-tractor-plant", "kim-jong-sik"
NAMES = (Replacement(PLANT, "Plant A"), Replacement(OFFICIAL, "Official A"), Replacement("daily-nk", "Outlet A"))
RULES = {
    "lists": Profile("Lists", ("list",)),
    "articles": Profile("Articles", ("article",)),
    "grade": Profile("Grade", grade="C2"),
    "names": Profile("Names", names=NAMES),
    "state": Profile("State", names=(Replacement("north-korea", "State A"),)),
    "notes": Profile("Notes", drop_notes=True),
    "all": Profile("For the press", ("list", "reference"), "C3", NAMES, drop_notes=True),
}
# Written out here, so that no fault of the code under test can hide in the test.
SPELLINGS = (
    "Kanggye General Tractor Plant",
    "Kanggye Tractor Plant",
    "강계뜨락또르종합공장",
    "Kim Jong Sik",
    "김정식",
    "KIM, Cho'ng-sik",
    "OFAC 23214",
    "kim-jong-sik",
    "kanggye-general-tractor-plant",
    "Daily NK",
)
OF_LISTS = (
    "ofac-sdn-2021-07",
    "un-1718-list",
    "Consolidated list of the 1718",
    "edition of July 2021",
    "UN KPi.066",
    "ofac-23214-post",
    "The US list of July 2021",
    "KIM, Cho'ng-sik",
)


@pytest.fixture(scope="module")
def canvases(store: Store, ontology: Ontology) -> dict[str, Material]:
    """Real canvases with every claim about them, one of them with the analyst's notes and filters on it."""
    answer = guarded_query.run(store, ontology, load_shipped_queries()["reporting-chain"], {})
    chain = actions.show_chain(store, ontology, PLANT).canvas
    noted = replace(
        chain,
        notes=(Note("n1", "Ask again about Kim Jong-sik and the OFAC list (ofac-sdn-2021-07)"),),
        positions={**chain.positions, "n1": (5.0, 5.0), f"stack:{PLANT}|PRODUCES|out|Weapon": (1.0, 1.0)},
        filter=Filter(without=("ofac-sdn-2021-07", "diplomat-2022")),
        hidden=(f"{OFFICIAL}|HOLDS_POST_IN|munitions-industry-department",),
        pinned=(PLANT,),
        emphasis=Emphasis("query", (PLANT, "iran"), (f"{PLANT}|EXPORTS_TO|iran",), sentence="2 of “Kanggye’s buyers”"),
        origin={"query": "full-chain", "parameters": {"entity": PLANT, "day": "2024"}},
        colour_by="designated",
    )
    drawn = {
        "chain": chain,
        "noted": noted,
        "reporting": actions.show_answer(store, ontology, Canvas(), answer, fresh=True).canvas,
    }
    return {name: material.gather(store, ontology, canvas) for name, canvas in drawn.items()}


@pytest.fixture(scope="module")
def everyone(store: Store) -> Subgraph:
    """Whom the rules name, as the database knows them."""
    return naming.read_naming(store, [r.entity for r in (*NAMES, *RULES["state"].names)])


def list_subjects(material: Material) -> Subgraph:
    """All entities of a material with its claims, as if the database held nothing else."""
    return Subgraph((*material.whole.entities, *material.beside), (), material.whole.claims)


def redact(material: Material, profile: Profile) -> tuple[Material, RedactionReport]:
    """What a profile makes of a material that is all there is."""
    return apply_profile(material, profile, list_subjects(material))


def plain(text: str) -> str:
    """Letters and digits alone: another reading than that of the code."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in parts if c.isalnum()))


def every_text(value: Any) -> Iterator[str]:
    """All texts of a material but the ontology's, by another walk than the code's."""
    if isinstance(value, Material):
        for part in (value.canvas.write(), value.whole.as_dict(), value.query, dict(value.parameters)):
            yield from every_text(part)
        for group in (value.beside, value.designations, value.editions):
            for item in group:
                yield from every_text({name: getattr(item, name) for name in type(item).__dataclass_fields__})
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from every_text(key)
            yield from every_text(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from every_text(item)


def holds(texts: Iterator[str] | list[str], spelling: str) -> bool:
    return any(plain(spelling) in plain(text) for text in texts)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("canvas", ["chain", "noted", "reporting"])
def test_what_a_rule_hides_is_nowhere_in_the_material(
    canvases: dict[str, Material], canvas: str, rule: str, everyone: Subgraph
) -> None:
    before = canvases[canvas]
    redacted, removed = apply_profile(before, RULES[rule], everyone)
    assert redacted.redacted and not before.redacted
    text = json.dumps(list(every_text(redacted)), ensure_ascii=False)
    assert find_leaks(text, removed) == []
    # Names may be known from the database alone, where the canvas holds only some of them.
    some = [*(t for t in removed.names if holds(every_text(before), t)), *removed.texts][:10]
    assert some or not (removed.names or removed.texts)
    assert find_leaks(json.dumps(list(every_text(before))), some) == sorted(some), (
        "the same search finds all of it before"
    )
    names = {e.entity for e in RULES[rule].names}
    for hidden in SPELLINGS if OFFICIAL in names else ():
        assert not holds(every_text(redacted), hidden), hidden
    for hidden in OF_LISTS if "list" in RULES[rule].source_kinds else ():
        assert not holds(every_text(redacted), hidden), hidden


@pytest.mark.parametrize("rule", RULES)
def test_a_second_time_changes_nothing_more(canvases: dict[str, Material], rule: str, everyone: Subgraph) -> None:
    redacted, _ = apply_profile(canvases["noted"], RULES[rule], everyone)
    assert apply_profile(redacted, RULES[rule], everyone)[0] == redacted


@pytest.mark.parametrize("rule", ["lists", "articles", "grade"])
def test_other_claims_stay_as_they_were_and_lines_are_theirs(canvases: dict[str, Material], rule: str) -> None:
    before, profile = canvases["chain"], RULES[rule]
    redacted, _ = redact(before, profile)
    kinds = {s.id: s.kind for s in before.whole.sources}
    kept = {
        c.id: c
        for c in before.whole.claims
        if kinds[c.source] not in profile.source_kinds
        and (not profile.grade or evidence.rank_grade(c.grade) <= evidence.rank_grade(profile.grade))
    }
    assert 0 < len(kept) < len(before.whole.claims)
    # Texts that name a hidden source are reworded; all else of a claim is what it was.
    assert {c.id: replace(c, summary="") for c in redacted.whole.claims} == {
        i: replace(c, summary="") for i, c in kept.items()
    }
    expected = {}
    for line in before.whole.relationships:
        carrying = [kept[i] for i in line.claims if i in kept]
        if carrying:
            expected[line.id] = (
                line if len(carrying) == len(line.claims) else time.recompute_relationship(line, carrying)
            )
    assert {r.id: r for r in redacted.whole.relationships} == expected
    cited = {c.source for c in kept.values()}
    assert {s.id for s in redacted.whole.sources} == cited


def test_names_alone_take_no_line_and_no_statement(canvases: dict[str, Material], everyone: Subgraph) -> None:
    before = canvases["chain"]
    redacted, removed = apply_profile(before, RULES["names"], everyone)
    assert len(redacted.whole.entities) == len(before.whole.entities)
    assert [(r.type, r.stance, len(r.claims)) for r in redacted.whole.relationships] == [
        (r.type, r.stance, len(r.claims)) for r in before.whole.relationships
    ]
    naming = ("HAS_NAME", "HAS_IDENTIFIER", "HAS_PROPERTY")
    own = {r.entity for r in NAMES}
    assert len(redacted.whole.claims) == sum(
        not (c.subject in own and c.predicate in naming) for c in before.whole.claims
    )
    assert any("Factory No. 26 bears a name of “Plant A” too" in w for w in removed.warnings)
    plant = {e.id: e for e in redacted.whole.entities}[removed.get_new_id(PLANT)]
    assert (plant.name, plant.aliases, dict(plant.properties)) == ("Plant A", (), {})
    for line in redacted.whole.relationships:
        assert line.id == f"{line.source}|{line.type}|{line.target}"
    assert redacted.canvas.title == "Chain of Plant A"
    assert f"gap|carrier|{plant.id}|iran" in {g.id for g in redacted.canvas.gaps}
    assert f"gap|carrier|{plant.id}|iran" in redacted.canvas.positions
    assert set(redacted.canvas.positions) <= {*redacted.canvas.ids, *(g.id for g in redacted.canvas.gaps)}
    assert len(redacted.canvas.positions) == len(before.canvas.positions)
    held = {c.id for c in redacted.whole.claims}
    assert all(set(r.claims) <= held for r in redacted.whole.relationships)


def test_the_exporter_is_told_loudly_that_a_disagreement_is_hidden(canvases: dict[str, Material]) -> None:
    before = canvases["chain"]
    (line,) = [r for r in before.whole.relationships if r.id == "north-korea|EXPORTS_TO|russia"]
    assert line.stance == "contested"
    redacted, removed = redact(before, RULES["grade"])
    (left,) = [r for r in redacted.whole.relationships if r.id == line.id]
    assert left.stance == "asserted"
    warning = next(w for w in removed.warnings if "North Korea exports arms to Russia" in w)
    assert warning.startswith("A DISAGREEMENT IS HIDDEN") and "contested" in warning
    assert any("different figures" in w for w in removed.warnings)
    assert removed.text.index("WARNING: A DISAGREEMENT") < removed.text.index("claim: ")
    assert ("line’s stance", line.id) in {(row.what, row.id) for row in removed.rows}


def test_entities_lose_what_hidden_claims_alone_say(canvases: dict[str, Material]) -> None:
    redacted, removed = redact(canvases["chain"], RULES["lists"])
    (official,) = [e for e in redacted.whole.entities if e.id == OFFICIAL]
    assert "identifiers" not in official.properties and "description" not in official.properties
    assert official.aliases == ("김정식",)
    named = {end for c in redacted.whole.claims for end in (c.subject, c.object, c.asserted_by) if end}
    # The US list stays as the one that was searched in vain; nobody else is left of whom hidden claims alone tell.
    assert {e.id for e in redacted.beside} <= named
    assert {c.stance for c in redacted.whole.claims if c.object == "regime-ofac"} <= {"not listed", "not found"}
    assert not [c for c in redacted.whole.claims if c.asserted_by == "regime-ofac"]
    assert "un-1718-list" in {row.id for row in removed.rows if row.what == "source"}


@pytest.mark.parametrize("name", formats.FORMATS)
def test_no_format_holds_what_is_hidden(canvases: dict[str, Material], name: str, everyone: Subgraph) -> None:
    redacted, removed = apply_profile(canvases["chain"], RULES["all"], everyone)
    choices = ExportOptions(format=name, made_on="2026-11-28", pixels=800)
    write = formats.FORMATS[name].write
    data = write([Briefing(redacted, made_on="2026-11-28")], choices, None).data
    assert find_leaks(data, removed) == []
    if name == "png":
        return  # the picture is that of the SVG
    if name == "pdf":
        read, open_ = pdf_text(data), pdf_text(write([Briefing(canvases["chain"])], choices, None).data)
        assert "Plant A" in read and find_leaks(read, removed) == []
        assert find_leaks(open_, removed)
        return
    unredacted = write([Briefing(canvases["chain"])], choices, None).data
    assert find_leaks(unredacted, removed), "the same search finds it in a file that is not redacted"


def pdf_text(data: bytes) -> str:
    return run_program("pdftotext", "-layout", "-", "-", data=data)


def test_several_canvases_of_one_file_are_redacted_alike(canvases: dict[str, Material], everyone: Subgraph) -> None:
    both, removed = apply_profile_to_all([canvases["chain"], canvases["reporting"]], RULES["names"], everyone)
    ids = [{e.id for e in m.whole.entities if e.name == "Official A"} for m in both]
    assert ids[0] == ids[1] == {removed.get_new_id(OFFICIAL)}
    assert removed.cleaned("What Kim Jong-sik did") == "What Official A did"


def test_everything_can_be_removed(canvases: dict[str, Material]) -> None:
    kinds = tuple({s.kind for s in canvases["noted"].whole.sources})
    redacted, removed = redact(canvases["noted"], Profile("Nothing left", kinds, drop_notes=True))
    assert redacted.whole == Subgraph() and redacted.beside == ()
    assert (redacted.canvas.ids, redacted.canvas.notes, redacted.canvas.gaps, dict(redacted.canvas.positions)) == (
        (),
        (),
        (),
        {},
    )
    assert Briefing(redacted).counts == "0 entities, 0 lines"
    assert len(removed.rows) > 200


def small(ontology: Ontology, *claims: Claim, **canvas: Any) -> Material:
    """A material of a few entities, with what these claims make of them."""
    ids = sorted({end for c in claims for end in (c.subject, c.object) if end})
    lines: dict[str, list[Claim]] = {}
    for c in claims:
        if c.object:
            lines.setdefault(f"{c.subject}|{c.predicate}|{c.object}", []).append(c)
    whole = Subgraph(
        tuple(entity(i, [c for c in claims if c.subject == i]) for i in ids),
        tuple(map(evidence.build_relationship, lines.values())),
        claims,
        tuple(source(s) for s in sorted({c.source for c in claims})),
    )
    fields = {"ids": tuple(ids), "positions": dict.fromkeys(ids, (0.0, 0.0)), **canvas}
    return Material(
        ontology,
        Canvas(**fields),
        whole,
        editions=(Edition("Title of roll-one", "1", "2024-01-01", frozenset(c.id for c in claims)),),
    )


def entity(identity: str, claims: list[Claim]) -> Entity:
    numbers = evidence.list_names(claims, "HAS_IDENTIFIER")
    properties = {"description": f"On {identity}", "identifiers": numbers, "imoNumber": "".join(numbers)[4:]}
    name = identity.replace("-", " ").title()
    return Entity(
        identity, "Organization", ("Entity", "Organization"), name, tuple(evidence.list_names(claims)), properties
    )


def source(identity: str) -> Source:
    kind = "list" if identity.startswith("roll") else "article"
    url = f"https://example.org/{identity}"
    return Source(identity, f"Publisher of {identity}", f"Title of {identity}", "2024", url, kind)


def claim(name: str, subject: str = "harbour-works", target: str | None = "north-yard", **fields: Any) -> Claim:
    values = {
        "predicate": "SUPPLIES",
        "stance": "asserted",
        "source": "paper-one",
        "reliability": "B",
        "credibility": "2",
        "summary": f"Summary of {name}",
        **fields,
    }
    return Claim(id=name, subject=subject, object=target, **values)


def test_numbers_that_hidden_claims_alone_state_go(ontology: Ontology) -> None:
    listed = claim("c-imo", target=None, predicate="HAS_IDENTIFIER", value="IMO 8801234", source="roll-one")
    alias = claim("c-name", target=None, predicate="HAS_NAME", value="Hafenwerk", source="roll-one")
    before = small(ontology, claim("c-line"), listed, alias)
    assert before.whole.entities[0].properties["imoNumber"] == "8801234"
    redacted, _ = redact(before, Profile("x", ("list",)))
    works = redacted.whole.entities[0]
    assert (works.id, works.aliases, dict(works.properties)) == ("harbour-works", (), {})
    assert redacted.editions == (), "an edition named like a hidden source goes"
    assert redacted.whole.entities[1] == before.whole.entities[1]


def test_canvas_forgets_what_fell(ontology: Ontology) -> None:
    gone = claim("c-gone", "third-mill", "north-yard", source="roll-one")
    before = small(
        ontology,
        claim("c-line"),
        gone,
        title="About Third Mill",
        note="3 entities, Third Mill among them",
        hidden=("third-mill|SUPPLIES|north-yard",),
        pinned=("third-mill",),
        gaps=(Gap("gap|maker||third-mill", "No maker known", "", "third-mill"),),
        stacks=(Stack("stack:third-mill|SUPPLIES|out|Port", "third-mill", "Port", "SUPPLIES", ("a", "b")),),
        notes=(Note("n", "Third Mill again"),),
        filter=Filter(without=("roll-one",)),
        emphasis=Emphasis("path", ("third-mill",), sentence="to Third Mill"),
        origin={"query": "q", "parameters": {"entity": "third-mill"}},
    )
    redacted, removed = redact(before, Profile("x", ("list",)))
    canvas = redacted.canvas
    assert canvas.ids == ("harbour-works", "north-yard")
    assert (canvas.hidden, canvas.pinned, canvas.gaps, canvas.stacks, canvas.filter.without) == ((), (), (), (), ())
    assert (canvas.title, canvas.note, canvas.notes[0].text) == ("About [withheld]", "", "[withheld] again")
    assert canvas.emphasis == Emphasis()
    assert canvas.origin["parameters"] == {"entity": "[withheld]"}
    assert not holds(every_text(redacted), "third mill")
    assert {row.what for row in removed.rows} >= {"source", "claim", "line", "entity", "gap", "canvas note", "emphasis"}


def test_foreign_nodes_without_claims_stay(ontology: Ontology) -> None:
    base = small(ontology, claim("c-line", source="roll-one"))
    node = Entity("neo4j:4:x:1", "Thing", ("Harbour Works Person",), "Elsewhere", (), {"Harbour Works": "x", "n": 3})
    line = Relationship("neo4j:5:x:2", "HARBOUR_WORKS_TIE", node.id, node.id)
    whole = replace(base.whole, entities=(*base.whole.entities, node), relationships=(*base.whole.relationships, line))
    redacted, _ = redact(replace(base, whole=replace(whole, entities=(node,))), Profile("x", ("list",)))
    assert redacted.whole.entities == (node,) and redacted.whole.relationships == (line,)
    redacted, _ = redact(replace(base, whole=whole), Profile("x", names=(Replacement("harbour-works", "Firm A"),)))
    assert not holds(every_text(redacted), "harbour works")
    (left,) = [e for e in redacted.whole.entities if e.id == node.id]
    assert dict(left.properties) == {"Firm A": "x", "n": 3}


def test_an_address_that_spells_the_name_is_dropped(ontology: Ontology) -> None:
    before = small(ontology, claim("c-line", source="paper-one"), claim("c-2", source="paper-two"))
    urls = ("https://example.org/%48arbour%2Dworks-2024.html", "https://example.org/other")
    sources = tuple(replace(s, url=u) for s, u in zip(before.whole.sources, urls, strict=True))
    before = replace(before, whole=replace(before.whole, sources=sources))
    redacted, removed = redact(before, Profile("x", names=(Replacement("harbour-works", "Firm A"),)))
    assert [s.url for s in redacted.whole.sources] == ["", "https://example.org/other"]
    assert "address of a source" in {row.what for row in removed.rows}
    assert any("look up 2 sources" in w for w in removed.warnings)


def test_names_that_can_not_be_found_for_sure_are_refused_or_told(ontology: Ontology) -> None:
    before = small(ontology, claim("c-line", "xy", "north-yard"), claim("c-p", "port", "north-yard"))
    for entity, words in (("xy", "too short"), ("port", "a word that every file has")):
        with pytest.raises(DataError, match=words):
            redact(before, Profile("x", names=(Replacement(entity, "Firm A"),)))
    with pytest.raises(DataError, match="holds a name that the profile hides"):
        redact(before, Profile("x", names=(Replacement("north-yard", "The North-Yard"),)))
    with pytest.raises(DataError, match="is the name of something else"):
        redact(before, Profile("x", names=(Replacement("north-yard", "xY"),)))
    with pytest.raises(DataError, match=r"nobody-here.*the database does not hold.*nothing is written"):
        redact(before, Profile("x", names=(Replacement("nobody-here", "A"), Replacement("north-yard", "B"))))
    text = replace(before.whole.claims[0], summary="Workers of the yard")
    _, removed = redact(
        replace(before, whole=replace(before.whole, claims=(text, *before.whole.claims[1:]))),
        Profile("x", names=(Replacement("north-yard", "B"),)),
    )
    assert any(w.startswith("Look at these: “yard”") and "Workers of the yard" in w for w in removed.warnings)


def test_a_material_that_still_holds_something_is_refused(ontology: Ontology) -> None:
    before = small(ontology, claim("c-line"))
    redacted, removed = redact(before, Profile("x", names=(Replacement("harbour-works", "Firm A"),)))
    check_material(redacted, removed)
    for spoilt in (
        replace(redacted, parameters={"HARBOUR-WORKS": "x"}),
        replace(redacted, canvas=replace(redacted.canvas, positions={"note|harbour-works": (0.0, 0.0)})),
        replace(redacted, canvas=replace(redacted.canvas, origin={"parameters": {"a": [{"b": "the Harbour Works"}]}})),
    ):
        with pytest.raises(Leak):
            check_material(spoilt, removed)


JONG = "Kim Jong Sik"
FOUND = (
    (JONG, "KIM JONG-SIK's men"),
    (JONG, "of Kim Jongsik."),
    (JONG, "Kim\n  Jong\tSik"),
    (JONG, "a/kim_jong_sik/b"),
    (JONG, "Ｋｉｍ　Ｊｏｎｇ　Ｓｉｋ"),
    (JONG, "Ki\u200bm Jo\u00adng Sik"),
    ("Cho'ng-sik", "Ch\u2019o\u0306ngsik"),
    ("Chŏngsik", "CHONG-SIK"),
    ("김정식", "북한의 김 정 식은"),
    ("김정식", unicodedata.normalize("NFD", "김정식")),
    ("Kim", "<b>Kim</b>"),
    ("MID", "the MID says"),
    ("OFAC 23214", "ofac-23214-post"),
    ("A|B Ltd", "of A|B Ltd"),
)
NOT_FOUND = (
    ("Kim", "Kimchi"),
    ("Kim", "akim"),
    ("MID", "mid-2023"),
    ("Iran", "I ran"),
    ("Iran", "Iranian"),
    ("Factory 26", "Factory 260"),
    ("Kim Jong Sik", "kim|jong-sik"),
)


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_a_name_is_found_however_it_is_written(name: str, text: str) -> None:
    matcher = Matcher({name: "X"})
    assert matcher.find_terms(text) == [name]
    assert matcher.find_terms(matcher.replaced(text)) == []
    assert "X" in matcher.replaced(text)


@pytest.mark.parametrize(("name", "text"), NOT_FOUND)
def test_other_words_are_left_alone(name: str, text: str) -> None:
    assert Matcher({name: "X"}).replaced(text) == text


def test_many_terms_find_the_same_as_few() -> None:
    terms = [f"{a} {b}" for a in ("Harbour", "North", "Third", "강계") for b in range(100, 140)] + [
        "Kim",
        "MID",
        "x" * 500,
    ]
    texts = [
        "of harbour-104 and NORTH 139's",
        "강계 118에서",
        "north 1390",
        "Kimchi, Kim",
        "mid-2023 MID",
        "x" * 500,
        "xx",
    ]
    many = Matcher(dict.fromkeys(terms, "-"))
    for text in texts:
        few = [t for t in terms if Matcher({t: "-"}).find_terms(text)]
        assert sorted(many.find_terms(text)) == sorted(few)
        assert many.find_in_any([text, "nothing"]) == many.find_terms(text)
    assert many.replaced(" ; ".join(texts[:5])) == "of - and -'s ; -에서 ; north 1390 ; Kimchi, - ; mid-2023 -"


def test_hostile_names_are_replaced_in_every_format(ontology: Ontology) -> None:
    name = "<script>alert('강계')</script>\n=cmd()|x \x00\ud800 " + "장" * 300
    before = small(ontology, claim("c-line", summary=f"It is {name}, they say"), title=f"About {name}")
    entities = (replace(before.whole.entities[0], name=name), *before.whole.entities[1:])
    before = replace(before, whole=replace(before.whole, entities=entities))
    redacted, removed = redact(before, Profile("x", names=(Replacement("harbour-works", "Firm <A> & 'co'"),)))
    assert not holds(every_text(redacted), "alert") and not holds(every_text(redacted), "장장")
    assert redacted.whole.claims[0].summary == "It is Firm <A> & 'co', they say"
    assert Matcher({"Brokers (unnamed)": "X"}).replaced("by Brokers (unnamed), or brokers unnamed") == "by X, or X"
    for form in formats.FORMATS.values():
        data = form.write([Briefing(redacted)], ExportOptions(format=form.name), None).data
        assert find_leaks(data, removed) == [], form.name


def test_an_id_that_is_a_common_word_takes_no_word_from_texts(ontology: Ontology) -> None:
    before = small(ontology, claim("c-line", "brokers", "north-yard", summary="The brokers said so"))
    middle = replace(before.whole.entities[0], name="Middlemen Ltd")
    before = replace(before, whole=replace(before.whole, entities=(middle, before.whole.entities[1])))
    redacted, removed = redact(before, Profile("x", names=(Replacement("brokers", "Firm B"),)))
    assert redacted.whole.claims[0].summary == "The brokers said so"
    assert redacted.whole.relationships[0].id == f"{removed.get_new_id('brokers')}|SUPPLIES|north-yard"
    assert "brokers" not in {part for t in every_text(redacted) for part in t.split("|")}


def test_hostile_texts_take_no_time() -> None:
    matcher = Matcher({"Kim Jong Sik": "X", "a" * 10_000: "Y", "\ud800 lone": "Z", "=cmd()|x": "W"})
    for text in ("Kim" + " " * 200_000 + "Jon", "kim jong " * 20_000, "a" * 200_000, "\x00\ud800<script>" * 9_000):
        assert matcher.replaced(text) == text
    assert matcher.replaced("a" * 10_000 + " =CMD()|x lone") == "Y W Z"


def packed(text: str) -> dict[str, bytes]:
    """A text in the packings that our formats use."""
    files = {"utf-8": text.encode(), "utf-16": text.encode("utf-16"), "utf-16-le": text.encode("utf-16-le")}
    files["json"] = json.dumps({"a": [text]}).encode()
    files["json in json"] = json.dumps(json.dumps([text])).encode()
    files["xml"] = "".join(f"&#{ord(c)};" for c in text).encode()
    files["runs"] = f"<w:r><w:t>{text[:5]}</w:t></w:r><w:r><w:rPr/><w:t>{text[5:]}</w:t></w:r>".encode()
    files["lines of an SVG"] = f'<text x="1">{text[:4]}</text><text x="1">{text[4:]}</text>'.encode()
    root = etree.Element("a", {"b": text})
    files["attribute"] = etree.tostring(root)
    files["address"] = ("x?q=" + "".join(f"%{b:02X}" for b in text.encode())).encode()
    files["data"] = b"data:text/plain;base64," + base64.b64encode(text.encode())
    document = Document()
    document.core_properties.comments = text
    held = io.BytesIO()
    document.save(held)
    files["docx"] = held.getvalue()
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.docx", held.getvalue())
    files["zip in zip"] = outer.getvalue()
    named = io.BytesIO()
    with zipfile.ZipFile(named, "w") as archive:
        archive.writestr(f"{text}.csv", "")
    files["name in zip"] = named.getvalue()
    body = b"\xfe\xff" + text.encode("utf-16-be")
    files["pdf"] = b"%PDF-1.7\n1 0 obj <</Title <" + body.hex().encode() + b">>> endobj"
    files["pdf stream"] = b"%PDF-1.7\nstream\n" + zlib.compress(f"<x>{text}</x>".encode()) + b"\nendstream"
    files["png"] = (
        b"\x89PNG\r\n\x1a\n"
        + (len(text.encode()) + 2).to_bytes(4, "big")
        + b"iTXtk\x00"
        + text.encode()
        + b"\x00\x00\x00\x00"
    )
    return files


@pytest.mark.parametrize("text", ["Kim Jong Sik", "김정식 부부장님"])
def test_leaks_are_found_in_whatever_packing(text: str) -> None:
    for packing, data in packed(text).items():
        assert find_leaks(data, [text]) == [text], packing
        assert find_leaks(data, ["Somebody Else"]) == [], packing


# Letters that no other word here has, so that a hidden name can't stand anywhere by chance.
WORD = st.text("qxzjkŏÉ정김ж", min_size=3, max_size=7)
NAME = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
WRITTEN = st.sampled_from(
    [
        str,
        str.upper,
        str.title,
        lambda t: t.replace(" ", "-"),
        lambda t: t.replace(" ", ""),
        lambda t: t.replace(" ", "_"),
        lambda t: unicodedata.normalize("NFD", t),
    ]
)


@st.composite
def materials(draw: st.DrawFn) -> tuple[Material, Profile, list[str]]:
    """A material whose texts hold hidden names in many spellings, a profile, and what must not be left."""
    ontology = load_ontology()
    names = draw(st.lists(NAME, min_size=4, max_size=6, unique_by=plain))
    assume(not any(plain(a) in plain(b) for a in names for b in names if a is not b))
    ids = [draw(st.sampled_from([f"e{n}", name.replace(" ", "-").casefold()])) for n, name in enumerate(names)]
    spoken = lambda: f"on {draw(WRITTEN)(draw(st.sampled_from(names)))}, and"  # noqa: E731 - drawn anew each time
    claims = []
    for n in range(draw(st.integers(2, 8))):
        a, b = draw(st.sampled_from(ids)), draw(st.sampled_from([*ids, None]))
        claims.append(
            Claim(
                f"c{n}-{spoken()}",
                a,
                "SUPPLIES" if b else "STATEMENT",
                draw(st.sampled_from(["asserted", "denied"])),
                draw(st.sampled_from(["roll-one", "roll-two", "paper-one"])),
                object=b,
                value=None if b else spoken(),
                detail=spoken(),
                asserted_by=draw(st.sampled_from([*ids, ""])),
                summary=f"{n} {spoken()}",
                reliability=draw(st.sampled_from("ABCDEF")),
                credibility=draw(st.sampled_from("123456")),
            )
        )
    base = small(ontology, *claims)
    by_id = dict(zip(ids, names, strict=True))
    entities = tuple(replace(e, name=by_id[e.id], properties={"description": spoken()}) for e in base.whole.entities)
    canvas = replace(
        base.canvas,
        title=spoken(),
        note=spoken(),
        notes=(Note(f"n-{spoken()}", spoken()),),
        positions={**base.canvas.positions, spoken(): (0.0, 0.0)},
        emphasis=Emphasis("path", sentence=spoken()),
        origin={"query": spoken(), "parameters": {"entity": ids[0], "text": spoken()}},
    )
    sources = tuple(replace(s, note=spoken(), title=f"{s.title} {spoken()}") for s in base.whole.sources)
    whole = replace(base.whole, entities=entities, sources=sources)
    chosen = draw(st.lists(st.sampled_from([e.id for e in entities]), max_size=2, unique=True))
    kinds, grade = ("list",) if draw(st.booleans()) else (), draw(st.sampled_from(["", "B2", "D4"]))
    labels = tuple(Replacement(i, f"Label {'AB'[n]}") for n, i in enumerate(chosen))
    profile = Profile("x", kinds, grade, labels, draw(st.booleans()))
    hidden = [by_id[i] for i in chosen]
    canvas_material = replace(base, canvas=canvas, whole=whole, query=spoken(), parameters={spoken(): spoken()})
    return canvas_material, profile, hidden


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(materials())
def test_hidden_texts_never_survive(drawn: tuple[Material, Profile, list[str]]) -> None:
    before, profile, hidden = drawn
    redacted, removed = redact(before, profile)
    texts = list(every_text(redacted))
    for name in hidden:
        assert not holds(texts, name)
    for gone in (s for s in before.whole.sources if s.kind in profile.source_kinds):
        assert not any(holds(texts, text) for text in (gone.id, gone.publisher, gone.title, gone.url))
    kept = {c.id for c in redacted.whole.claims}
    assert (
        len(kept) == len(redacted.whole.claims) and {i for r in redacted.whole.relationships for i in r.claims} <= kept
    )
    worst = profile.grade or "F6"
    expected = [
        c
        for c in before.whole.claims
        if evidence.rank_grade(c.grade) <= evidence.rank_grade(worst)
        and not (profile.source_kinds and c.source.startswith("roll"))
    ]
    assert [(c.stance, c.grade, c.predicate) for c in redacted.whole.claims] == [
        (c.stance, c.grade, c.predicate) for c in expected
    ]
    ends = {e.id for e in redacted.whole.entities}
    assert all({r.source, r.target} <= ends for r in redacted.whole.relationships)
    for line in redacted.whole.relationships:
        carrying = [c for c in redacted.whole.claims if c.id in line.claims]
        assert time.recompute_relationship(line, carrying) == line
    assert apply_profile(redacted, profile, list_subjects(before))[0] == redacted
    assert redact(before, profile) == (redacted, removed), "the same material gives the same"


YAML = """
name: For the press
hide sources of kind: [list, statement]
hide claims graded worse than: c3
replace names:
  - {entity: kim-jong-sik, by: Official A}
  - {entity: daily-nk, by: Outlet A, also: [DNK news]}
drop notes: true
"""
PRESS = Profile(
    "For the press",
    ("list", "statement"),
    "C3",
    (Replacement("kim-jong-sik", "Official A"), Replacement("daily-nk", "Outlet A", ("DNK news",))),
    drop_notes=True,
)


def test_a_profile_is_read_as_a_person_writes_it() -> None:
    assert profiles.parse(YAML) == PRESS
    assert profiles.parse(profiles.dump(PRESS)) == PRESS
    assert profiles.parse("name: One\nhide sources of kind: list").source_kinds == ("list",)


TIDY = st.text(min_size=1, max_size=30).map(lambda t: viewfile.clean_name(t, empty=True).strip()).filter(bool)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(TIDY, st.lists(st.text(max_size=20), max_size=3, unique=True), st.lists(st.text(), max_size=2), st.booleans())
def test_what_is_written_is_read_alike(name: str, kinds: list[str], also: list[str], notes: bool) -> None:
    profile = Profile(name, tuple(kinds), "B2", (Replacement("x", "A b", tuple(also)),), notes)
    assert profiles.parse(profiles.dump(profile)) == profile


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: x\nhide source: [list]", "there is no rule “hide source”"),
        ("name: x", "has no rule"),
        ("name: x\ndrop notes: maybe", "field 'drop notes': must be true or false"),
        ("name: no\ndrop notes: true", "quotation marks"),
        ("drop notes: true", "field 'name': is missing"),
        ("name: x\nhide claims graded worse than: G9", "field 'hide claims graded worse than'"),
        ("name: x\nreplace names: [{entity: a, by: ''}]", "needs a letter"),
        (f"name: x\nreplace names: [{{entity: a, by: {'b' * 61}}}]", "at most 60 letters"),
        ('name: x\nreplace names: [{entity: a, by: "b\\ac"}]', "control characters"),
        ("name: x\nreplace names: [{entity: a, by: b}, {entity: a, by: c}]", "one entity is given twice"),
        ("name: x\nreplace names: [{entity: a, by: b}, {entity: c, by: B}]", "one label is given twice"),
        ("name: x\nreplace names: [{entity: 5, by: b}]", "replace names 1, entity"),
        ("name: x\nreplace names: [{entity: a, to: b}]", "there is no rule “to”"),
        ("name: x\ndrop notes: true\ndrop notes: false", "stands there twice"),
        ("name: !!python/object/apply:os.system [ls]\ndrop notes: true", "not YAML"),
        ("- a\n- b", "must be rules"),
        pytest.param("{" * 5_000, "not YAML", id="too deep"),
        ("name: x\nhide sources of kind: [list, 5]", "must be a text"),
        pytest.param("name: " + "x" * 100_000, "larger than", id="too large"),
    ],
)
def test_a_wrong_profile_is_refused_by_file_field_and_rule(text: str, words: str) -> None:
    with pytest.raises(DataError) as refused:
        profiles.parse(text, file="press.yaml")
    assert words in str(refused.value) and "press.yaml" in str(refused.value)


def test_profiles_are_kept_as_private_files_of_their_names(tmp_path: Path) -> None:
    shelf = ProfileStore(tmp_path / "redaction")
    assert shelf.all() == ()
    hostile = replace(PRESS, name="../../etc/passwd; rm -rf")
    for profile in (PRESS, hostile, replace(PRESS, name="강계")):
        shelf.save(profile)
    assert [p.name for p in shelf.all()] == ["../../etc/passwd; rm -rf", "For the press", "강계"]
    assert [p.parent for p in tmp_path.rglob("*.yaml")] == [shelf.root] * 3
    assert {oct(p.stat().st_mode & 0o777) for p in shelf.root.iterdir()} == {"0o600"}
    assert shelf.find("FOR the press") == PRESS
    shelf.save(replace(PRESS, name="For The Press", grade="A1"))
    assert len(shelf.all()) == 3 and shelf.find("for the press").grade == "A1"
    (shelf.root / "mine.yaml").write_text(YAML.replace("For the press", "Mine"), "utf-8")
    assert shelf.find("mine").grade == "C3"
    assert profiles.load(shelf.root / "mine.yaml").name == "Mine"
    shelf.delete("Mine")
    with pytest.raises(DataError, match="no redaction profile “Mine”"):
        shelf.find("Mine")
    (shelf.root / "broken.yaml").write_text("name: [", "utf-8")
    assert len(shelf.all()) == 3, "a damaged file takes nothing else along"
    with pytest.raises(DataError, match="broken.yaml"):
        profiles.load(shelf.root / "broken.yaml")


def test_an_empty_profile_only_marks_the_material(canvases: dict[str, Material]) -> None:
    redacted, removed = redact(canvases["chain"], Profile("Nothing"))
    assert redacted == replace(canvases["chain"], redacted=True)
    assert removed == RedactionReport("Nothing") and "Nothing here fell under its rules." in removed.text
    assert redaction.find_leaks("anything", removed) == []
