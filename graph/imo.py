"""IMO numbers of ships, and of companies that own or run them: seven digits, of which the last checks the others.

Both schemes are the International Maritime Organization's: ships have theirs by resolution A.1117(30), companies and
registered owners by resolution MSC.160(78). How the last digit follows from the six before it (S&P Global, once IHS and
Lloyd's Register, gives the numbers out; https://en.wikipedia.org/wiki/IMO_number has both sums with an example):

- of a ship: the six times 7, 6, 5, 4, 3, 2 add up to a number that ends in it;
- of a company: the six times 8, 6, 4, 2, 9, 7 add up; it is the last digit of 11 less what this leaves divided by 11.
"""

import re

RULE = "seven digits, the last a check digit"
_SHIP, _COMPANY = (7, 6, 5, 4, 3, 2), (8, 6, 4, 2, 9, 7)
_NUMBER = re.compile(r"[0-9]{7}")
_HEAD = re.compile(r"\s*IMO[\s:#]*", re.IGNORECASE)
_IN_TEXT = re.compile(r"\bIMO(?: number| no\.?)?\W{0,3}([0-9]{7})\b", re.IGNORECASE)


def is_ship_number(digits: str) -> bool:
    """Whether this is the number of a ship, without "IMO" before it."""
    return _is_number(digits) and _sum_up(digits, _SHIP) % 10 == int(digits[6])


def is_company_number(digits: str) -> bool:
    """Whether this is the number of a company or registered owner, without "IMO" before it."""
    return _is_number(digits) and (11 - _sum_up(digits, _COMPANY) % 11) % 10 == int(digits[6])


def strip_head(text: str) -> str:
    """A text without the "IMO" that stands before the number in it, and without spaces around it."""
    return _HEAD.sub("", text, count=1).strip() if _HEAD.match(text) else text.strip()


def find_numbers(text: str) -> list[str]:
    """The seven digits behind each "IMO" in a text, in their order, whether their check digit is right or not."""
    return _IN_TEXT.findall(text)


def _is_number(digits: str) -> bool:
    return bool(_NUMBER.fullmatch(digits)) and digits != "0000000"


def _sum_up(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
