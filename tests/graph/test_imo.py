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


@pytest.mark.parametrize("text", ["9074729", "IMO9074729", "imo 9074729", "IMO: 9074729", " IMO #9074729 "])
def test_the_head_goes(text: str) -> None:
    assert imo.strip_head(text) == "9074729"


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
