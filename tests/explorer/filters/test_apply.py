"""The rules that hide things, their sentences, and the legend's rows."""

from dataclasses import replace
from typing import Any

import pytest

from explorer.filters import apply, descriptions, legend, timeline
from explorer.panels.reading import filters
from explorer.state.canvas import Canvas
from explorer.state.filter import STANCES, Filter, FilterError
from graph.model import Relationship, Source, Subgraph
from graph.ontology import Ontology
from tests.support.filters import describe_filter
from tests.support.pages import build_subgraph


def sample(ontology: Ontology) -> Subgraph:
    nodes = {"f": "Factory", "g": "Factory", "p": "Person", "r": "Regime"}
    lines = [("f", "REPORTS_TO", "g"), ("p", "VISITED", "f"), ("f", "DESIGNATED_BY", "r")]
    return build_subgraph(ontology, nodes, lines, stance=lambda n: ["asserted", "asserted", "denied"][n])


def graded(ontology: Ontology, *grades: str, speakers: int = 1) -> Subgraph:
    part = sample(ontology)
    lines = tuple(
        replace(r, properties={"grade": g, "speakers": [f"w{n}" for n in range(speakers)]})
        for r, g in zip(part.relationships, grades, strict=True)
    )
    return replace(part, relationships=lines)


def describe(ontology: Ontology, whole: Subgraph, chosen: Filter) -> str:
    return describe_filter(ontology, whole, apply.apply_filter(ontology, whole, chosen), chosen)


def test_hiding_a_type_hides_its_lines(ontology: Ontology) -> None:
    left = apply.apply_filter(ontology, sample(ontology), Filter(types=("Regime",)))
    assert {e.id for e in left.entities} == {"f", "g", "p"}
    assert [r.type for r in left.relationships] == ["REPORTS_TO", "VISITED"]


def test_hiding_a_chain_keeps_the_entities_unless_asked(ontology: Ontology) -> None:
    left = apply.apply_filter(ontology, sample(ontology), Filter(chains=("contact",)))
    assert len(left.entities) == 4
    assert [r.type for r in left.relationships] == ["REPORTS_TO", "DESIGNATED_BY"]
    assert {
        e.id for e in apply.apply_filter(ontology, sample(ontology), Filter(chains=("contact",), bare=True)).entities
    } == {
        "f",
        "g",
        "r",
    }


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (Filter(relationships=("VISITED",)), ["REPORTS_TO", "DESIGNATED_BY"]),
        (Filter(stances=("denied",)), ["REPORTS_TO", "VISITED"]),
        (Filter(stances=("asserted",)), ["DESIGNATED_BY"]),
    ],
)
def test_kinds_and_stances_can_be_hidden(ontology: Ontology, chosen: Filter, kept: list[str]) -> None:
    assert [r.type for r in apply.apply_filter(ontology, sample(ontology), chosen).relationships] == kept


@pytest.mark.parametrize(
    ("least", "kept"),
    [
        ("A1", []),
        ("B2", ["REPORTS_TO"]),
        ("A3", []),
        ("C2", ["REPORTS_TO", "VISITED"]),
        ("B3", ["REPORTS_TO"]),  # B3 and C2 weigh alike, and the letter decides
        ("F6", ["REPORTS_TO", "VISITED"]),
    ],
)
def test_least_grade_follows_the_order_of_the_best_grade(ontology: Ontology, least: str, kept: list[str]) -> None:
    whole = graded(ontology, "B2", "C2", "")  # a line without a grade is not known to be good enough
    assert [r.type for r in apply.apply_filter(ontology, whole, Filter(grade=least)).relationships] == kept


def test_least_speakers(ontology: Ontology) -> None:
    whole = graded(ontology, "B2", "C2", "D4", speakers=2)
    assert len(apply.apply_filter(ontology, whole, Filter(speakers=2)).relationships) == 3
    assert apply.apply_filter(ontology, whole, Filter(speakers=3)).relationships == ()


def test_each_rule_is_a_sentence_with_what_it_hides(ontology: Ontology) -> None:
    whole = graded(ontology, "B2", "C3", "D4", speakers=1)
    chosen = Filter(
        types=("Person",),
        chains=("contact",),
        relationships=("REPORTS_TO",),
        stances=("denied",),
        grade="C3",
        speakers=2,
        since="2023-01-01",
        until="2023-06-30",
        bare=True,
    )
    assert [rule.sentence for rule in descriptions.list_active_rules(ontology, whole, chosen)] == [
        "No people: 1 entity and 1 line hidden",
        "No lines of “Visits and meetings”: 1 line hidden",
        "No lines “reports to”: 1 line hidden",
        "No denied lines: 1 line (1 contested or denied) hidden",
        "Only lines graded C3 or better: 1 line (1 contested or denied) hidden",
        "Only lines with at least two independent speakers: 3 lines (1 contested or denied) hidden",
        "As it was between 1 January 2023 and 30 June 2023: hides nothing here",
        "No entities left without a line: 3 entities hidden",
    ]


