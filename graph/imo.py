"""IMO numbers of ships, and of companies that own or run them: seven digits, of which the last checks the others.

Both schemes are the International Maritime Organization's: ships have theirs by resolution A.1117(30), companies and
registered owners by resolution MSC.160(78). How the last digit follows from the six before it (S&P Global, once IHS and
Lloyd's Register, gives the numbers out; https://en.wikipedia.org/wiki/IMO_number has both sums with an example):

- of a ship: the six times 7, 6, 5, 4, 3, 2 add up to a number that ends in it;
- of a company: the six times 8, 6, 4, 2, 9, 7 add up; it is the last digit of 11 less what this leaves divided by 11.

Lists put many words before the digits ("IMO9374131", "IMO IMO 9374131", "IMO No. 9374131", "Company IMO number:
5342883"): which, is known here alone.
"""

import re
import unicodedata

SHIP, COMPANY = "ship", "company"  # whose number it is: what a property of the ontology says under `imo`
SCHEME = "IMO"  # what such an identifier is called, however its list spells it
RULE = "seven digits, the last a check digit"
_WEIGHTS = {SHIP: (7, 6, 5, 4, 3, 2), COMPANY: (8, 6, 4, 2, 9, 7)}
_NUMBER = re.compile(r"[0-9]{7}")
_OWN = r"(?:imo|i\.m\.o)"
_COUNT = r"(?:numbers?|num|nos?|nr|id|identification|identifier|code|n[°º])"
_BEARER = r"(?:ships?|vessels?|company|companies|owners?|registered|registration|unique)"
_END, _GAP = r"(?:['’]s)?(?![^\W_])", r"[\W_]{0,3}"
_WORD = rf"(?:{_OWN}(?=[0-9])|(?:{_OWN}|{_COUNT}|{_BEARER}){_END})"
_LEAD = rf"(?<![^\W_])(?:{_OWN}(?=[0-9])|{_OWN}{_END}){_GAP}(?:{_WORD}{_GAP}){{0,6}}"  # from "IMO" to the digits
_IN_TEXT = re.compile(rf"{_LEAD}([0-9]{{7}})(?![^\W_])", re.IGNORECASE)
_BEFORE_DIGITS = re.compile(rf"{_LEAD}(?=[0-9])", re.IGNORECASE)
_HEAD = re.compile(rf"[\W_]{{0,3}}(?:{_WORD}{_GAP}){{1,8}}(?=[0-9])", re.IGNORECASE)
_KIND = rf"{_OWN}(?:numbers?|no)?"  # "imoNumber" too
_NAMED = re.compile(rf"(?<![^\W_]){_KIND}(?![^\W_])", re.IGNORECASE)
_PLAIN_SCHEME = re.compile(rf"[\W_]*(?:(?:{_KIND}|{_COUNT}){_END}[\W_]*){{1,8}}", re.IGNORECASE)


def is_number(digits: str, bearer: str) -> bool:
    """Whether this is the number of a ship (`SHIP`) or a company (`COMPANY`), without "IMO" before it."""
    if not _NUMBER.fullmatch(digits) or digits == "0000000":
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS[bearer], strict=False))
    return int(digits[6]) == (total % 10 if bearer == SHIP else (11 - total % 11) % 10)


def is_ship_number(digits: str) -> bool:
    """Whether this is the number of a ship, without "IMO" before it."""
    return is_number(digits, SHIP)


def is_company_number(digits: str) -> bool:
    """Whether this is the number of a company or registered owner, without "IMO" before it."""
    return is_number(digits, COMPANY)


def find_bearer(digits: str) -> str:
    """Whose number this can be by its check digit, a ship's before a company's; "" for what is no IMO number."""
    return next((bearer for bearer in _WEIGHTS if is_number(digits, bearer)), "")


def is_scheme(scheme: str) -> bool:
    """Whether an identifier of this kind is an IMO number: "IMO", "Company Number IMO", "IMO no."."""
    return bool(_NAMED.search(scheme))


def strip_head(text: str) -> str:
    """The text of a field for such a number without what stands before the digits, and without spaces around it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    head = _HEAD.match(plain)
    return plain[head.end() :].strip() if head else text.strip()


def has_head(text: str) -> bool:
    """Whether a text begins with "IMO", in whatever words, and digits after it."""
    return bool(_BEFORE_DIGITS.match(unicodedata.normalize("NFKC", text).strip()))


def find_numbers(text: str) -> list[str]:
    """The seven digits behind each "IMO" in a text, in their order, whether their check digit is right or not."""
    return _IN_TEXT.findall(unicodedata.normalize("NFKC", text))


def spell_alike(text: str) -> str:
    """A text in which each "IMO" before digits is written in one way: "IMO 9374131"."""
    return _BEFORE_DIGITS.sub(f"{SCHEME} ", text)


def normalize_identifier(scheme: str, number: str) -> tuple[str, str]:
    """The kind and the number of an identifier, an IMO number in one spelling; all others as they are.

    A kind that says more ("Company Number IMO") keeps its words.
    """
    if (is_scheme(scheme) and _PLAIN_SCHEME.fullmatch(scheme)) or (not scheme and has_head(number)):
        scheme = SCHEME
    return (scheme, strip_head(number)) if is_scheme(scheme) else (scheme, number)
