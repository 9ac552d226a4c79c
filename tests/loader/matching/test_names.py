"""Comparable forms of names: romanisations, orders, scripts, forms of companies; and of identifiers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.database import search_keys
from loader.matching import identifiers, names, tables
from loader.matching.identifiers import Identifier


def readings(name: str) -> set[tuple[str, str]]:
    return {(r.family, r.coarse) for form in names.build_forms(name, names.PERSON) for r in form.readings}


def tokens(name: str, kind: str = names.ORGANISATION) -> tuple[str, ...]:
    return names.build_forms(name, kind)[0].tokens


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "KIM, Jong Un",
            "Kim Jong-un",
            "Kim Jongun",
            "Kim Jŏng-ŭn",
            "Gim Jeong-eun",
            "Kim Jung Eun",
            "김정은",
            "金正恩",
            "Ким Чен Ын",
            "Jong-un Kim",
        ],
        [
            "RI, Pyong Chol",
            "Lee Byung-chul",
            "Yi Byeong-cheol",
            "Rhee Pyung Chul",
            "Ri Pyŏng-ch'ŏl",
            "리병철",
            "이병철",
        ],
        ["Choe Ryong Hae", "Ch'oe Ryong-hae", "Choi Yong-hae", "최룡해", "Цой Рён Хэ"],
        ["Pak Thae Song", "Park Tae-sung", "Pak T'aesŏng", "박태성"],
        ["O Kuk Ryol", "Oh Kuk-ryol", "O Guk-ryeol", "오국렬"],
        ["Jang Song Thaek", "Chang Sŏng-t'aek", "Jang Seong-taek", "장성택"],
        ["Jo Yong Won", "Cho Yong-wŏn", "Jo Yong-won", "조용원"],
        ["Jong Kyong Thaek", "Chŏng Kyŏng-t'aek", "Jung Kyung-taek", "정경택"],
    ],
)
def test_spellings_of_a_korean_name_meet(spellings: list[str]) -> None:
    first = readings(spellings[0])
    assert first
    for other in spellings[1:]:
        assert readings(other) & first, other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim Jong Un", "Kim Jong Il"),
        ("O Su Yong", "Ri Su Yong"),
        ("Kim Yong Chol", "Kim Chol Yong"),
        ("Ri Yong Ho", "Ri Yong Gil"),
        ("Jong Chol", "Jang Chol"),
    ],
)
def test_other_korean_names_stay_apart(one: str, other: str) -> None:
    assert not readings(one) & readings(other)


def test_a_comma_says_which_is_the_family_name() -> None:
    assert {family for family, _ in readings("Ho, Jong")} == {"ho"}
    assert readings("PUTIN, Vladimir Vladimirovich") == set()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ANGLO-CARIBBEAN CO., LTD.", ("anglo", "caribbean")),
        ("ООО «ТРАНСМОРФЛОТ»", ("transmorflot",)),
        ("Trans L.L.C.", ("trans",)),
        ("조선광선은행", ("korea", "gwangseon", "bank")),
        ("大连海洋贸易有限公司", ("dalianhaiyang", "trading")),
        ("Factory No. 026", ("factory", "no", "26")),
        ("Ltd.", ("ltd",)),  # nothing else to go by
        ("Banque de Commerce & Industries", ("bank", "commerce", "industry")),
    ],
)
def test_organisations(name: str, expected: tuple[str, ...]) -> None:
    assert tokens(name) == expected


def test_a_short_form_in_parentheses_is_not_part_of_the_name() -> None:
    forms = {form.tokens for form in names.build_forms("Korea Kwangson Bank (KKBC)", names.ORGANISATION)}
    assert ("korea", "kwangson", "bank") in forms


@pytest.mark.parametrize("name", ["M/V Maia 1", "MV MAIA-1", "Maia I.", "MAIA 01"])
def test_ships_lose_their_prefix(name: str) -> None:
    assert tokens(name, names.SHIP)[0] == "maia"


def test_a_patronymic_may_be_missing() -> None:
    forms = {form.tokens for form in names.build_forms("PUTIN, Vladimir Vladimirovich", names.PERSON)}
    assert forms == {("putin", "vladimir", "vladimirovich"), ("putin", "vladimir")}


@pytest.mark.parametrize(("one", "other"), [("mohammad", "muhammed"), ("yusuf", "youssef"), ("taesong", "daesong")])
def test_keys_of_blocking_meet_across_spellings(one: str, other: str) -> None:
    assert names.build_skeleton(one) == names.build_skeleton(other)


@settings(max_examples=150)
@given(st.text(max_size=400), st.sampled_from([names.PERSON, names.ORGANISATION, names.SHIP, names.OTHER]))
def test_any_text_gives_small_plain_forms(text: str, kind: str) -> None:
    for form in names.build_forms(text, kind):
        assert form.tokens
        assert len(form.tokens) <= names.MOST_WORDS
        assert all(token.isascii() and token.isalnum() and token == token.lower() for token in form.tokens)
        assert all(names.build_skeleton(token) for token in form.tokens)


@settings(max_examples=150)
@given(st.from_regex(r"[a-z]{1,15}", fullmatch=True))
def test_the_coarse_form_joins_what_the_fine_one_joins(word: str) -> None:
    others = (word.replace("k", "g"), word.replace("t", "d"), word.replace("eo", "o"))
    alike = [o for o in others if search_keys.build_fine_key(o) == search_keys.build_fine_key(word)]
    assert {search_keys.build_coarse_key(o) for o in alike} <= {search_keys.build_coarse_key(word)}
    assert search_keys.build_fine_key(word).islower()


def test_the_tables_hold_what_yaml_could_have_swallowed() -> None:
    assert all(isinstance(name, str) for name in tables.load_tables()["surnames"])
    assert all(len(pair) == 2 for pair in tables.load_tables()["hanja"].split())
    assert all(isinstance(word, str) for word in tables.load_words("common"))
    assert all(isinstance(v, str) for v in tables.load_tables()["words"].values())


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        ("IMO", "IMO 9179842", Identifier("IMO", "9179842")),
        ("Vessel Registration", "Vessel Registration IMO 9179842", Identifier("IMO", "9179842")),
        ("Passport", "Passport 290220142 (Korea, North)", Identifier("passport", "290220142", "north-korea")),
        ("Passport", "Passport 4723 (DPRK) expires 12 Mar 2019", Identifier("passport", "4723", "north-korea")),
        ("UN", "UN KPi.001", Identifier("UN", "KPi.001")),
        ("Other listing", "see KPe.028", Identifier("UN", "KPe.028")),
        ("OFAC", "OFAC 9345", Identifier("OFAC", "9345")),
        ("C.R. No.", "CH-217.0.135.719-4 (Switzerland)", Identifier("registration", "CH21701357194", "switzerland")),
        ("MMSI", "MMSI 514131000", Identifier("MMSI", "514131000")),
    ],
)
def test_identifiers_are_read(scheme: str, text: str, expected: Identifier) -> None:
    assert list(identifiers.read(scheme, text)) == [expected]


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("IMO", "IMO 9179843"),
        ("Gender", "Gender Male"),
        ("Passport", "Passport 12"),
        ("Passport", "Passport none"),
        ("MMSI", "MMSI 1234"),
        ("Executive Order", "13382"),
    ],
)
def test_what_is_no_usable_identifier(scheme: str, text: str) -> None:
    assert list(identifiers.read(scheme, text)) == []


def test_a_number_that_counts_in_a_state_needs_the_state() -> None:
    assert identifiers.is_strong(Identifier("passport", "290220142", "north-korea"))
    assert not identifiers.is_strong(Identifier("passport", "290220142"))
    assert not identifiers.is_strong(Identifier("MMSI", "514131000"))


@settings(max_examples=150)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_identifier_text_is_read_or_left(scheme: str, text: str) -> None:
    for identifier in identifiers.read(scheme, text):
        assert len(identifier.value) >= identifiers.SHORTEST
        assert any(c.isdigit() for c in identifier.value)
