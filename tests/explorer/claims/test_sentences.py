"""Sentences about claims, and the cards that show them."""

import json

import plotly.utils
import pytest

from explorer.claims import sentences
from explorer.dash_kit import claim_cards
from explorer.dash_kit.claim_cards import CardContext
from explorer.panels.reading import details
from graph.model import Claim, Entity, Source, Subgraph
from graph.ontology import Ontology


def claim(number: int = 1, **changes: object) -> Claim:
    fields = {
        "id": f"c{number}",
        "subject": "a",
        "predicate": "REPORTS_TO",
        "stance": "asserted",
        "source": "s",
        "object": "b",
        "reliability": "B",
        "credibility": "2",
        **changes,
    }
    return Claim(**fields)


def rendered(component: object) -> str:
    return json.dumps(component, cls=plotly.utils.PlotlyJSONEncoder)


def test_claims_are_grouped_in_words_by_direction(ontology: Ontology) -> None:
    claims = [claim(1), claim(2, subject="x", object="a"), claim(3, stance="denied"), claim(4, predicate="STATEMENT")]
    groups = sentences.group_claims(ontology, "a", claims)
    assert [(g.caption, len(g.claims), g.denials) for g in groups] == [("oversees", 1, 0), ("reports to", 2, 1)]
    assert groups[1].claims[0].stance == "denied"


@pytest.mark.parametrize(
    ("stances", "words"),
    [
        (["asserted", "denied", "asserted"], "Contested: 2 claims assert it, 1 denies it."),
        (["denied"], "Denied: 1 denies it, none asserts it."),
        (["asserted"], "1 claim asserts it; none denies it."),
    ],
)
def test_the_weight_of_both_sides(stances: list[str], words: str) -> None:
    assert sentences.describe_stances([claim(n, stance=s) for n, s in enumerate(stances)]) == words


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"value": 2000.0}, "2,000 shells"),
        ({"low": 10.0, "high": 20.0}, "10 to 20 shells"),
        ({"low": 10.0}, "at least 10 shells"),
        ({"high": 2.5}, "at most 2.5 shells"),
        ({}, "no number shells"),
    ],
)
def test_quantities(figures: dict[str, float], words: str) -> None:
    assert sentences.format_quantity(claim(predicate="ESTIMATE", object=None, unit="shells", **figures)) == words


def test_estimates_stay_side_by_side(ontology: Ontology) -> None:
    claims = [claim(n, predicate="ESTIMATE", object=None, topic="shells", value=v) for n, v in enumerate((10.0, 90.0))]
    text = rendered(
        details.render_entity(
            ontology, Entity("a", "State", (), "A"), Subgraph((), (), tuple(claims)), details.ClaimPage(0, 2, 0)
        )
    )
    assert '"10"' in text
    assert '"90"' in text
    assert "not averaged" in text
    assert '"50"' not in text


def test_grades_are_spelt_out(ontology: Ontology) -> None:
    assert sentences.describe_grade(ontology, claim()) == "Source B: usually reliable. Information 2: probably true."


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "data:text/html,x",
        "//evil",
        "ftp://a/b",
        "http://",
        "https:///x",
        "http://[x",
    ],
)
def test_only_addresses_of_the_web_become_links(ontology: Ontology, address: str) -> None:
    assert sentences.sanitise_url(address) == ""
    context = CardContext(ontology, {}, {"s": Source("s", "P", "T", url=address)})
    assert "href" not in rendered(claim_cards.render_claim_card(context, claim()))


def test_links_open_apart(ontology: Ontology) -> None:
    context = CardContext(ontology, {}, {"s": Source("s", "P", "T", url="https://example.org/a")})
    card = rendered(claim_cards.render_claim_card(context, claim(paragraph="4")))
    assert '"rel": "noopener noreferrer"' in card
    assert "para. 4" in card


def test_a_denial_is_marked_as_one(ontology: Ontology) -> None:
    context = CardContext(ontology, {"n": Entity("n", "State", (), "North Korea")}, {})
    card = rendered(claim_cards.render_claim_card(context, claim(stance="denied", asserted_by="n")))
    assert "Denies" in card
    assert "denied by " in card
    assert "North Korea" in card


def test_a_withdrawn_claim_is_marked_as_one(ontology: Ontology) -> None:
    context = CardContext(ontology, {}, {})
    card = rendered(claim_cards.render_claim_card(context, claim(withdrawn_on="2021-07", last_seen_on="2019-01")))
    assert "Withdrawn" in card
    assert "not in the edition of 2021-07, last in that of 2019-01" in card


def test_too_many_claims_are_owned_up_to(ontology: Ontology) -> None:
    claims = tuple(claim(n, id=f"c{n:04}") for n in range(details.MAX_CLAIMS))
    text = rendered(
        details.render_entity(
            ontology, Entity("a", "State", (), "A"), Subgraph((), (), claims), details.ClaimPage(0, 250, 0)
        )
    )
    assert f"Claims 1 to {details.MAX_CLAIMS} of 250" in text


def test_what_was_withdrawn_is_not_weighed() -> None:
    taken_back = claim(2, id="c2", stance="denied", withdrawn_on="2024")
    assert (
        sentences.describe_stances([claim(), taken_back]) == "1 claim asserts it; none denies it. 1 more was withdrawn."
    )
    assert sentences.describe_stances([taken_back]) == "Denied: 1 denies it, none asserts it."
