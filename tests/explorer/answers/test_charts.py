"""Charts: each row by itself, in the order of the answer, never added up, and a text is only ever text."""

from itertools import combinations
from typing import Any

import pytest

from explorer.answers import charts
from explorer.answers.charts import layout
from explorer.canvas.stylesheet import DARK_PAPER, compute_contrast
from graph.saved_queries.queryfile import Chart

BAR = Chart("bar", "topic", "count", "by")
RANGE = Chart("bar", "who", "number", low="low", high="high")
LINE = Chart("line", "when", "count", "by")


def draw(chart: Chart, columns: str, rows: list[list[Any]]) -> charts.RenderedChart:
    rendered = charts.draw_chart(chart, columns.split(), rows)
    assert rendered is not None
    return rendered


def bars(drawn: charts.RenderedChart) -> list[tuple[str, float, float]]:
    """Every bar: its series, where it stands and how long it is."""
    return [
        (t["name"], y, x)
        for t in drawn.figure["data"]
        if t["type"] == "bar"
        for y, x in zip(t["y"], t["x"], strict=True)
    ]


def test_two_numbers_for_one_thing_stand_side_by_side_and_are_never_added_up() -> None:
    rows = [["shells", 1, "A"], ["shells", 3, "B"], ["shells", 3, "A"], ["tanks", 7, "B"]]
    drawn = draw(BAR, "topic count by", rows)
    assert sorted(x for _, _, x in bars(drawn)) == [1, 3, 3, 7]
    places = [y for _, y, _ in bars(drawn)]
    assert all(abs(a - b) >= 1 for a, b in combinations(places, 2))  # a bar is 0.8 wide
    axis = drawn.figure["layout"]["yaxis"]
    assert axis["ticktext"] == ["shells", "tanks"]
    assert axis["tickvals"][0] == sum(sorted(places)[:3]) / 3
    assert drawn.figure["layout"]["barmode"] == "overlay"  # so that no place is shifted or stacked
    assert drawn.figure["layout"]["xaxis"]["range"][0] == 0  # lengths can be compared


def test_ranges_run_from_end_to_end_and_open_ends_say_so() -> None:
    rows = [["a", None, 100, 200], ["b", 150, None, None], ["c", None, 300, None], ["d", None, None, 50]]
    drawn = draw(RANGE, "who number low high", rows)
    bar, marks = drawn.figure["data"]
    assert (bar["base"], bar["x"], bar["text"]) == ([100], [100], ["100 to 200"])
    assert list(zip(marks["x"], marks["marker"]["symbol"], marks["text"], strict=True)) == [
        (150, "circle", "  150"),
        (300, "triangle-right", "  at least 300"),
        (50, "triangle-left", "  at most 50"),
    ]
    assert 150 not in bar["x"] + bar["base"]  # the middle of a range is nobody's number


def test_lines_follow_partial_dates_and_don_t_join_numbers_that_disagree() -> None:
    rows = [["2024-03", 9, "B"], ["2022", 1, "A"], ["2023-08", 2, "A"], ["2023-08", 5, "B"], ["2023-08", 6, "B"]]
    drawn = draw(LINE, "when count by", rows)
    series = {t["name"]: t for t in drawn.figure["data"]}
    assert (series["A"]["x"], series["A"]["y"], series["A"]["mode"]) == (
        ["2022-01-01", "2023-08-01"],
        [1, 2],
        "lines+markers",
    )
    assert (series["B"]["y"], series["B"]["mode"]) == ([5, 6, 9], "markers")
    assert drawn.figure["layout"]["xaxis"]["type"] == "date"
    assert drawn.remarks == ("Several numbers for one place are points that no line joins: “B”.",)
    assert "2023-08" in series["A"]["hovertext"][1]  # as it was given, not as it was placed


@pytest.mark.parametrize(("values", "kind"), [([1_500, 3_000], "linear"), (["early", "late"], "names")])
def test_lines_over_numbers_and_over_names(values: list[Any], kind: str) -> None:
    drawn = draw(LINE, "when count by", [[v, n, ""] for n, v in enumerate(values)])
    axis = drawn.figure["layout"]["xaxis"]
    assert "type" not in axis
    assert axis.get("ticktext") == (values if kind == "names" else None)


def test_what_is_left_out_is_said_and_units_are_minded() -> None:
    rows: list[list[Any]] = [["a", None, ""], ["b", "many", ""], ["c", True, ""], ["d", 0, ""], ["e", float("nan"), ""]]
    drawn = draw(BAR, "topic count by", rows)
    assert [x for _, _, x in bars(drawn)] == [0]
    assert drawn.remarks == ("4 rows have no number and are in the table alone.",)
    thousand = draw(BAR, "topic count by", [[f"t{n}", n, ""] for n in range(1_000)])
    assert len(bars(thousand)) == charts.MAX_ROWS
    assert thousand.remarks == (f"The first {charts.MAX_ROWS} of 1,000 rows are drawn; all are in the table.",)
    mixed = draw(Chart("bar", "topic", "count"), "topic count unit", [["a", 1, "shells"], ["b", 2, "boxes"]])
    assert mixed.remarks == ("Mind the units, which differ: shells, boxes.",)
    alike = draw(Chart("bar", "topic", "count"), "topic count unit", [["a", 1, "shells"]])
    assert alike.figure["layout"]["xaxis"]["title"]["text"] == "count (shells)"


def test_no_chart_without_numbers_or_columns() -> None:
    assert charts.draw_chart(BAR, ["topic", "count", "by"], []) is None
    assert charts.draw_chart(BAR, ["topic", "count", "by"], [["a", None, ""]]) is None
    assert charts.draw_chart(BAR, ["topic"], [["a"]]) is None
    assert charts.find_missing_columns(BAR, ["topic"]) == ["count", "by"]


def test_names_are_text_whatever_they_hold() -> None:
    attack = '<a href="javascript:x">강계</a><img src=x onerror=1>'
    drawn = draw(BAR, "topic count by", [[attack, 1, attack], [attack * 40, 2, "B"]])
    figure_text = str(drawn.figure).replace("<br>", "")
    assert "<" not in figure_text
    assert "강계" in figure_text
    assert all(label.count("<br>") < layout.LINES for label in drawn.figure["layout"]["yaxis"]["ticktext"])


def test_colours_are_told_apart_on_white_and_on_dark_paper_and_do_not_come_back_alone() -> None:
    for colour in layout.COLOURS:
        assert compute_contrast(colour, "#ffffff") >= 3
        assert compute_contrast(colour, DARK_PAPER) >= 3
    drawn = draw(BAR, "topic count by", [[str(n), n, str(n)] for n in range(20)])
    looks = [(t["marker"]["color"], t["marker"]["pattern"]["shape"]) for t in drawn.figure["data"]]
    assert len(set(looks)) == 20
