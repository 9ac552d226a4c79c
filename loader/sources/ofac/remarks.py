"""The remarks of the SDN list: facts between semicolons, each of which becomes a name, an identifier, a link ...

A remark reads "DOB 10 Dec 1948; alt. DOB 1949; POB Anju; Passport 123 (Korea, North) expires 20 Mar 2018; a.k.a. 'KIM';
Linked To: TANCHON COMMERCIAL BANK." Its full stop is the list's mark of the end (OFAC's notice of 13 June 2012) and
not doubled where the last word has one of its own. The labels stand in ofac.yaml.
"""

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from graph import dates, imo

MANIFEST = Path(__file__).with_name("ofac.yaml")
CUT = 1000  # characters, the size of the column: what is longer goes on in the comments
_COMMENTS = "sdn_comments.csv"
NAME, IDENTIFIER, PROPERTY, LINK, REMARK = "name", "identifier", "property", "link", "remark"
ALIAS_KINDS = {"aka": "alias", "fka": "former name", "nka": "present name"}

_DATE = r"(?:[0-9]{2} )?(?:[A-Z][a-z]{2} )?[12][0-9]{3}"
_ALIAS = re.compile(r"([afn])\.k\.a\. (['\"])(.+)\2\Z", re.DOTALL)
_LINK = re.compile(r"Linked To: *(.+)\Z", re.DOTALL)
# The label may not hold a figure, so that a number in a sentence is no identifier.
_OTHER_SCHEME = re.compile(
    r"((?:[A-Z][^\s\d]* )(?:[^\s\d]+ ){0,5}?(?:No\.?|Number|Code)|[A-Z][^\s\d]*)( #)?:? (?=\S*\d)"
)
_NUMBER = re.compile(
    rf"(?P<number>.+?)(?: \((?P<country>[^()]+)\))?(?: issued (?P<issued>{_DATE}))?(?: expires (?P<expires>{_DATE}))?\Z"
)
_RANGE = re.compile(rf"({_DATE}) to ({_DATE})\Z")
_MONTHS = {name: f"{number:02}" for number, name in enumerate(calendar.month_abbr) if name}
# A full stop after these belongs to the word: initials ("D.C.", "S.A.") and common abbreviations.
_ABBREVIATION = re.compile(
    r"(?:(?:\b[^\W\d_]\.)+[^\W\d_]|\b(?:co|corp|inc|ltd|ltda|jr|sr|st|bros|no|pte|pvt|dr))\.\Z", re.I
)


@dataclass(frozen=True, slots=True)
class RemarkFact:
    """One fact of a remark.

    `kind` says what it is; `label` the kind of name, the scheme of an identifier or the name of a property; `country`,
    `issued` and `expires` go with identifiers. `last` is true of the fact that ends the remark.
    """

    kind: str
    label: str
    value: str
    last: bool = False
    country: str = ""
    issued: str = ""
    expires: str = ""


@cache
def load_manifest() -> dict[str, Any]:
    """Publisher, licence, grades and the labels of remarks."""
    loaded: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return loaded


def join_remark(remark: str, rest: str) -> tuple[str, str]:
    """A remark with what sdn_comments.csv holds of it; and what is odd about the two, or "".

    A remark of full length goes on in the middle of a word. One that is shorter was not cut: then the two are read
    as facts beside each other.
    """
    if len(remark) >= CUT:
        return remark + rest, "" if rest else f"the remark is cut at {CUT:,} characters and {_COMMENTS} lacks the rest"
    if not rest:
        return remark.strip(), ""
    odd = f"{_COMMENTS} continues a remark that is shorter than {CUT:,} characters; it is read as further facts"
    return "; ".join(part for part in (remark.strip(), rest.strip()) if part), odd


def split_remark(remark: str) -> list[str]:
    """The facts of a remark as they stand, without the semicolons between them."""
    return [part for part in (part.strip() for part in re.split(r";\s", remark)) if part]


def parse_facts(remark: str) -> Iterator[RemarkFact]:
    """What a remark says, fact by fact; what has no known form is a fact of the kind "remark"."""
    parts = split_remark(remark)
    for number, part in enumerate(parts, 1):
        yield parse_fact(part, last=number == len(parts))


