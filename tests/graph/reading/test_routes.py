"""Questions that paths answer, several routes side by side, and what was left out with its reason."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from explorer.overlays import path_overlay, route_words
from explorer.panels.finding import path_choices, path_filters
from graph.database.store import Store, Transaction
from graph.errors import QueryError
from graph.model import Entity, Path, Relationship
from graph.ontology import Ontology
from graph.reading import paths
from graph.reading.paths import PathFilter, PathResult, build_default_filter, exclusions, routes
from graph.reading.paths.exclusions import find_reasons
from graph.saved_queries import library

_PARTS = re.compile(r"\[line:([A-Z_|]+)\]|IN \[([^\]]+)\]")
PARTY, RUSSIA, PLANT, KIM = "workers-party-of-korea", "russia", "kanggye-general-tractor-plant", "kim-jong-un"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a busy machine take its time."""
    monkeypatch.setattr(routes, "PATIENCE", 60.0)
    monkeypatch.setattr(exclusions, "PATIENCE", 60.0)


def ask(
    store: Store, ontology: Ontology, start: str, goal: str, rule: PathFilter, *, kind: str = "several"
) -> PathResult:
    """The routes and what was left out, as the panel asks for them."""
    return paths.count_exclusions(
        store, ontology, (start, goal), rule, paths.find_paths(store, ontology, start, goal, kind=kind, rule=rule)
    )


def list_lines(path: Path) -> list[str]:
    return [line.id for line in path.relationships]


@pytest.mark.database
def test_the_party_and_russia_are_joined_by_the_way_of_the_arms(store: Store, ontology: Ontology) -> None:
    rule = build_default_filter(ontology, "arms")
    result = ask(store, ontology, PARTY, RUSSIA, rule)
    first = result.paths[0]
    assert [e.id for e in first.entities] == [
        PARTY,
        "munitions-industry-department",
        "second-economic-commission",
        "nk-munitions-factories",
        RUSSIA,
    ]
    assert list_lines(first)[-1] == "nk-munitions-factories|EXPORTS_TO|russia"
    words = path_overlay.describe_weakest_link(ontology, first)
    assert words.startswith("Weakest link: North Korean munitions factories (all together) reports to Second Economic")
    assert "(inferred by the editors, reported by nobody, graded B2)" in words
    assert 3 <= len(result.paths) <= paths.MOST_ROUTES
    assert len({tuple(e.id for e in p.entities) for p in result.paths}) == len(result.paths)
    assert any("shipments-since-2023-09" in {e.id for e in p.entities} for p in result.paths)
    encounters = ontology.list_kinds_by_role("encounter")
    contact = {r.name for r in ontology.relationships.values() if r.chain == "contact"}
    for p in result.paths:
        assert len({e.id for e in p.entities}) == len(p.entities)
        assert not {line.type for line in p.relationships} & contact
        assert not {e.properties.get("kind") for e in p.entities} & {*encounters, "payment"}


@pytest.mark.database
def test_every_exclusion_has_its_reason_in_words(store: Store, ontology: Ontology) -> None:
    rule = build_default_filter(ontology, "arms")
    result = ask(store, ontology, PARTY, RUSSIA, rule)
    reasons = dict(route_words.describe_exclusions(ontology, rule, result))
    visits = next(words for words in reasons if "visits and meetings" in words)
    assert visits.endswith("paths over visits and meetings (a visit or a meeting carries no arms)")
    assert "Kim Jong Un" in reasons[visits]
    assert any(words.endswith("over places (lying in the same place carries no arms)") for words in reasons)
    assert any("“payment”" in words or "what comes back is no arms" in words for words in reasons)
    shown = {tuple(e.id for e in p.entities) for p in result.paths}
    for exclusion in result.exclusions:
        for p in exclusion.paths:
            assert tuple(e.id for e in p.entities) not in shown
            assert (exclusion.kind, exclusion.of) in set(find_reasons(ontology, rule, p))
    everything = str(path_choices.render_results(ontology, result, ["note"] * len(result.paths), "several", rule))
    assert visits in everything
    assert "among the 100 shortest paths of at most" in everything
    for p in result.paths:
        assert list(find_reasons(ontology, rule, p)) == []


