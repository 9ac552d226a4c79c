"""States and authorities that no list owns: found under the names that lists use, and the same as the articles'."""

import csv

import pycountry
import pytest

from graph.database import validate
from graph.ontology import Ontology
from loader import reference
from loader.sources import articles


@pytest.mark.parametrize("name", ["Korea, North", "DPRK", "kp", "PRK", "north korea", "D.P.R.K."])
def test_names_of_lists(name: str) -> None:
    state = reference.find_state(name)
    assert state
    assert (state.id, state.name) == ("north-korea", "North Korea")


@pytest.mark.parametrize("name", ["China, Hong Kong Special Administrative Region", "Hong Kong, China", "HK"])
def test_names_of_territories(name: str) -> None:
    state = reference.find_state(name)
    assert state
    assert state.id == "hong-kong"


def test_what_is_no_state() -> None:
    assert reference.find_state("undetermined") is None
    assert reference.find_state("") is None


def test_every_state_is_a_good_entity_with_an_id_of_its_own(ontology: Ontology) -> None:
    codes = [country.alpha_2 for country in pycountry.countries]
    states = [s for s in map(reference.find_state, codes) if s]
    assert len({s.id for s in states}) == len(states) == len(codes) > 240
    assert [p for s in states for p in validate.check_entity(ontology, s)] == []


def test_states_and_authorities_are_those_of_the_articles() -> None:
    with (articles.FOLDER / "entities.csv").open(encoding="utf-8") as file:
        rows = {r["id"]: r for r in csv.DictReader(file) if r["type"] in ("State", "Regime")}
    own = {"soviet-union", "african-countries"}  # states of the past, and states that nobody names
    for id_, name in ((i, r["name"]) for i, r in rows.items() if r["type"] == "State" and i not in own):
        state = reference.find_state(name)
        assert state
        assert (state.id, state.name) == (id_, name)
    for regime_id in (i for i, r in rows.items() if r["type"] == "Regime"):
        assert reference.get_regime(regime_id).name == rows[regime_id]["name"]


def test_an_authority_that_is_not_known_needs_a_name() -> None:
    with pytest.raises(ValueError, match="regime-nowhere"):
        reference.get_regime("regime-nowhere")
    assert reference.get_regime("regime-un-1267", "Al-Qaida sanctions").type == "Regime"
