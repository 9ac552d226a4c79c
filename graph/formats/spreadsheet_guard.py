"""The one guard against texts that a spreadsheet would run as a formula (OWASP, "CSV Injection"), and its opposite.

Every CSV file that we write for people passes here, and our own readers get back what stood before. XLSX files need no
mark, as their cells say that they are texts; files for Neo4j's importer have none, as that program would keep it.
"""

import re
from collections.abc import Iterable
from typing import TextIO

# Blanks, controls and letters without a shape, and quotes, that programs skip or drop before they look for a sign.
_SKIPPED = r"\u0000-\u0020\u007f-\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\""
_FORMULA = rf"(?:[\t\r\n]|[{_SKIPPED}]*[=+\-@\uff1d\uff0b\uff0d\uff20])"
MARK = "'"
TO_GUARD = f"^{MARK}*{_FORMULA}"  # JavaScript reads this pattern too (explorer/assets/table.js)
_TO_GUARD, _GUARDED = re.compile(TO_GUARD), re.compile(f"^{MARK}+{_FORMULA}")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")


def guard(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula.

    One that looks guarded already gets another apostrophe, so that `unguard` gives back every text.
    """
    return MARK + text if _TO_GUARD.match(text) else text


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    return text[1:] if _GUARDED.match(text) else text


def format_field(text: str) -> str:
    """A text as a field of RFC 4180's CSV: guarded, and in quotation marks where it needs them."""
    return _quote(guard(text))


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text


class Writer:
    """Writes rows of CSV, each ending in a line feed, with every text guarded.

    With `numbers`, a text that is a plain number, such as -5, stays as it is.
    """

    def __init__(self, file: TextIO, *, numbers: bool = False) -> None:
        self._file, self._numbers = file, numbers

    def writerow(self, texts: Iterable[str]) -> None:
        """Writes a row."""
        fields = [_quote(t) if self._numbers and _NUMBER.fullmatch(t) else format_field(t) for t in texts]
        self._file.write((",".join(fields) or '""') + "\n")  # a line of nothing is no row to those who read CSV
