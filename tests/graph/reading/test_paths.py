"""Paths on a real Neo4j, held against a search through the whole graph in Python; and their words."""

from collections import deque
from dataclasses import replace
from itertools import combinations

import pytest

from explorer.overlays import path_overlay
from explorer.panels.finding import path_filters
from explorer.state.canvas import Canvas, Emphasis, Stack
from graph import dates
from graph.database.store import Store, Transaction
from graph.errors import QueryError
from graph.evidence import GRADES
from graph.model import Entity, Path, Relationship, Subgraph
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.reading import browse, paths
from graph.reading.paths import PathFilter

PLANT, RUSSIA = "kanggye-general-tractor-plant", "russia"
OPEN = PathFilter(denied=True, withdrawn=True)


@pytest.fixture(scope="module")
def whole(store: Store) -> Subgraph:
    """The shipped graph, to search it by hand."""
    return browse.read_whole_graph(store)


def line(
    kind: str = "OWNS", stance: str = "asserted", grade: str = "B2", speakers: int = 1, **more: str
) -> Relationship:
    """A line from a to b."""
    properties = {"grade": grade, "speakers": [f"s{n}" for n in range(speakers)], **more}
    return Relationship(f"a|{kind}|b", kind, "a", "b", ("c",), stance, properties)


def path(*lines: Relationship) -> Path:
    """A path of these lines, one after the other."""
    nodes = tuple(Entity(str(n), "Company", ("Entity",), f"Company {n}") for n in range(len(lines) + 1))
    return Path(
        nodes,
        tuple(replace(r, id=f"{n}|{r.type}|{n + 1}", source=str(n), target=str(n + 1)) for n, r in enumerate(lines)),
    )


def walk(whole: Subgraph, rule: PathFilter, start: str, goal: str, least: paths.Strength = (0, 0, 0)) -> int | None:
    """The fewest hops from start to goal along the lines that count: the rule in plain Python."""
    types = {e.id: e.type for e in whole.entities}
    near: dict[str, set[str]] = {}
    for r in whole.relationships:
        properties = r.properties
        ended = str(properties.get("valid_to") or properties.get("withdrawn_on") or "")
        if (
            (rule.types and r.type not in rule.types)
            or r.type in rule.without
            or (r.stance == "denied" and not rule.denied)
            or (properties.get("withdrawn_on") and not rule.withdrawn)
            or (rule.grade and GRADES.index(str(properties["grade"])) > GRADES.index(rule.grade))
            or (
                rule.until
                and dates.to_earliest_day(str(properties.get("valid_from", ""))) > dates.to_latest_day(rule.until)
            )
            or (rule.since and ended and dates.to_latest_day(ended) < dates.to_earliest_day(rule.since))
            or paths.compute_strength(r) < least
        ):
            continue
        near.setdefault(r.source, set()).add(r.target)
        if not rule.along or r.type in ("MET_WITH", "COOPERATES_WITH", "SAME_AS", "LINKED_TO"):
            near.setdefault(r.target, set()).add(r.source)
    hops, todo = {start: 0}, deque([start])
    while todo:
        here = todo.popleft()
        if here == goal:
            return hops[here]
        if hops[here] == rule.hops or (here != start and types[here] in rule.avoid):
            continue
        for there in near.get(here, ()):
            if there not in hops:
                hops[there] = hops[here] + 1
                todo.append(there)
    return None


RULES = {
    "open": OPEN,
    "default": PathFilter(avoid=path_overlay.list_hubs(load_ontology())),
    "along": PathFilter(along=True),
    "typed": PathFilter(types=("PRODUCES", "CARRIES", "RECEIVED_BY", "REPORTS_TO", "PART_OF")),
    "graded": PathFilter(grade="B2", avoid=("State",)),
    "dated": PathFilter(since="2022-mid", until="2023-03-early"),
    "short": PathFilter(hops=2),
}
ENDS = [(PLANT, RUSSIA), ("lady-r", "kim-jong-un"), ("second-economy", "iran"), ("komid", "thaesong-machine-factory")]