@pytest.mark.database
@pytest.mark.parametrize(
    "change",
    [
        lambda r: r,
        lambda r: replace(r, inferred=False),
        lambda r: replace(r, grade="B2", avoid=()),
        lambda r: replace(r, preset="", along=True),
        lambda r: replace(r, preset="command", both_ways=True),
        lambda r: replace(r, preset="", until="2022", since="2021", without=()),
        lambda r: replace(r, preset="", types=("REPORTS_TO", "EXPORTS_TO", "PART_OF", "LINKED_TO")),
    ],
)
def test_the_server_and_the_reasons_agree(
    store: Store, ontology: Ontology, change: Callable[[PathFilter], PathFilter]
) -> None:
    """What the rule of the server lets pass has no reason against it, and what it left out has one."""
    rule = change(build_default_filter(ontology, "arms"))
    result = ask(store, ontology, PARTY, RUSSIA, rule)
    for p in result.paths:
        assert list(find_reasons(ontology, rule, p)) == []
    for exclusion in result.exclusions:
        for p in exclusion.paths:
            joined = paths.find_paths(
                store,
                ontology,
                p.entities[0].id,
                p.entities[-1].id,
                kind="all",
                rule=replace(rule, hops=len(p.entities)),
            )
            assert list_lines(p) not in [list_lines(q) for q in joined.paths]
            break  # one of each reason: each is a search of its own
    assert result.exclusions


@pytest.mark.database
def test_what_goes_the_other_way_is_said_to(store: Store, ontology: Ontology) -> None:
    rule = build_default_filter(ontology, "arms")
    result = ask(store, ontology, RUSSIA, PARTY, rule)
    assert result.swapped
    assert (result.paths[0].entities[0].id, result.paths[0].entities[-1].id) == (PARTY, RUSSIA)
    assert route_words.describe_swap(ontology, rule, result.paths[0]) == (
        "Arms: nothing leads from Russia to Workers' Party of Korea that way. "
        "What follows leads from Workers' Party of Korea to Russia."
    )
    either = paths.find_paths(store, ontology, RUSSIA, PARTY, kind="shortest", rule=replace(rule, both_ways=True))
    assert not either.swapped
    assert either.paths[0].entities[0].id == RUSSIA