def test_the_picture_owns_up_to_every_rule(ontology: Ontology) -> None:
    whole = graded(ontology, "B2", "C3", "D4")
    assert describe(ontology, whole, Filter()) == ""
    assert (
        describe(ontology, whole, Filter(types=("Factory",))) == "Hidden: 2 factories, 3 lines (1 contested or denied)."
    )
    assert describe(ontology, whole, Filter(chains=("contact",), grade="C3")) == (
        "Hidden: 2 lines (1 contested or denied). No lines of “Visits and meetings”. Only lines graded C3 or better."
    )
    assert describe(ontology, whole, Filter(grade="D4")) == "Only lines graded D4 or better."


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Filter(until="2023-06-30"), "As it was up to 30 June 2023"),
        (Filter(since="2023-06-30"), "As it was from 30 June 2023 on"),
        (Filter(since="2023-06-30", until="2023-06-30"), "As it was on 30 June 2023"),
        (Filter(clock="known", until="2023-06-30"), "As known on 30 June 2023"),
        (Filter(clock="known", since="2023-06-01"), "What became known from 1 June 2023 on"),
        (
            Filter(clock="known", since="2023-06-01", until="2023-06-30"),
            "What became known from 1 June 2023 to 30 June 2023",
        ),
        (Filter(clock="known"), ""),
    ],
)
def test_periods_in_words(chosen: Filter, words: str) -> None:
    assert descriptions.format_period(chosen) == words


@pytest.mark.parametrize(
    "fields",
    [
        {"grade": "Z9"},
        {"grade": "B"},
        {"grade": "<img onerror=x>"},
        {"speakers": -1},
        {"speakers": 21},
        {"clock": "moon"},
        {"since": "2023"},
        {"until": "2023-02-30"},
        {"since": "2024-01-01", "until": "2023-01-01"},
        {"types": "Person"},
        {"without": [1]},
        {"undated": "yes"},
        {"speakers": "two"},
        {"grade": {"x": 1}},
    ],
)
def test_rules_that_make_no_sense_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(FilterError):
        Filter().changed(fields)
    with pytest.raises((ValueError, TypeError)):  # so does a canvas from a link that was tampered with
        Canvas.read({"filter": fields})


def test_a_canvas_keeps_its_filter() -> None:
    chosen = Filter(
        types=("A",),
        grade="C3",
        speakers=2,
        without=("s",),
        clock="known",
        until="2023-06-30",
        undated=False,
        bare=True,
    )
    assert Canvas.read(Canvas(filter=chosen).write()).filter == chosen


def test_wishes_of_the_page() -> None:
    canvas = Canvas(filter=Filter(clock="known"), hidden=("x",), fit=True)
    graded_ = filters.apply_change(canvas, {"filter": {"grade": "C3"}})
    assert graded_ is not None
    assert graded_.filter == Filter(clock="known", grade="C3")
    assert not graded_.fit  # nothing moves
    assert filters.apply_change(graded_, {"filter": {"grade": "C3"}}) is None
    dropped = filters.apply_change(graded_, {"drop": ["grade", ""]})
    assert dropped is not None
    assert dropped.filter == Filter(clock="known")
    shown = filters.apply_change(canvas, {"drop": ["hidden", ""]})
    assert shown is not None
    assert shown.hidden == ()
    ticked = filters.apply_change(canvas, {"filter": {"toggle": ["stances", "denied", False]}})
    assert ticked is not None
    assert ticked.filter.stances == ("denied",)
    dated = Canvas(filter=Filter(since="2020-01-01", undated=False))
    cleared = filters.apply_change(dated, {"drop": ["dates", ""]})
    assert cleared is not None
    assert cleared.filter == Filter()
    for change in (
        {"drop": ["nonsense", "x"]},
        {"drop": ["grade"]},
        {"filter": {"toggle": ["__class__", "x", False]}},
        {"filter": 3},
        "text",
        {"drop": ["nonsense", ""]},
    ):
        with pytest.raises(FilterError):
            filters.apply_change(Canvas(), change)