@pytest.mark.database
@pytest.mark.parametrize("name", RULES)
def test_shortest_is_as_short_as_a_search_by_hand(store: Store, ontology: Ontology, whole: Subgraph, name: str) -> None:
    rule = RULES[name]
    found_any = False
    for start, goal in ENDS:
        result = paths.find_paths(store, ontology, start, goal, kind="all", rule=rule)
        expected = walk(whole, rule, start, goal)
        assert {len(p.relationships) for p in result.paths} == ({expected} if expected else set())
        found_any |= bool(result.paths)
        held = {r.id: r for r in whole.relationships}
        for p in result.paths:
            assert (p.entities[0].id, p.entities[-1].id) == (start, goal)
            for r, a, b in zip(p.relationships, p.entities, p.entities[1:], strict=False):
                assert {r.source, r.target} == {a.id, b.id}
                assert r == held[r.id]
            assert not {e.type for e in p.entities[1:-1]} & set(rule.avoid)
            assert all("Entity" in e.labels for e in p.entities)
            assert rule.denied or all(r.stance != "denied" for r in p.relationships)
    assert found_any


@pytest.mark.database
@pytest.mark.parametrize("name", ["open", "default", "graded"])
def test_best_evidenced_is_the_maximin_path(store: Store, ontology: Ontology, whole: Subgraph, name: str) -> None:
    rule = RULES[name]
    levels = sorted({paths.compute_strength(r) for r in whole.relationships}, reverse=True)
    for start, goal in ENDS:
        best_paths = paths.find_paths(store, ontology, start, goal, kind="best", rule=rule).paths
        best = next(((s, n) for s in levels if (n := walk(whole, rule, start, goal, s))), None)
        assert [(paths.compute_path_strength(p), len(p.relationships)) for p in best_paths] == ([best] if best else [])


@pytest.mark.database
def test_a_denied_line_carries_no_path_unless_asked(store: Store, ontology: Ontology) -> None:
    assert store.read("MATCH (:Entity)-[r:DESIGNATED_BY]->() WHERE r.stance <> 'asserted' RETURN r.id AS id") == []
    rule = PathFilter(types=("ENFORCES",), hops=1)
    rows = store.read("MATCH (a)-[r:ENFORCES {stance: 'denied'}]->(b) RETURN a.id AS a, b.id AS b ORDER BY a, b")
    start, goal = rows[0]["a"], rows[0]["b"]
    assert paths.find_paths(store, ontology, start, goal, kind="shortest", rule=rule).paths == ()
    assert paths.suggest_relaxations(store, ontology, start, goal, rule)["denied"] == 1
    with_denied = paths.find_paths(
        store, ontology, start, goal, kind="shortest", rule=replace(rule, denied=True)
    ).paths[0]
    assert "denied" in path_overlay.describe_weakest_link(ontology, with_denied)


@pytest.mark.database
def test_what_makes_no_sense_is_told(store: Store, ontology: Ontology) -> None:
    for ends, words in (
        (("", RUSSIA), "two ends"),
        ((RUSSIA, RUSSIA), "same entity"),
        ((RUSSIA, "<img onerror>"), "no entity"),
        ((RUSSIA, "neo4j:4:nothing:1"), "no entity"),
    ):
        with pytest.raises(QueryError, match=words):
            paths.find_paths(store, ontology, *ends, kind="shortest", rule=PathFilter())
    for rule in (
        PathFilter(grade="Z9"),
        PathFilter(since="yesterday"),
        PathFilter(hops=9),
        PathFilter(since="2024", until="2023"),
    ):
        with pytest.raises(QueryError):
            paths.find_paths(store, ontology, PLANT, RUSSIA, kind="shortest", rule=rule)
    with pytest.raises(QueryError):
        paths.find_paths(store, ontology, PLANT, RUSSIA, kind="shortest' OR 1", rule=PathFilter())


@pytest.mark.database
def test_nearest_designated_party(store: Store, ontology: Ontology) -> None:
    rule = path_overlay.build_nearest_filter(ontology)
    near = paths.find_nearest_designated(store, ontology, PLANT, rule)
    assert near.hops == 1
    assert near.own == ()
    assert [p.entities[-1].id for p in near.paths] == ["second-economic-commission"]
    words = path_overlay.describe_designations(ontology, near, "second-economic-commission")
    assert words.startswith("designated by ")
    assert len(near.designations["second-economic-commission"]) == 4
    assert all(name in words for name in near.names.values())
    own = paths.find_nearest_designated(store, ontology, "lady-r", rule)
    sentences = path_overlay.describe_nearest(ontology, own, "Lady R", rule)
    assert sentences[0].startswith("Lady R is itself designated by")
    assert own.hops == 2
    assert "2 hops away" in sentences[1]
    nobody = paths.find_nearest_designated(store, ontology, "justin-hastings", rule)
    assert (nobody.paths, nobody.own) == ((), ())
    assert "No designated party within 6 hops" in path_overlay.describe_nearest(ontology, nobody, "He", rule)[0]


