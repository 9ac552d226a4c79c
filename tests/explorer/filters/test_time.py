"""Lines made anew from the claims that count, and the two clocks."""

from dataclasses import replace
from typing import Any

import pytest

from explorer.filters import apply, descriptions, time
from explorer.state.filter import CLOCKS, Filter
from graph import evidence
from graph.model import Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from tests.support.filters import describe_filter


def claim(name: str, **fields: Any) -> Claim:
    values = {
        "subject": "a",
        "predicate": "SUPPLIES",
        "object": "b",
        "stance": "asserted",
        "source": f"s-{name}",
        "asserted_by": f"who-{name}",
        "reliability": "C",
        "credibility": "3",
        **fields,
    }
    return Claim(id=name, **values)


def canvas(*claims: Claim) -> Subgraph:
    """What stands on the canvas: two organisations and the lines that these claims make."""
    by_line: dict[str, list[Claim]] = {}
    for c in claims:
        by_line.setdefault(f"{c.subject}|{c.predicate}|{c.object}", []).append(c)
    ids = {end for c in claims for end in (c.subject, str(c.object))}
    entities = tuple(Entity(i, "Organization", ("Entity", "Organization"), i.upper()) for i in sorted(ids))
    sources = tuple(Source(s, "The Paper", f"On {s}", "2024") for s in sorted({c.source for c in claims}))
    return Subgraph(entities, tuple(evidence.build_relationship(c) for c in by_line.values()), claims, sources)


def left(ontology: Ontology, whole: Subgraph, chosen: Filter) -> list[Relationship]:
    return list(apply.apply_filter(ontology, whole, chosen).relationships)


def as_known(ontology: Ontology, whole: Subgraph, until: str = "", since: str = "") -> list[Relationship]:
    return left(ontology, whole, Filter(clock="known", since=since, until=until))


def test_without_the_denying_source_a_contested_line_is_asserted_and_the_page_says_so(ontology: Ontology) -> None:
    whole = canvas(claim("yes"), claim("no", stance="denied", reliability="A", credibility="1"))
    chosen = Filter(without=("s-no",))
    (line,) = left(ontology, whole, chosen)
    assert (whole.relationships[0].stance, line.stance) == ("contested", "asserted")
    assert line.claims == ("yes",)
    assert line.id == whole.relationships[0].id
    shown = apply.apply_filter(ontology, whole, chosen)
    assert [c.id for c in shown.claims] == ["yes"]
    assert describe_filter(ontology, whole, shown, chosen) == (
        "Without The Paper, “On s-no”, 2024. 1 contested line drawn as asserted."
    )
    (rule,) = descriptions.list_active_rules(ontology, whole, chosen)
    assert rule.effect == "1 contested line drawn as asserted"


def test_without_a_source_grade_speakers_and_dates_are_those_of_the_rest(ontology: Ontology) -> None:
    best = claim("best", reliability="A", credibility="1", valid_from="2015", valid_to="2016")
    whole = canvas(best, claim("rest", valid_from="2020"))
    assert apply.get_grade(whole.relationships[0]) == "A1"
    (line,) = left(ontology, whole, Filter(without=("s-best",)))
    assert apply.get_grade(line) == "C3"
    assert apply.count_speakers(line) == 1
    assert (line.properties["valid_from"], line.properties["valid_to"]) == ("2020", "")
    assert left(ontology, whole, Filter(without=("s-best",), grade="B3")) == []  # the least grade looks at the new line


def test_without_its_only_source_a_line_falls_and_who_hung_on_it_steps_out(ontology: Ontology) -> None:
    whole = canvas(claim("one"), claim("two", object="c"))
    alone = Entity("d", "Organization", ("Entity", "Organization"), "D")
    whole = replace(whole, entities=(*whole.entities, alone))
    shown = apply.apply_filter(ontology, whole, Filter(without=("s-two",)))
    assert [r.target for r in shown.relationships] == ["b"]
    assert {e.id for e in shown.entities} == {"a", "b", "d"}  # d never had a line: nothing is said against it


