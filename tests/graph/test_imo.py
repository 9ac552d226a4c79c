"""IMO numbers: ships' and companies' check digits, and numbers as texts give them."""

import pytest

from graph import imo


@pytest.mark.parametrize("number", ["9074729", "7654329", "9187629", "8814275"])
def test_ships_numbers(number: str) -> None:
    assert imo.is_ship_number(number)
    slips = [f"{number[:6]}{digit}" for digit in "0123456789" if digit != number[6]]
    assert not any(map(imo.is_ship_number, slips))


def test_companies_numbers() -> None:
    assert imo.is_company_number("2041999")
    assert not imo.is_ship_number("2041999")
    assert not any(imo.is_company_number(f"204199{digit}") for digit in "012345678")


@pytest.mark.parametrize(
    "text", ["", "0000000", "907472", "90747290", "٩٠٧٤٧٢٩", "IMO 9074729", "9074729\n", "90747a9", "-074729"]
)
def test_what_is_no_number(text: str) -> None:
    assert not imo.is_ship_number(text)
    assert not imo.is_company_number(text)


SPELLINGS = [
    "IMO9074729",
    "imo 9074729",
    "IMO: 9074729",
    " IMO #9074729 ",
    "IMO IMO 9074729",
    "IMO: IMO9074729",
    "IMO No. 9074729",
    "IMO No 9074729",
    "IMO-Nr. 9074729",
    "IMO № 9074729",
    "IMO (9074729",
    "I.M.O. number: 9074729",
    "IMO number 9074729",
    "IMO ship identification number 9074729",
    "IMO company number: 9074729",
    "IMO\xa09074729",
    "IMO ９０７４７２９",
]


@pytest.mark.parametrize("text", [*SPELLINGS, "9074729", "No. 9074729", "Company IMO No. 9074729"])
def test_the_head_goes(text: str) -> None:
    assert imo.strip_head(text) == "9074729"
    for scheme in ("IMO", "imo", "IMO number", "IMO No.", "imoNumber"):
        assert imo.normalize_identifier(scheme, text) == ("IMO", "9074729")
    assert imo.normalize_identifier("Company Number IMO", text) == ("Company Number IMO", "9074729")


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_is_found_in_a_text(text: str) -> None:
    assert imo.find_numbers(f"Owner of a ship ({text}), and of others.") == ["9074729"]
    assert imo.normalize_identifier("", text) == ("IMO", "9074729")


@pytest.mark.parametrize("text", ["IMOGENE", "imo", "IMO: none", "N/A", "", "Timo 9074729", "IMO 90747 (Iran)"])
def test_what_is_no_head_stays(text: str) -> None:
    assert imo.find_numbers(text) == []
    assert imo.normalize_identifier("Passport", text) == ("Passport", text)


def test_a_number_says_whose_it_can_be() -> None:
    assert [imo.find_bearer(digits) for digits in ("9074729", "2041999", "9074720", "")] == ["ship", "company", "", ""]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("IMO number: 9074729 and IMO 7654329.", ["9074729", "7654329"]),
        ("Vessel Registration Identification IMO 9187629", ["9187629"]),
        ("IMO No. 8814275", ["8814275"]),
        ("IMO-8814275, IMO:8814276", ["8814275", "8814276"]),
        ("IMO 90747290, TIMO 9074729, 9074729", []),
    ],
)
def test_numbers_in_a_text(text: str, numbers: list[str]) -> None:
    assert imo.find_numbers(text) == numbers