@pytest.mark.database
def test_what_takes_too_long_leaves_the_shortest_path_and_says_so(
    store: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = build_default_filter(ontology, "arms")
    monkeypatch.setattr(routes, "PATIENCE", 0.0)
    monkeypatch.setattr(exclusions, "PATIENCE", 0.0)
    result = ask(store, ontology, PARTY, RUSSIA, rule)
    assert [len(p.relationships) for p in result.paths] == [4]
    assert path_overlay.describe_result(result, "several") == (
        "One route: 4 hops. Looking for others took too long and was ended: there may be more, and better ones."
    )
    assert route_words.describe_exclusion_scope(rule, result) == "What was left out could not be counted in time."


@pytest.mark.database
def test_each_question_has_its_own_way(store: Store, ontology: Ontology) -> None:
    money = ask(store, ontology, RUSSIA, "second-economy", build_default_filter(ontology, "money"))
    assert list_lines(money.paths[0]) == [
        "frozen-funds-release|SENT_BY|russia",
        "frozen-funds-release|FUNDS|second-economy",
    ]
    assert not any("nk-munitions-factories" in {e.id for e in p.entities} for p in money.paths)  # arms are no money
    command = ask(store, ontology, KIM, PLANT, build_default_filter(ontology, "command"))
    assert [e.id for e in command.paths[0].entities][-2:] == ["second-economic-commission", PLANT]
    assert command.exclusions[0].of == "contact"
    assert [KIM, PLANT] in [[e.id for e in p.entities] for p in command.exclusions[0].paths]  # he went there
    owned = ask(store, ontology, "north-korea", "tomi-haru", build_default_filter(ontology, "ownership"))
    assert [len(p.relationships) for p in owned.paths] == [1, 2]
    table = route_words.build_comparison(owned.paths)
    assert [row[:2] for row in table] == [["1", "1"], ["2", "2"]]
    assert "Shares no line with the first." in route_words.describe_route(ontology, owned.paths, 1)


@pytest.mark.database
def test_visits_are_passed_through_when_asked(store: Store, ontology: Ontology) -> None:
    rule = build_default_filter(ontology)
    assert "not visits and meetings" in path_overlay.describe_rule(ontology, rule)
    without = paths.find_paths(store, ontology, KIM, PLANT, kind="shortest", rule=rule).paths[0]
    assert not {line.type for line in without.relationships} & {"VISITED", "TOOK_PART_IN", "CONCERNS", "MET_WITH"}
    with_visits = replace(rule, without=(), avoid_kinds=())
    assert list_lines(paths.find_paths(store, ontology, KIM, PLANT, kind="shortest", rule=with_visits).paths[0]) == [
        f"{KIM}|VISITED|{PLANT}"
    ]
    assert paths.suggest_relaxations(store, ontology, KIM, PLANT, replace(rule, hops=1))["without"] == 1


@pytest.mark.database
def test_a_meeting_joins_nobody_whatever_the_line_says(empty_store: Store, ontology: Ontology) -> None:
    """A visit that is part of another event, or was sent by somebody, is no way either."""
    rows = [("Company", "c0", ""), ("Event", "m", "meeting"), ("Event", "s", "shipment"), ("Company", "c1", "")]
    for type_, identity, kind in rows:
        text = f"CREATE (n:{':'.join(ontology.types[type_].labels)} {{id: $id, name: $id, type: $type, kind: $kind}})"
        empty_store.write(Transaction.run, text, id=identity, type=type_, kind=kind or None)
    for event in ("m", "s"):
        empty_store.write(
            Transaction.run,
            "MATCH (e:Entity {id: $e}), (a:Entity {id: 'c0'}), (b:Entity {id: 'c1'}) "
            "CREATE (e)-[:SENT_BY {id: $e + '1', stance: 'asserted', grade: 'B2'}]->(a), "
            "(e)-[:RECEIVED_BY {id: $e + '2', stance: 'asserted', grade: 'B2'}]->(b)",
            e=event,
        )

    def passed(rule: PathFilter) -> list[str]:
        return sorted(p.entities[1].id for p in ask(empty_store, ontology, "c0", "c1", rule, kind="all").paths)

    assert passed(build_default_filter(ontology)) == ["s"]
    assert passed(build_default_filter(ontology, "arms")) == ["s"]
    assert passed(build_default_filter(ontology, "money")) == []  # a shipment is no payment
    assert passed(PathFilter()) == ["m", "s"]
    money = build_default_filter(ontology, "money")
    result = ask(empty_store, ontology, "c0", "c1", money)
    assert dict(route_words.describe_exclusions(ontology, money, result)) == {
        "1 path over visits and meetings (a visit or a meeting moves no money)": "c0 – m – c1",
        "1 path through an event of the kind “shipment” (no part of “Money”)": "c0 – s – c1",
    }


def test_questions_in_words(ontology: Ontology) -> None:
    assert list(route_words.list_questions(ontology)) == ["anything", "arms", "money", "command", "ownership"]
    assert route_words.describe_question(ontology, "anything").endswith("but not visits and meetings unless asked.")
    for preset in ontology.path_presets.values():
        assert preset.way in route_words.describe_question(ontology, preset.name)
        for type_ in preset.types:
            caption = ontology.get_predicate_caption(type_, forward=type_ not in preset.against)
            assert f"“{caption}”" in route_words.describe_followed_lines(ontology, preset.name)
        chains = {r.chain for r in ontology.relationships.values() if r.name not in preset.types}
        assert chains == set(preset.reasons), f"{preset.name}: a reason for each chain, and no other"
    form: dict[str, Any] = dict.fromkeys(path_filters.FIELDS) | {"preset": "arms", "direction": "asked"}
    assert path_filters.parse_rule(ontology, {**form, "leave": ["contact"]}).avoid_kinds == ("visit", "meeting")
    assert path_filters.parse_rule(ontology, form).avoid_kinds == ()
    assert path_filters.parse_rule(ontology, form).both_ways is False
    assert path_filters.parse_rule(ontology, {**form, "direction": "any"}).both_ways is True
    assert path_filters.parse_rule(ontology, {**form, "preset": "anything"}).preset == ""
    with pytest.raises(QueryError, match="one of arms, money"):
        PathFilter(preset="arms' OR 1").checked(ontology)


def test_the_saved_query_follows_the_same_lines(ontology: Ontology) -> None:
    body = library.load_shipped_queries()["arms-routes"].text
    preset = ontology.path_presets["arms"]
    pattern, along, kinds = (re.findall(r"[A-Za-z][A-Za-z_ ]*", a or b) for a, b in _PARTS.findall(body))
    assert set(pattern) == set(preset.types)
    assert set(along) == set(preset.along)
    assert set(kinds) == set(preset.kinds)
    assert set(re.findall(r"NOT there:([\w|]+)", body)[0].split("|")) == set(ontology.list_types_by_role("hub"))


def test_goods_of_a_kind_are_not_followed_from_hand_to_hand(ontology: Ontology) -> None:
    entities = tuple(
        Entity(i, t, ("Entity",), i) for i, t in (("Plant", "Factory"), ("Shells", "Weapon"), ("X", "State"))
    )
    lines = tuple(
        Relationship(f"{n}", type_, a, b, ("c",), "asserted", {"grade": "B2"})
        for n, (a, type_, b) in enumerate((("Plant", "PRODUCES", "Shells"), ("X", "USES", "Shells")))
    )
    words = route_words.describe_route(ontology, [Path(entities, lines)], 0)
    assert words.endswith("Joined at “Shells”: no line says that what comes there is what goes on.")
    assert route_words.describe_joints(ontology, Path(entities[:2], lines[:1])) == ""