def test_lines_without_claims_stay_when_a_source_goes(ontology: Ontology) -> None:
    bare = Subgraph(canvas(claim("x")).entities, (Relationship("7", "KNOWS", "a", "b"),))
    assert len(left(ontology, bare, Filter(without=("s-x",)))) == 1
    assert len(as_known(ontology, bare, "2020-01-01")) == 1
    assert left(ontology, bare, Filter(clock="known", until="2020-01-01", undated=False)) == []


def test_a_line_denied_later_was_not_contested_then(ontology: Ontology) -> None:
    whole = canvas(claim("yes", reported_on="2022-11-08"), claim("no", stance="denied", reported_on="2024-02-23"))
    assert as_known(ontology, whole, "2022-11-07") == []
    assert [r.stance for r in as_known(ontology, whole, "2023-06-01")] == ["asserted"]
    assert [r.stance for r in as_known(ontology, whole, "2024-02-23")] == ["contested"]


@pytest.mark.parametrize(
    ("reported", "eve", "day"),
    [
        ("2024", "2024-12-30", "2024-12-31"),
        ("2024-02", "2024-02-28", "2024-02-29"),
        ("2022-early", "2022-04-29", "2022-04-30"),
        ("2024-02-27", "2024-02-26", "2024-02-27"),
    ],
)
def test_a_rough_report_counts_from_its_last_day(ontology: Ontology, reported: str, eve: str, day: str) -> None:
    whole = canvas(claim("x", reported_on=reported))
    assert as_known(ontology, whole, eve) == []
    assert len(as_known(ontology, whole, day)) == 1


def test_a_report_that_may_have_been_out_is_told(ontology: Ontology) -> None:
    whole = canvas(claim("x", reported_on="2024"), claim("y", object="c", reported_on="2025"))
    chosen = Filter(clock="known", until="2024-06-30")
    sentences = describe_filter(ontology, whole, apply.apply_filter(ontology, whole, chosen), chosen)
    assert sentences == (
        "Hidden: 3 organisations, 2 lines. As known on 30 June 2024. "
        "1 hidden line may have been known by then: its report names only a month or year."
    )


def test_a_later_withdrawal_had_not_happened_yet(ontology: Ontology) -> None:
    listed = claim("list", reported_on="2020-01-10", withdrawn_on="2023-05-01", last_seen_on="2023-04-01")
    whole = canvas(listed)
    assert whole.relationships[0].properties["withdrawn_on"] == "2023-05-01"
    (then,) = as_known(ontology, whole, "2022-12-31")
    assert "withdrawn_on" not in then.properties
    assert then.properties["valid_to"] == ""
    (later,) = as_known(ontology, whole, "2023-05-01")
    assert later.properties["withdrawn_on"] == "2023-05-01"


def test_a_withdrawal_ends_what_was_so(ontology: Ontology) -> None:
    whole = canvas(claim("list", valid_from="2020", withdrawn_on="2023-05-01"))
    assert len(left(ontology, whole, Filter(until="2022-12-31"))) == 1
    assert len(left(ontology, whole, Filter(since="2023-05-01"))) == 1
    assert left(ontology, whole, Filter(since="2023-05-02")) == []


def test_a_withdrawn_denial_contests_nothing_later_but_did_then(ontology: Ontology) -> None:
    whole = canvas(
        claim("yes", reported_on="2020-01-01"),
        claim("no", stance="denied", reported_on="2021-01-01", withdrawn_on="2022-01-01"),
    )
    assert [r.stance for r in as_known(ontology, whole, "2021-06-01")] == ["contested"]
    assert [r.stance for r in as_known(ontology, whole, "2022-06-01")] == ["asserted"]