def parse_fact(part: str, *, last: bool = False) -> RemarkFact:
    """One fact. A link keeps a full stop at its end, for only the list's names can tell whose it is."""
    text = re.sub(r"\A[Aa]lt\. (?=\S)", "", part)
    if link := _LINK.match(text):
        return RemarkFact(LINK, "linkedTo", link[1].strip(), last)
    text = strip_full_stop(text)
    if alias := _ALIAS.match(text):
        return RemarkFact(NAME, f"weak {ALIAS_KINDS[alias[1] + 'ka']}", alias[3], last)
    match = _compile_labels().match(text)
    if match and (value := text[match.end() :].strip()):
        label = match["label"]
        if label in load_manifest()["properties"]:
            return RemarkFact(PROPERTY, load_manifest()["properties"][label], value, last)
        # "Passport and papers lost" is no number, "bc1q..." is one.
        if not value[0].islower() or re.search(r"\d", value.split()[0]):
            return _parse_identifier(label, value, last)
    if (other := _OTHER_SCHEME.match(text)) and (other[2] or other[1].endswith(("No", "No.", "Number", "Code"))):
        return _parse_identifier(other[1], text[other.end() :], last)
    return RemarkFact(REMARK, "remark", strip_full_stop(part), last)


def strip_full_stop(text: str) -> str:
    """A text without the full stop that ends it, unless the stop belongs to its last word."""
    return text if not text.endswith(".") or _ABBREVIATION.search(text[-30:]) else text[:-1].rstrip()


def _parse_identifier(scheme: str, value: str, last: bool) -> RemarkFact:
    if imo.has_head(value):
        scheme, value = f"{scheme} {imo.SCHEME}", imo.strip_head(value)
    match = _NUMBER.match(value)
    issued, expires = (parse_partial_date(match[k] or "") for k in ("issued", "expires")) if match else ("", "")
    # A date that is none stays where it was, in the text.
    if not match or bool(match["issued"]) != bool(issued) or bool(match["expires"]) != bool(expires):
        return RemarkFact(IDENTIFIER, scheme, value, last)
    country = match["country"] or ""
    number = f"{match['number']} ({country})" if country else match["number"]
    return RemarkFact(IDENTIFIER, scheme, number, last, country, issued, expires)


@cache
def _compile_labels() -> re.Pattern[str]:
    """A pattern of all labels, the longest first. Labels are plain text, but for the patterns of currencies."""
    labels = load_manifest()
    plain = {*labels["properties"], *(label for label in labels["identifiers"] if "[" not in label)}
    patterns = [re.escape(label) for label in sorted(plain, key=lambda text: (-len(text), text))]
    patterns += [label for label in labels["identifiers"] if "[" in label]
    return re.compile(rf"(?P<label>{'|'.join(patterns)})(?: #)?:?(?= )")


def parse_partial_date(text: str) -> str:
    """A date of the list ("03 May 1938", "May 1938", "1938") as a partial date; "" where it is none.

    A range counts where it is exactly a year or a month: "01 Jan 1964 to 31 Dec 1964" is 1964.
    """
    if span := _RANGE.match(text):
        first, last = parse_partial_date(span[1]), parse_partial_date(span[2])
        for candidate in (first[:7], first[:4]) if first and last else ():
            if (dates.to_earliest_day(first), dates.to_latest_day(last)) == (
                dates.to_earliest_day(candidate),
                dates.to_latest_day(candidate),
            ):
                return candidate
        return ""
    if not re.fullmatch(_DATE, text):
        return ""
    *before, year = text.split()
    parts = [year, *(_MONTHS.get(part, part) for part in reversed(before))]
    try:
        dates.parse_range("-".join(parts))
    except ValueError:
        return ""
    return "-".join(parts)


def has_date_form(text: str) -> bool:
    """Whether a text has the form of one of the list's dates, be there such a day or not."""
    return re.fullmatch(_DATE, text) is not None


def find_birth_date(texts: Iterable[str]) -> str:
    """The one date that texts of birth dates leave no doubt about, as a partial date; else ""."""
    birth_dates = {parse_partial_date(text) for text in texts}
    return birth_dates.pop() if len(birth_dates) == 1 else ""