@pytest.mark.database
def test_dates_denials_and_withdrawals_on_a_graph_of_their_own(empty_store: Store, ontology: Ontology) -> None:
    make(empty_store, ontology)

    def hops(kind: str = "shortest", **rule: object) -> int | None:
        shortest = paths.find_paths(empty_store, ontology, "c0", "c3", kind=kind, rule=PathFilter(**rule)).paths
        return len(shortest[0].relationships) if shortest else None

    assert hops() == 3  # the short cuts are denied and withdrawn
    assert hops(denied=True) == 1
    assert hops(withdrawn=True) == 2
    assert hops(until="2019-12-31") is None
    assert hops(until="2020-early") == 3
    assert hops(since="2021-03-11") is None  # one link ended on the tenth at the latest
    assert hops(since="2021-03-10") == 3
    assert paths.suggest_relaxations(empty_store, ontology, "c0", "c3", PathFilter(until="2019-12-31")) == {
        "since": 3,
        "denied": 1,
        "withdrawn": 2,
    }
    near = paths.find_nearest_designated(
        empty_store, ontology, "c0", replace(path_overlay.build_nearest_filter(ontology), avoid=())
    )
    assert [p.entities[-1].id for p in near.paths] == ["c3"]  # c1 is delisted, and that c2 is listed is denied
    assert near.hops == 3


def make(store: Store, ontology: Ontology) -> None:
    """Four companies in a row, with a denied and a withdrawn short cut, and designations of each kind."""
    rows = [
        ("c0", "OWNS", "c1", {"valid_from": "2020-early"}),
        ("c1", "OWNS", "c2", {}),
        ("c2", "OWNS", "c3", {"valid_from": "2019", "valid_to": "2021-03-early"}),
        ("c0", "MANAGES", "c3", {"stance": "denied"}),
        ("c0", "FRONTS_FOR", "c2", {"withdrawn_on": "2020-05-01"}),
        ("c1", "DESIGNATED_BY", "r", {"withdrawn_on": "2020-05-01"}),
        ("c2", "DESIGNATED_BY", "r", {"stance": "denied"}),
        ("c3", "DESIGNATED_BY", "r", {}),
    ]
    nodes = [(f"c{n}", "Company") for n in range(4)] + [("r", "Regime")]
    for identity, type_ in nodes:
        labels = ":".join(ontology.types[type_].labels)
        text = f"CREATE (n:{labels} {{id: $id, name: $id, type: $type}})"
        store.write(Transaction.run, text, id=identity, type=type_)
    for start, type_, goal, fields in rows:
        properties = {"id": f"{start}|{type_}|{goal}", "stance": "asserted", "grade": "B2", **fields}
        store.write(
            Transaction.run,
            f"MATCH (a:Entity {{id: $a}}), (b:Entity {{id: $b}}) CREATE (a)-[r:{type_}]->(b) SET r = $p",
            a=start,
            b=goal,
            p=properties,
        )


def test_weakest_link_and_its_ties() -> None:
    order = [
        line(stance="denied", grade="A1", speakers=9),
        line(stance="inferred", grade="A1", speakers=0),
        line(stance="contested", grade="F6"),
        line(stance="contested", grade="A1", speakers=9),
        line(grade=""),
        line(grade="F6"),
        line(grade="C3"),
        line(grade="B4"),  # as much as C3 by its sum: the letter decides
        line(grade="B2", withdrawn_on="2020"),
        line(grade="B2"),
        line(grade="B2", speakers=2),
    ]
    assert sorted(order, key=paths.compute_strength) == order
    strengths = paths.compute_strength
    pairs = [(weak, strong) for weak, strong in combinations(order, 2) if strengths(weak) < strengths(strong)]
    assert len(pairs) > 20
    assert {paths.find_weakest(path(strong, weak, strong))[0].id for weak, strong in pairs} == {"1|OWNS|2"}