def test_what_became_known_in_a_span_is_what_was_first_reported_in_it(ontology: Ontology) -> None:
    whole = canvas(
        claim("old", reported_on="2019-03-01"),
        claim("again", reported_on="2021-03-01"),
        claim("new", object="c", reported_on="2021-05-01"),
        claim("newer", object="c", stance="denied", reported_on="2022-05-01"),
    )
    relationships = as_known(ontology, whole, since="2021-01-01", until="2021-12-31")
    assert [(r.target, r.stance) for r in relationships] == [("c", "asserted")]
    everything = as_known(ontology, whole, since="2021-01-01")
    assert [(r.target, r.stance) for r in everything] == [("c", "contested")]


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "since", "until", "seen"),
    [
        ("2015", "2016", "2016-12-31", "", True),
        ("2015", "2016", "2017-01-01", "", False),
        ("2015", "2016", "", "2015-01-01", True),
        ("2015", "2016", "", "2014-12-31", False),
        ("2015", "2016", "2016-02-01", "2016-03-01", True),
        ("2023-08", "", "2030-01-01", "", True),  # nothing says that it ended
        ("2023-08", "", "", "2023-08-01", True),
        ("2023-08", "", "", "2023-07-31", False),
        ("", "2010", "", "1990-01-01", True),  # nothing says when it began
        ("", "2010", "2011-01-01", "", False),
    ],
)
def test_so_shows_what_may_have_held(
    ontology: Ontology, valid_from: str, valid_to: str, since: str, until: str, *, seen: bool
) -> None:
    whole = canvas(claim("x", valid_from=valid_from, valid_to=valid_to))
    assert bool(left(ontology, whole, Filter(since=since, until=until))) == seen


def test_the_clocks_ask_different_questions(ontology: Ontology) -> None:
    whole = canvas(claim("x", valid_from="2003", valid_to="2004", reported_on="2024-06-09"))
    assert len(left(ontology, whole, Filter(since="2003-01-01", until="2004-12-31"))) == 1
    assert as_known(ontology, whole, "2004-12-31") == []


def test_undated_lines_stay_and_are_counted_or_go(ontology: Ontology) -> None:
    whole = canvas(claim("dated", valid_from="2020", reported_on="2020"), claim("bare", object="c"))
    for clock in CLOCKS:
        chosen = Filter(clock=clock, until="2010-01-01")
        shown = apply.apply_filter(ontology, whole, chosen)
        assert [r.target for r in shown.relationships] == ["c"]
        assert "1 undated line stays shown." in describe_filter(ontology, whole, shown, chosen)
        assert left(ontology, whole, replace(chosen, undated=False)) == []


def test_a_line_of_dated_and_undated_claims_is_dated_by_those_that_are(ontology: Ontology) -> None:
    whole = canvas(claim("x", reported_on="2022-01-01"), claim("y"))
    assert time.find_first_known_day(whole.claims) == "2022-01-01"
    assert as_known(ontology, whole, since="2023-01-01") == []


def test_what_foreign_databases_call_dates_is_not_trusted() -> None:
    assert time.parse_last_day(20240101) == time.parse_first_day("soon") == time.parse_last_day(None) == ""


def test_nothing_changes_where_every_claim_counts(ontology: Ontology) -> None:
    whole = canvas(claim("x", reported_on="2020"), claim("y", reported_on="2021", stance="denied"))
    shown = apply.apply_filter(ontology, whole, Filter(clock="known", until="2021-12-31"))
    assert shown.relationships[0] is whole.relationships[0]


def test_a_listing_goes_with_the_last_claim_that_asserts_it() -> None:
    listing = Claim(
        "l1", "a", "DESIGNATED_BY", "asserted", "s1", object="b", summary=".", reliability="B", credibility="2"
    )
    says_not = replace(listing, id="l2", stance="not listed", source="s2")
    line = evidence.build_relationship([listing, says_not])
    assert line.stance == "contested"
    (left,) = time.recompute_relationships([line], [listing, says_not], Filter(without=("s2",)))
    assert left.stance == "asserted"
    assert time.recompute_relationships([line], [listing, says_not], Filter(without=("s1",))) == ()
