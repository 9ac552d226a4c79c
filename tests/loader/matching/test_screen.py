"""The review without a database: keys, what is shown, and sheets there and back."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from graph.errors import DataError
from graph.formats import tables
from graph.model import Claim
from loader.matching import claims, review_sheet, score, screen
from loader.matching.stored import EntityDetails, OpenPair

VERDICT = score.MatchScore(
    0.84, ("the same name (MARIA / Maria)", "the same tonnage (4,600)"), supported=True, facts="abc"
)


def pair(name: str, **changes: str) -> OpenPair:
    claim = claims.build_matcher_claim(
        (f"a-{name}", f"b-{name}"), (name.upper(), name), VERDICT, "2024-06-01", **changes
    )
    return OpenPair(claim)


def side(entity_id: str) -> EntityDetails:
    return EntityDetails(
        entity_id,
        f"Name of {entity_id}",
        "Ship",
        "a-list",
        ("김정은 (original script)", "[red]AKA[/red]"),
        ("IMO 9358010",),
        (("Born", "1964"), ("Country", "North Korea")),
        (("owns", "2 (X, Y)"),),
        ("A publisher, A list",),
    )


SIDES = {i: side(i) for name in ("one", "two", "three") for i in (f"a-{name}", f"b-{name}")}
PAIRS = [pair("one"), pair("two"), pair("three")]


def review(keys: str, notes: Sequence[str] = ()) -> tuple[list[tuple[str, str, str]], screen.ReviewSession, str]:
    decisions: list[tuple[str, str, str]] = []
    pressed, lines, file = iter(keys), iter(notes), io.StringIO()
    session = screen.run(
        PAIRS,
        sides=lambda item: (SIDES[item.pair[0]], SIDES[item.pair[1]]),
        decide=lambda item, choice, note: decisions.append((item.pair[0], choice, note)),
        key=lambda: next(pressed),
        ask=lambda: next(lines),
        console=Console(file=file, width=110),
    )
    return decisions, session, file.getvalue()


def test_each_key_does_what_the_line_says() -> None:
    decisions, session, shown = review("sdu")
    assert decisions == [("a-one", "same", ""), ("a-two", "different", ""), ("a-three", "unsure", "")]
    assert session.decided == {
        ("a-one", "b-one"): "same",
        ("a-two", "b-two"): "different",
        ("a-three", "b-three"): "unsure",
    }
    assert shown.count(screen.HELP) == 3


def test_back_skip_quit_and_an_unknown_key() -> None:
    decisions, session, shown = review("skbbxdq")
    # same, skip, back to the second, back to the first, an unknown key, different, quit at the second
    assert decisions == [("a-one", "same", ""), ("a-one", "different", "")]
    assert session.decided == {("a-one", "b-one"): "different"}
    assert "You said: same. Another answer replaces it." in shown


@pytest.mark.parametrize("end", ["q", "\x03", "\x04"])
def test_ending_decides_nothing(end: str) -> None:
    assert review(end)[0] == []


def test_a_note_goes_with_the_next_answer_only() -> None:
    decisions, _, _ = review("nss" + "q", ["Same owner, seen in the register"])
    assert decisions == [("a-one", "same", "Same owner, seen in the register"), ("a-two", "same", "")]


def test_both_sides_the_score_and_the_reasons_are_shown() -> None:
    _, _, shown = review("q")
    for text in (
        "score 0.84",
        "Name of a-one",
        "Name of b-one",
        "김정은",
        "IMO 9358010",
        "1964",
        "North Korea",
        "owns 2 (X, Y)",
        "A publisher, A list",
        "the same tonnage (4,600)",
        "[red]AKA[/red]",
    ):
        assert text in shown, text


def test_texts_of_lists_can_not_steer_the_terminal() -> None:
    assert review_sheet.clean("a\x1b[2Jb\u202ec\x07\nd").plain == "a[2Jbc\nd"


def rows(text: str, tmp_path: Path) -> tuple[list[review_sheet.Answer], list[str]]:
    path = tmp_path / "decisions.csv"
    path.write_text(text, encoding="utf-8")
    answers, rejected = review_sheet.read(path)
    return answers, [str(p) for r in rejected for p in r.problems]


def test_a_printed_sheet_comes_back_filled_in(tmp_path: Path) -> None:
    table = review_sheet.build_open_table(PAIRS, SIDES)
    text = review_sheet.render(table, "csv", "Pairs")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == list(review_sheet.COLUMNS)
    lines[1][-2:] = ["same", "one ship"]
    filled = io.StringIO()
    csv.writer(filled).writerows(lines)
    answers, problems = rows(filled.getvalue(), tmp_path)
    assert problems == []
    assert [(a.id_a, a.id_b, a.choice, a.note) for a in answers] == [("a-one", "b-one", "same", "one ship")]


def test_good_rows_are_taken_and_bad_ones_named(tmp_path: Path) -> None:
    answers, problems = rows(
        "id_a,id_b,decision,note\na,b,same,\nc,d,perhaps,\ne,,different,\ng,h,,\ni,j,U,why\nk,l,same,\nl,k,different,\n"
        "'=m,n,D,\n",
        tmp_path,
    )
    assert [(a.id_a, a.id_b, a.choice) for a in answers] == [
        ("a", "b", "same"),
        ("i", "j", "unsure"),
        ("=m", "n", "different"),
    ]
    assert problems == [
        "decisions.csv, row 3, field 'decision': must be same, different or unsure, not 'perhaps'",
        "decisions.csv, row 4, field 'id_b': the row names no entity here",
        "decisions.csv, row 7, field 'decision': the sheet says different and same of this pair",
        "decisions.csv, row 8, field 'decision': the sheet says different and same of this pair",
    ]


def test_a_file_that_is_no_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the header lacks id_b, decision"):
        rows("id_a,name\nx,y\n", tmp_path)


def test_a_sheet_holds_no_formula() -> None:
    evil = {i: EntityDetails(i, "=HYPERLINK(1)", "Ship", "x") for i in ("a-one", "b-one")}
    text = review_sheet.render(review_sheet.build_open_table([PAIRS[0]], evil), "csv", "")
    assert ",=HYPERLINK" not in text
    assert "'=HYPERLINK(1)" in text


def test_json_and_table_say_the_same() -> None:
    table = review_sheet.build_open_table(PAIRS, SIDES)
    listed = json.loads(review_sheet.render(table, "json", ""))
    assert [row["id_a"] for row in listed] == ["a-one", "a-two", "a-three"]
    assert listed[0]["score"] == 0.84
    assert listed[0]["why"] == "the same name (MARIA / Maria); the same tonnage (4,600)."
    shown = review_sheet.render(review_sheet.shorten_table(table), "table", "Pairs", 200)
    assert all(i in shown for i in ("a-one", "b-three", "3 rows"))


def test_changed_evidence_is_said_first() -> None:
    assert review_sheet.describe_reasons(pair("one", changed="2024-05-01 (same)").claim).startswith(
        "evidence changed since the decision of 2024-05-01 (same): the same name"
    )


@pytest.mark.parametrize(
    ("value", "by_number", "digit"),
    [(0.98, True, "2"), (0.8, True, "3"), (0.9, False, "3"), (0.72, False, "4"), (0.66, False, "6")],
)
def test_the_digit_follows_the_score_and_is_never_one(value: float, by_number: bool, digit: str) -> None:
    assert claims.grade_score(score.MatchScore(value, by_number=by_number)) == digit


def test_a_claim_reads_as_a_sentence() -> None:
    claim: Claim = PAIRS[0].claim
    assert claim.summary == (
        "ONE and one may be one entity, score 0.84: the same name (MARIA / Maria); the same tonnage (4,600)."
    )
    assert (claim.topic, claim.unit) == ("likeness of a-one and b-one", "of 1")
    assert tables.format_cell(claim.value) == "0.84"
