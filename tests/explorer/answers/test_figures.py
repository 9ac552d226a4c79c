"""Figures over time: growth and disagreement are told apart, denials stand beside, capacities stand apart."""

from collections.abc import Sequence
from typing import Any

import pytest

from explorer.answers import charts, claim_figures
from explorer.claims import sentences
from graph.database.store import Store
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.reading import browse
from graph.saved_queries.executor import QueryExecutor
from graph.saved_queries.queryfile import Chart

CHART = Chart("figures", "as of", "number", "speaker", "at least", "at most")
COLUMNS = ("as of", "number", "at least", "at most", "speaker", "stance", "on", "note", "unit")


def row(day: str, number: float | None, speaker: str, *, low: Any = None, high: Any = None, **more: str) -> list[Any]:
    values = {"stance": "says", "on": "the plant", "note": "", "unit": "turbines", **more}
    return [day, number, low, high, speaker, *(values[name] for name in COLUMNS[5:])]


def draw(rows: Sequence[Sequence[Any]]) -> charts.RenderedChart:
    drawn = charts.draw_chart(CHART, COLUMNS, rows, load_ontology().figures)
    assert drawn is not None
    return drawn


def places(drawn: charts.RenderedChart) -> set[tuple[str, str, float]]:
    """Speaker, day and number of every mark."""
    return {
        (t["name"], x, y)
        for t in drawn.figure["data"]
        if "markers" in t["mode"]
        for x, y in zip(t["x"], t["y"], strict=True)
    }


def test_numbers_stand_on_an_axis_of_dates_at_the_last_day_that_they_may_mean() -> None:
    drawn = draw([row("2023", 100, "A"), row("2024-02", 300, "A"), row("2023-11-06", None, "B", low=200)])
    assert places(drawn) == {("A", "2023-12-31", 100), ("A", "2024-02-29", 300), ("B", "2023-11-06", 200)}
    assert drawn.figure["layout"]["xaxis"]["type"] == "date"
    vague = [t for t in drawn.figure["data"] if t["mode"] == "lines"]
    assert vague[0]["x"] == ["2023-01-01", "2023-12-31", None, "2024-02-01", "2024-02-29", None]


def test_growth_and_disagreement_are_told_apart() -> None:
    grown = draw([row("2023-01", 100, "A"), row("2024-01", 300, "B")]).remarks
    assert [r for r in grown if "disagreement on" in r] == []
    assert "100 as of 2023-01 (A) and 300 as of 2024-01 (B). That may be growth" in grown[0]
    fallen = draw([row("2023-01", 300, "A"), row("2024-01", 100, "B")]).remarks
    assert "That may be a change" in fallen[0]
    apart = draw([row("2024-01", 100, "A"), row("2024-01-15", 300, "B"), row("2024-01", None, "C", low=250, high=400)])
    figures_in_words = "100 (A, 2024-01); 250 to 400 (C, 2024-01); 300 (B, 2024-01-15)"
    assert apart.remarks == (f"A disagreement on the plant, for one time: {figures_in_words}.",)


@pytest.mark.parametrize(
    "other",
    [
        row("2024-01", None, "B", low=90),  # at least 90 has 100 in it
        row("2024-01", 300, "B", unit="percent"),
        row("2024-01", 300, "B", on="another plant"),
        row("2024-01", 300, "B", note="ROOM FOR so many"),
        row("2024-01", 300, "B", stance="denies"),
        row("2024-01", 300, "B", stance="withdrawn"),
        row("2024-01", 300, "B", stance="inferred"),
    ],
)
def test_what_does_not_count_the_same_is_no_disagreement(other: list[Any]) -> None:
    assert not [r for r in draw([row("2024-01", 100, "A"), other]).remarks if r.startswith("A disagreement")]


def test_capacity_figures_have_a_panel_of_their_own() -> None:
    drawn = draw([row("2024-01", 100, "A"), row("2024-01", 900, "B", note="could hold so many")])
    axes = {t["name"]: t["yaxis"] for t in drawn.figure["data"]}
    assert axes == {"A": "y", "B": "y2"}
    main, apart = (drawn.figure["layout"][k]["domain"] for k in ("yaxis", "yaxis2"))
    assert apart[1] < main[0]
    assert "room or capacity" in drawn.figure["layout"]["annotations"][0]["text"]
    assert any("stands apart" in r for r in drawn.remarks)