def test_sources_with_what_they_carry_and_what_would_fall(ontology: Ontology) -> None:
    cited = [["s", "t"], ["s"], ["t"]]
    lines = [replace(r, properties={"sources": c}) for r, c in zip(sample(ontology).relationships, cited, strict=True)]
    named = [Source("s", "The Paper", "<img onerror=alert(1)> " + "long " * 40, "2024-06")]
    support = descriptions.count_source_support(lines, named, ())
    assert [(x.source, x.carries, x.falls) for x in support] == [("s", 2, 1), ("t", 2, 1)]
    assert support[0].words.startswith("The Paper, “<img onerror=alert(1)> long")
    assert len(support[0].words) < 100
    assert {x.source: x.falls for x in descriptions.count_source_support(lines, named, ("t",))} == {"s": 2, "t": 1}


def test_grades_on_the_canvas_best_first(ontology: Ontology) -> None:
    lines = graded(ontology, "C2", "B3", "A1").relationships
    assert descriptions.count_grades(lines) == {"A1": 1, "B3": 2, "C2": 3}


def test_the_legend_counts_what_is_seen_of_what_is_there(ontology: Ontology) -> None:
    whole = sample(ontology)
    chosen = Filter(types=("Factory",), relationships=("VISITED",))
    shown = apply.apply_filter(ontology, whole, chosen)
    rows = legend.build_type_rows(ontology, whole.entities, shown.entities, chosen.types)
    assert [(r.caption, r.count_text, r.shown) for r in rows] == [
        ("Person", "1", True),
        ("Factories", "0 of 2", False),
        ("Sanctions authority", "1", True),
    ]
    chains = legend.build_chain_rows(ontology, whole.relationships, shown.relationships, (), chosen.relationships)
    assert [(r.name, r.count_text) for r in chains] == [
        ("reporting", "0 of 1"),
        ("sanctions", "0 of 1"),
        ("contact", "0 of 1"),
    ]
    assert [(p.name, p.shown) for r in chains for p in r.parts][-1] == ("VISITED", False)
    words = {s: s for s in STANCES}
    assert [
        (r.name, r.count_text) for r in legend.build_stance_rows(whole.relationships, shown.relationships, (), words)
    ] == [
        ("asserted", "0 of 2"),
        ("denied", "0 of 1"),
    ]


def test_the_legend_counts_a_line_as_it_is_drawn(ontology: Ontology) -> None:
    whole = (Relationship("1", "OWNS", "a", "b", stance="contested"), Relationship("2", "OWNS", "a", "c"))
    shown = (replace(whole[0], stance="asserted"), whole[1])
    words = {s: s for s in STANCES}
    assert [(r.name, r.count_text) for r in legend.build_stance_rows(whole, shown, (), words)] == [("asserted", "2")]


def test_unknown_types_are_rows_of_their_own_name(ontology: Ontology) -> None:
    odd = Relationship("1", "<IMG_ONERROR>", "a", "b")
    (row,) = legend.build_chain_rows(ontology, [odd], [odd], (), ())
    assert (row.caption, row.parts[0].caption) == ("Other lines", "<img onerror>")


def test_months_bars_and_marks(ontology: Ontology) -> None:
    lines = [
        replace(r, properties=p)
        for r, p in zip(
            sample(ontology).relationships,
            [
                {"valid_from": "2023-02", "valid_to": "2023-03-15", "reported_first": "2023-05-01"},
                {"valid_from": "2023-03", "reported_first": "2023-06", "reported_last": "2024-01"},
                {},
            ],
            strict=True,
        )
    ]
    run = timeline.find_month_range(lines)
    assert run is not None
    assert (run.name(0), run.name(run.last)) == ("February 2023", "January 2024")
    heights = timeline.build_histogram(run, Subgraph((), tuple(lines)), "so")
    assert [b.words for b in heights[:3]] == [
        "February 2023: 1 line so",
        "March 2023: 2 lines so",
        "April 2023: 1 line so",
    ]
    assert (heights[0].share, heights[1].share) == (0.5, 1.0)
    assert run.marks() == [{"value": 11, "label": "2024"}]
    assert run.chosen(Filter(until="2023-04-20")) == [0, 2]
    assert run.chosen(Filter(since="1950-01-01", until="2090-01-01")) == [0, 11]
    assert timeline.find_month_range([Relationship("1", "OWNS", "a", "b")]) is None
    assert timeline.describe_time_filter(
        Subgraph((), tuple(lines)), Subgraph((), tuple(lines[:1])), Filter(until="2023-02-28")
    ) == ("As it was up to 28 February 2023: 1 of 3 lines.")


def test_a_thousand_years_still_fit() -> None:
    lines = [Relationship("1", "OWNS", "a", "b", properties={"valid_from": "1005", "valid_to": "2990"})]
    run = timeline.find_month_range(lines)
    assert run is not None
    assert len(timeline.build_histogram(run, Subgraph((), tuple(lines)), "so")) <= timeline.MAX_BARS
    assert 2 <= len(run.marks()) <= 14