def test_a_path_in_words(ontology: Ontology) -> None:
    tied = path(line(), line("OWNS", "contested", "D4"), line("OWNS", "contested", "D4"), line("LINKED_TO"))
    backwards = replace(tied.relationships[0], source="1", target="0")
    tied = Path(tied.entities, (backwards, *tied.relationships[1:]))
    assert [h.caption for h in path_overlay.build_hops(ontology, tied)] == [
        "is owned by",
        "owns",
        "owns",
        "is linked to",
    ]
    assert path_overlay.build_hops(ontology, tied)[1].mark == "weakest link, contested"
    assert path_overlay.describe_weakest_link(ontology, tied) == (
        "Weakest link: Company 1 owns Company 2 (graded D4, one speaker, contested); 1 more is as weak."
    )
    assert "two ends" not in path_overlay.describe_rule(ontology, PathFilter())
    assert (
        path_overlay.describe_rule(ontology, PathFilter()) == "Denied and withdrawn lines don’t count; at most 6 hops."
    )
    full = PathFilter(
        ("OWNS",), ("MET_WITH",), True, "2020", "2021", "B3", True, False, path_overlay.list_hubs(ontology), 1
    )
    assert path_overlay.describe_rule(ontology, full) == (
        "Withdrawn lines don’t count; only lines that say “owns”; not visits and meetings; only along the arrows; "
        "lines that may have held since 2020 until 2021 (those without a date may always); graded B3 or better; "
        "not through states, provinces, cities and districts or sanctions authorities; at most 1 hop."
    )
    assert path_overlay.describe_no_path(ontology, PathFilter(), {"grade": 4}) == [
        "No path of at most 6 hops keeps to these filters.",
        "There is one of 4 hops without the least grade.",
    ]


def test_a_path_frees_what_was_hidden_and_marks_its_elements() -> None:
    one = path(line(grade="C3"), line())
    canvas = Canvas(
        ids=("0", "1", "2", "9"),
        hidden=("1", "9", one.relationships[0].id),
        stacks=(Stack("s", "0", "Company", "OWNS", ("2", "3", "4")),),
    )
    shown = path_overlay.highlight_paths(canvas, [one], "Why")
    assert shown.hidden == ("9",)
    assert shown.stacks[0].members == ("3", "4")
    assert shown.emphasis == Emphasis("path", ("0", "1", "2"), ("0|OWNS|1", "1|OWNS|2"), "0|OWNS|1", sentence="Why")
    assert Canvas.read(shown.write()) == shown
    elements = [{"data": {"id": i, "label": "owns", "words": "owns"}} for i in ("0", "9", "0|OWNS|1", "m")]
    merged = Relationship("m", "OWNS", "1", "2", properties={"members": ("1|OWNS|2", "other")})
    path_overlay.mark_elements(shown.emphasis, Subgraph((), (merged,)), elements)
    assert [e["data"].get("path") for e in elements] == ["on", "off", "weak", "on"]
    assert elements[2]["data"]["label"] == "weakest link\nowns"
    plain = {"data": {"id": "0"}}
    path_overlay.mark_elements(Emphasis(), Subgraph(), [plain])
    assert plain == {"data": {"id": "0", "path": ""}}


def test_a_form_makes_a_rule_or_a_message(ontology: Ontology) -> None:
    form = {
        "preset": "anything",
        "types": ["OWNS", "HAS_SUBJECT"],
        "leave": ["contact"],
        "direction": "along",
        "since": " 2020 ",
        "until": None,
        "grade": None,
        "counts": ["denied"],
        "avoid": False,
        "hops": "",
    }
    rule = path_filters.parse_rule(ontology, form)
    assert rule.types == ("OWNS",)  # what the ontology does not know never reaches a statement
    assert "MET_WITH" in rule.without
    assert (rule.along, rule.since, rule.until, rule.denied, rule.withdrawn, rule.avoid, rule.hops) == (
        True,
        "2020",
        "",
        True,
        False,
        (),
        6,
    )
    with pytest.raises(QueryError, match="not a date"):
        path_filters.parse_rule(ontology, {**form, "until": "'; MATCH (n)"})