def test_denials_of_the_whole_stand_beside_the_figures_without_a_number() -> None:
    drawn = draw([row("2024-01", 100, "A"), row("2022-11-08", None, "The <b>maker</b>", stance="denies all of it")])
    denial = drawn.figure["data"][-1]
    assert (denial["x"], denial["yaxis"], denial["text"]) == (["2022-11-08"], "y2", ["The &lt;b&gt;maker&lt;/b&gt;"])
    assert drawn.remarks[0] == "Denied as a whole, whatever the number: The <b>maker</b>, 2022-11-08."
    assert not any("no number" in r for r in drawn.remarks)


def test_a_figure_without_a_date_is_said_and_two_at_one_place_are_both_seen() -> None:
    drawn = draw([row("", 1, "A"), row("2024-01", 5, "B"), row("2024-01", 5, "C")])
    assert "Without a date, and in the table alone: 1." in drawn.remarks
    sizes = [t["marker"]["size"][0] for t in drawn.figure["data"] if "markers" in t["mode"]]
    assert sizes[0] > sizes[1]
    sides = [t["textposition"][0] for t in drawn.figure["data"] if "markers" in t["mode"]]
    assert sides[0] != sides[1]


def test_no_line_joins_a_capacity_with_deliveries() -> None:
    line = Chart("line", "as of", "number", "speaker")
    rows = [row("2024-01", 100, "A"), row("2024-02", 900, "A", note="room for so many"), row("2024-03", 200, "A")]
    drawn = charts.draw_chart(line, COLUMNS, rows, load_ontology().figures)
    assert drawn
    assert [t["y"] for t in drawn.figure["data"]] == [[100, 200], [900]]
    assert "room or capacity" in drawn.figure["data"][1]["name"]


@pytest.mark.database
def test_the_shipped_topics_tell_their_disagreements_and_denials(store: Store, ontology: Ontology) -> None:
    answer = QueryExecutor(store, ontology).run(
        "figures-on-a-topic", {"topic": "artillery shells delivered to Russia"}, user="", via="test"
    )
    assert answer.query.chart == CHART
    drawn = charts.draw_chart(CHART, answer.table.columns, answer.table.rows, ontology.figures)
    assert drawn
    denied, apart, grown = drawn.remarks
    assert "Ministry of National Defence of North Korea, 2022-11-08; North Korea, 2024-06" in denied
    assert "1,500,000 (Vadym Skibitskyi" in apart and "3,000,000 (South Korean intelligence" in apart
    assert "300,000 to 500,000 as of 2023-10" in grown and "may be growth" in grown
    answer = QueryExecutor(store, ontology).run(
        "figures-on-a-topic", {"topic": "152 mm shells produced a year"}, user="", via="test"
    )
    drawn = charts.draw_chart(CHART, answer.table.columns, answer.table.rows, ontology.figures)
    assert drawn
    assert [r for r in drawn.remarks if "disagreement" in r] == []
    assert any("room or capacity" in r for r in drawn.remarks)


@pytest.mark.database
def test_cards_and_dossiers_say_the_same_of_the_figures(store: Store, ontology: Ontology) -> None:
    evidence = browse.read_whole_graph(store)
    names = {e.id: e.name for e in evidence.entities}
    topics = sentences.group_by_topic(evidence.claims)
    words = claim_figures.describe_claims(
        ontology, topics["artillery shells delivered to Russia"], evidence.claims, names
    )
    assert words[0].startswith("Denied as a whole, whatever the number: Ministry of National Defence of North Korea")
    assert words[1].startswith("A disagreement, for one time: 1,500,000 (Vadym Skibitskyi")
    assert "may be growth" in words[2]
    assert claim_figures.describe_claims(ontology, topics["factories making missiles"], evidence.claims, names) == []
