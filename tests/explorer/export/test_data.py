"""Data formats that other programs read: GEXF, DOT, Mermaid, Cytoscape JSON, and those that load back."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from defusedxml.ElementTree import fromstring

from explorer.export.common.briefing import Briefing
from explorer.export.common.material import Material
from explorer.export.data import cyjs, dot, exchange, gexf, mermaid, rows, sketch
from explorer.overlays import stacks
from explorer.state.canvas import Canvas
from explorer.state.filter import Filter
from graph.database import write
from graph.database.store import Store
from graph.evidence import build_relationship
from graph.model import Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.reading import browse
from loader.sources.exchange import exchange as loader
from loader.sources.ftm import ftm
from tests.support.exports import DAY, build_briefing, run_program
from tests.support.reading import load_feed

CHAIN = "chain:kanggye-general-tractor-plant"
MAKERS: dict[str, Callable[[Briefing], bytes]] = {
    "gexf": gexf.render,
    "dot": dot.render,
    "mermaid": mermaid.render,
    "cyjs": cyjs.render,
    "json": exchange.render_json,
    "graphml": exchange.render_graphml,
    "ftm": exchange.render_ftm,
}
BAD = (
    "<script>window.hit=1</script>",
    "=cmd|' /C calc'!A0",
    "a\x00b\x07\x1b",
    "\ud800 half",
    "x" * 10_000,
    "강계 Кирилл",
    "two\nlines\r\nmore",
    '%%{init: {"securityLevel":"loose"}}%% ]]>',
    '"quote\\',
    '\\N \\"&amp; <b>x</b>',
    "1. list",
    "- item",
    "`**md**`",
    "click n1 call alert()",
    "end",
    "#quot; #35;",
    "_x0041_ [[x]]",
    "--> n2",
    '<img src=x onerror="window.hit=1">',
    "@x",
    "+1",
    "\t=1+1",
    "#N/A",
)


@pytest.fixture(scope="module")
def chain(store: Store, ontology: Ontology) -> Briefing:
    """The chain of a plant: one contested line, gaps, parallel lines."""
    return build_briefing(store, ontology, CHAIN)


def build_claim_briefing(
    ontology: Ontology,
    *claims: Claim,
    canvas: Canvas | None = None,
    types: dict[str, str] | None = None,
    names: dict[str, str] | None = None,
) -> Briefing:
    """A briefing of claims alone: ends are factories but for `types`, called by their ids but for `names`."""
    ids = sorted({end for c in claims for end in (c.subject, c.object) if end})
    kinds = {i: (types or {}).get(i, "Factory") for i in ids}
    entities = tuple(
        Entity(i, t, ontology.types[t].labels if t in ontology.types else (t,), (names or {}).get(i, i))
        for i, t in kinds.items()
    )
    keys = sorted({(c.subject, c.predicate, str(c.object)) for c in claims if c.object})
    lines = tuple(build_relationship([c for c in claims if (c.subject, c.predicate, c.object) == key]) for key in keys)
    sources = tuple(Source(i, f"Publisher {i}", f"Title {i}", "2023-05") for i in sorted({c.source for c in claims}))
    held = replace(canvas or Canvas(), ids=tuple(ids), positions={i: (200.0 * n, 50.0) for n, i in enumerate(ids)})
    return Briefing(Material(ontology, held, Subgraph(entities, lines, claims, sources)), mark="Draft", made_on=DAY)


def claim(identity: str, subject: str, predicate: str, target: str, **more: str) -> Claim:
    """A claim that somebody asserts, unless told otherwise."""
    return Claim(
        **{
            "id": identity,
            "subject": subject,
            "predicate": predicate,
            "object": target,
            "stance": "asserted",
            "source": "s",
            "asserted_by": "speaker",
            "reliability": "B",
            "credibility": "2",
            **more,
        }
    )


def denied_and_withdrawn(ontology: Ontology) -> Briefing:
    """Three lines: one all deny, one withdrawn and denied, one between the same two as the first."""
    return build_claim_briefing(
        ontology,
        claim("c1", "a", "SUPPLIES", "b", stance="denied", asserted_by="kcna"),
        claim("c2", "a", "PART_OF", "b", valid_from="2022-early", valid_to="2023-08"),
        claim("c3", "b", "PART_OF", "c", withdrawn_on="2024-01"),
        claim("c4", "b", "PART_OF", "c", stance="denied", withdrawn_on="2024-02", source="t"),
    )


def hostile(briefing: Briefing) -> Briefing:
    """The briefing with names, summaries and titles that are meant to break a file."""
    held = briefing.material
    entities = tuple(
        replace(
            e,
            name=f"{BAD[n % len(BAD)]}{n if n >= len(BAD) else ''}",
            aliases=(BAD[n % 7],),
            properties={**e.properties, "description": BAD[(n + 2) % len(BAD)]},
        )
        for n, e in enumerate(held.whole.entities)
    )
    claims = tuple(replace(c, summary=BAD[n % len(BAD)], detail=BAD[n % 5]) for n, c in enumerate(held.whole.claims))
    sources = tuple(
        replace(s, title=BAD[n % len(BAD)], url=("javascript:alert(1)", 'https://e.org/"><x>', "")[n % 3])
        for n, s in enumerate(held.whole.sources)
    )
    whole = replace(held.whole, entities=entities, claims=claims, sources=sources)
    return replace(briefing, material=replace(held, whole=whole), title_given='<b>"T%%{x}%%\n---\nx\x00')


@pytest.mark.database
@pytest.mark.parametrize("form", MAKERS)
def test_the_same_briefing_gives_the_same_bytes(store: Store, ontology: Ontology, form: str) -> None:
    one = MAKERS[form](build_briefing(store, ontology, CHAIN))
    assert one == MAKERS[form](build_briefing(store, ontology, CHAIN))
    one.decode("utf-8")


@pytest.mark.database
@pytest.mark.parametrize("form", ["gexf", "dot", "mermaid", "cyjs"])
def test_every_file_says_what_it_is_who_denies_what_and_by_which_sources(
    chain: Briefing, ontology: Ontology, form: str
) -> None:
    briefing = chain
    text = MAKERS[form](briefing).decode()
    if form == "mermaid":
        text = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), text).replace("<br/>", " ")
    flat = " ".join(fromstring(text).itertext()) if form == "gexf" else text.replace("\\l", " ").replace("\n", " ")
    flat = re.sub(r"\s+", "", flat)
    expected = [briefing.title, "Draft", briefing.digest, briefing.as_of, *briefing.rules, briefing.disputes[0].text]
    expected += [n.text for n in briefing.footnotes] + [n.url for n in briefing.footnotes]
    assert [
        w for w in expected if re.sub(r"\s+", "", w).replace("&", "&amp;" if form == "dot" else "&") not in flat
    ] == []


# GEXF -----------------------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_networkx_reads_the_gexf_with_places_colours_and_all_parallel_lines(
    chain: Briefing, ontology: Ontology, tmp_path: Path
) -> None:
    briefing = chain
    path = tmp_path / "chain.gexf"
    path.write_bytes(gexf.render(briefing))
    graph = nx.read_gexf(path)
    shown = briefing.rendered.shown
    assert isinstance(graph, nx.MultiDiGraph)
    assert dict(graph.nodes(data="label")) == {e.id: e.name for e in shown.entities}
    assert Counter((s, t, d["type code"]) for s, t, d in graph.edges(data=True)) == (
        Counter((r.source, r.target, r.type) for r in shown.relationships)
    )
    assert max(Counter((s, t) for s, t in graph.edges()).values()) > 1
    for identity, viz in graph.nodes(data="viz"):
        x, y = briefing.rendered.canvas.positions[identity]
        assert (viz["position"]["x"], viz["position"]["y"]) == pytest.approx((x, -y), abs=0.01)
    colours = {e.id: ontology.types[e.type].colour for e in shown.entities}
    drawn_colours = {i: "#{r:02x}{g:02x}{b:02x}".format(**viz["color"]) for i, viz in graph.nodes(data="viz")}
    assert drawn_colours == colours
    contested = [d for _, _, d in graph.edges(data=True) if d["stance"] == "contested"]
    assert [d["label"] for d in contested] == ["exports arms to · contested [4, 5, 7–9]"]
    assert "North Korea (D5) [9]" in contested[0]["denied by"] and "38 North (B1) [9]" in contested[0]["said by"]
    assert len(contested[0]["evidence"].splitlines()) == contested[0]["claims"]
    assert contested[0]["start"] == "2022-01-01"


def test_no_two_lines_between_the_same_entities_have_the_same_kind(ontology: Ontology) -> None:
    """Gephi would add them up to one. A foreign database may have several of one type."""
    ends = [Entity(i, "", (), i) for i in "ab"]
    lines = tuple(Relationship(f"r{n}", "KNOWS", *("ab" if n < 3 else "ba"), (), "") for n in range(4))
    briefing = Briefing(Material(ontology, Canvas(ids=("a", "b")), Subgraph(tuple(ends), lines)))
    edges = [e.attrib for e in fromstring(gexf.render(briefing)).iter(f"{{{gexf.NAMESPACE}}}edge")]
    assert len(edges) == 4 and len({(e["source"], e["target"], e["kind"]) for e in edges}) == 4
    assert len({e["id"] for e in edges}) == 4


def test_dates_of_gexf_are_the_days_that_partial_dates_may_mean(ontology: Ontology) -> None:
    root = fromstring(gexf.render(denied_and_withdrawn(ontology)))
    edges = {e.get("id"): e for e in root.iter(f"{{{gexf.NAMESPACE}}}edge")}
    held = edges["a|PART_OF|b"]
    assert (held.get("start"), held.get("end")) == ("2022-01-01", "2023-08-31")
    assert edges["a|SUPPLIES|b"].get("start") is None
    graph = root.find(f"{{{gexf.NAMESPACE}}}graph")
    assert graph is not None and (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "date")


def test_a_denied_line_says_so_even_where_it_was_withdrawn(ontology: Ontology) -> None:
    facts = {f.line.id: f for f in rows.build_line_facts(denied_and_withdrawn(ontology))}
    assert facts["a|SUPPLIES|b"].words == "supplies · × denied"
    assert facts["b|PART_OF|c"].words == "is part of · contested · withdrawn 2024-02"
    assert facts["b|PART_OF|c"].denied == ("speaker (B2, withdrawn 2024-02) [2]",)


def test_gexf_keeps_the_rules_of_its_schema(ontology: Ontology) -> None:
    """What a validating reader looks at: ids once, attributes declared, ends there, values of their type."""
    root = fromstring(gexf.render(denied_and_withdrawn(ontology)))
    name = f"{{{gexf.NAMESPACE}}}"
    assert root.get("version") == "1.3" and [c.tag for c in root] == [f"{name}meta", f"{name}graph"]
    for kind, holder in (("node", "nodes"), ("edge", "edges")):
        declared = {
            a.get("id"): a.get("type")
            for group in root.iter(f"{name}attributes")
            if group.get("class") == kind
            for a in group
        }
        items = list(root.find(f"{name}graph/{name}{holder}") or ())
        assert items and len({i.get("id") for i in items}) == len(items)
        for value in (v for item in items for v in item.iter(f"{name}attvalue")):
            assert declared[value.get("for")] in ("string", "long", "double", "boolean")
            if declared[value.get("for")] == "long":
                int(str(value.get("value")))


# DOT ------------------------------------------------------------------------------------------------------------------


@pytest.mark.database
@pytest.mark.parametrize("layout", [("dot",), ("neato", "-n2")])
def test_graphviz_draws_every_entity_and_line_with_its_words(
    chain: Briefing, ontology: Ontology, tmp_path: Path, layout: tuple[str, ...]
) -> None:
    briefing = chain
    path = tmp_path / "chain.dot"
    path.write_bytes(dot.render(briefing))
    read = json.loads(run_program(*layout, "-Tjson", path))
    drawn = sketch.build_diagram(briefing)
    assert len(read["objects"]) == len(drawn.nodes) and len(read["edges"]) == len(drawn.lines)
    names = {o["name"]: o["label"].replace("\\n", " ").replace("&amp;", "&") for o in read["objects"]}
    assert {names[n.id] for n in drawn.nodes} == {f"{n.name} ({n.caption})" for n in drawn.nodes}
    [contested] = [e for e in read["edges"] if "contested" in e.get("label", "")]
    assert contested["label"].replace("\\n", " ") == "exports arms to · contested [4, 5, 7–9]"
    assert contested["style"] == "dashed"
    about = json.loads(read["comment"])
    assert about == json.loads(json.dumps(briefing.metadata))
    svg = run_program(*layout, "-Tsvg", path)
    words = "".join(fromstring(svg.encode()).itertext())
    assert "Disputed: North Korea exports arms to Russia" in words and "38 North, “North Korean Munitions" in words


@pytest.mark.database
def test_graphviz_leaves_the_places_as_they_are(chain: Briefing, tmp_path: Path) -> None:
    path = tmp_path / "chain.dot"
    path.write_bytes(dot.render(chain))
    read = json.loads(run_program("neato", "-n2", "-Tjson", path))
    at = {o["name"]: tuple(map(float, o["pos"].split(","))) for o in read["objects"]}
    moved = {(round(at[n.id][0] - n.x), round(at[n.id][1] + n.y)) for n in sketch.build_diagram(chain).nodes}
    assert len({x for x, _ in moved}) <= 2 and len({y for _, y in moved}) <= 2  # the picture as a whole, rounded


def test_dot_dashes_tell_contested_from_denied(ontology: Ontology) -> None:
    text = dot.render(denied_and_withdrawn(ontology)).decode()
    assert re.search(r'label="supplies · × denied\s*(\\n)?\s*\[\d\]".*style=dotted', text)
    assert re.search(r'label="is part of ·(\\n| )contested.*style=dashed', text)


# Mermaid --------------------------------------------------------------------------------------------------------------

_LABEL = r'"(?:[\w ,:()/·×–—“”’‘…]|#\d+;|<br/>)*"'
_STATEMENTS = (
    r"  %% [^\n%{}]*",
    rf"  (?:n\d+|note)(?:\(\[|\{{\{{|\[\(|\[/|\[\[|\[|\(){_LABEL}(?:\]\)|\}}\}}|\)\]|\\\]|/\]|\]\]|\]|\)):::\w+",
    rf"  n\d+ (?:-->|---|<-->|-\.->|-\.-|-\.-x|<-\.->|x-\.-x)(?:\|{_LABEL}\|)? n\d+",
    r"  classDef \w+ [a-z]+[-\w]*:[#\w ]+(?:,[a-z-]+:[#\w ]+)*",
    r"  linkStyle \d+ stroke:#[0-9a-f]{6},stroke-width:[\d.]+px(?:,[a-z-]+:[#\w ]+)*",
)


def assert_is_a_flowchart(text: str) -> None:
    """Each line is one of the statements that we write, and no more."""
    head, body = text.split("\nflowchart LR\n")
    assert re.fullmatch(r'---\ntitle: "(?:[^"\\%\n]|\\.)*"\nconfig:\n  flowchart:\n    wrappingWidth: \d+\n---', head)
    wrong = [x for x in body.splitlines() if not any(re.fullmatch(rule, x) for rule in _STATEMENTS)]
    assert wrong == []


@pytest.mark.database
def test_mermaid_is_a_flowchart_with_every_line_and_its_sources(chain: Briefing, ontology: Ontology) -> None:
    briefing = chain
    text = mermaid.render(briefing).decode()
    assert_is_a_flowchart(text)
    drawn = sketch.build_diagram(briefing)
    assert len(re.findall(r"^  n\d+ [-<x]", text, re.MULTILINE)) == len(drawn.lines)
    assert len(re.findall(r"^  linkStyle", text, re.MULTILINE)) == len(drawn.lines)
    assert re.search(r'n\d+ -\.->\|"exports arms to ·<br/>contested #91;4, 5, 7–9#93;"\| n\d+', text)


def test_a_denied_line_of_mermaid_ends_in_a_cross(ontology: Ontology) -> None:
    text = mermaid.render(denied_and_withdrawn(ontology)).decode()
    assert_is_a_flowchart(text)
    assert re.search(r'n1 -\.-x\|"supplies · × denied(?: |<br/>)#91;1#93;"\| n2', text)


def test_mermaid_says_when_it_is_too_large_for_mermaid(ontology: Ontology) -> None:
    many = build_claim_briefing(ontology, *(claim(f"c{n}", "a", "SUPPLIES", f"b{n}") for n in range(501)))
    text = mermaid.render(many).decode()
    assert_is_a_flowchart(text)
    assert "501 lines; Mermaid draws 50,000 and 500" in text


# Cytoscape ------------------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_cytoscape_json_is_read_by_networkx_with_all_evidence(chain: Briefing, ontology: Ontology) -> None:
    briefing = chain
    read = json.loads(cyjs.render(briefing))
    assert all(isinstance(v, (str, bool, list)) for v in read["data"].values())
    assert json.loads(read["data"]["claims_json"]) == json.loads(json.dumps(briefing.shown.as_dict()["claims"]))
    assert [c["id"] for c in json.loads(read["data"]["claims_json"])] == sorted(briefing.claims)
    assert {s["id"] for s in json.loads(read["data"]["sources_json"])} == {s.id for s in briefing.shown.sources}
    graph = nx.cytoscape_graph(read)
    assert set(graph) == {e.id for e in briefing.rendered.shown.entities}
    assert graph.number_of_edges() == len(briefing.rendered.shown.relationships)
    places = {n["data"]["id"]: (n["position"]["x"], n["position"]["y"]) for n in read["elements"]["nodes"]}
    assert places == {
        i: pytest.approx(p, abs=0.01) for i, p in briefing.rendered.canvas.positions.items() if i in places
    }
    carried = {c for e in read["elements"]["edges"] for c in e["data"]["claims"]}
    carried |= {c for n in read["elements"]["nodes"] for c in n["data"]["claims"]}
    assert carried == set(briefing.claims)


# All ------------------------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_hostile_names_break_no_file(chain: Briefing, ontology: Ontology, tmp_path: Path) -> None:
    briefing = hostile(chain)
    files = {form: MAKERS[form](briefing) for form in MAKERS if form != "ftm"}  # which refuses half a surrogate pair
    for form, data in files.items():
        assert data.decode("utf-8") and b"\0" not in data, form
    assert_is_a_flowchart(files["mermaid"].decode())
    (tmp_path / "x.gexf").write_bytes(files["gexf"])
    (tmp_path / "x.dot").write_bytes(files["dot"])
    graph = nx.read_gexf(tmp_path / "x.gexf")
    assert {"x" * 10_000, "강계 Кирилл", "a\ufffdb\ufffd\ufffd", BAD[0]} <= {d for _, d in graph.nodes(data="label")}
    svg = fromstring(run_program("dot", "-Tsvg", tmp_path / "x.dot").encode())
    assert not [e for e in svg.iter() if e.tag.rpartition("}")[2] in ("script", "img", "b")]
    assert not [name for e in svg.iter() for name in e.attrib if name.endswith("href") or name.startswith("on")]
    texts = {"".join(e.itertext()) for e in svg.iter() if e.tag.endswith("}text")}
    assert {'"quote\\', '\\N \\"&amp; <b>x</b>', "1. list", "#quot; #35;", "강계 Кирилл"} <= texts
    assert "javascript:" not in files["dot"].decode() + files["gexf"].decode()
    json.loads(files["cyjs"])
    assert json.loads(files["json"])["format"] == "armsgraph/1"


@pytest.mark.database
@pytest.mark.parametrize("form", MAKERS)
def test_nothing_shown_makes_a_file_too(store: Store, ontology: Ontology, form: str) -> None:
    empty = build_briefing(store, ontology, Canvas(title="Empty"))
    assert MAKERS[form](empty) or form == "ftm"


@pytest.mark.database
def test_stacks_and_merged_lines_are_told_one_by_one_in_data_and_as_drawn_in_pictures(
    chain: Briefing, ontology: Ontology
) -> None:
    plain = chain
    canvas = plain.material.canvas
    built = stacks.build_stacks(ontology, plain.rendered.shown, canvas)
    assert built
    folded = replace(stacks.add_stacks(canvas, built, canvas.positions), merged=True)
    briefing = replace(plain, material=replace(plain.material, canvas=folded))
    lines = {f.line.id: f.words_with_sources for f in rows.build_line_facts(plain)}
    assert {f.line.id: f.words_with_sources for f in rows.build_line_facts(briefing)} == lines
    read = json.loads(cyjs.render(briefing))
    assert {e["data"]["id"] for e in read["elements"]["edges"]} == set(lines)
    drawn = sketch.build_diagram(briefing)
    inside = "; ".join(sorted(briefing.material.names[m] for m in built[0].members))
    assert [n for n in drawn.nodes if n.kind == "stack" and n.whole.endswith(f": {inside}")]
    assert f": {inside} (" in dot.render(briefing).decode()
    assert len(drawn.lines) < len(sketch.build_diagram(plain).lines)
    assert any("contested" in x.words and "[4, 5, 7–9]" in x.words for x in drawn.lines)
    assert_is_a_flowchart(mermaid.render(briefing).decode())


@pytest.mark.database
def test_a_source_left_out_is_in_no_file(chain: Briefing, ontology: Ontology) -> None:
    plain = chain
    canvas = replace(
        plain.material.canvas, filter=replace(plain.material.canvas.filter or Filter(), without=("38north-2024",))
    )
    briefing = replace(plain, material=replace(plain.material, canvas=canvas))
    assert any(b"38north" in make(plain) for make in MAKERS.values())
    assert [f for f, make in MAKERS.items() if b"38north" in make(briefing)] == []


@pytest.mark.database
def test_the_exchange_formats_load_back_into_an_empty_database(
    chain: Briefing, empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    shown = chain.shown
    for form, read in (("json", loader.read), ("graphml", loader.read), ("ftm.json", ftm.read)):
        path = tmp_path / f"chain.{form}"
        path.write_bytes(MAKERS[form.partition(".")[0]](chain))
        write.wipe(empty_store)
        load_feed(empty_store, ontology, read(path))
        loaded = browse.read_whole_graph(empty_store)
        # Names of speakers, whose own claims are not in the picture, have the file itself as their source.
        known_sources = {s.id for s in shown.sources}
        own = [c for c in loaded.claims if c.source not in known_sources]
        assert {(c.predicate, c.grade) for c in own} <= {("HAS_NAME", "F6")}
        ours = [c for c in loaded.as_dict()["claims"] if c["source"] in known_sources]
        assert ours == shown.as_dict()["claims"]
        assert set(shown.sources) == {s for s in loaded.sources if s.id in known_sources}
        makers = {c.asserted_by for c in own} - {e.id for e in shown.entities}
        named = {e.id: e.name for e in loaded.entities if e.id not in makers}
        assert named == {e.id: e.name for e in shown.entities}
        lines = {r.id: (r.stance, r.claims, r.properties) for r in shown.relationships}
        assert {r.id: (r.stance, r.claims, r.properties) for r in loaded.relationships} == lines


@pytest.mark.database
def test_the_whole_graph_is_written_as_the_command_does(store: Store, ontology: Ontology) -> None:
    everything = browse.read_whole_graph(store)
    assert json.loads(exchange.render_subgraph(everything, "json", ontology)) == json.loads(
        json.dumps(everything.as_dict())
    )
