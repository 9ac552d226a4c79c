"""Reads a large JSON object record by record: the lists at its top, each item with its line, in bounded memory.

The standard library parses each record; only the outermost braces, names and commas are walked through here. (ijson
streams too, but tells no lines, makes "?" of half a surrogate pair, and took 4 GB for a file of 40,000 opening
brackets: tried with 3.6.0.)
"""

import codecs
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from graph.errors import DataError

CHUNK = 1 << 20  # bytes read at a time
RECORD_LIMIT = 16_000_000  # characters of one record
_OPEN_STRING = re.compile(r'"(?:[^"\\]|\\.)*\\?\Z', re.DOTALL)
_LONGEST = 16  # characters of the longest word of JSON that may be cut: "-Infinity", "\\ud83d\\ude00"
_OF_NUMBERS = "0123456789.eE+-"
_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class JsonItem:
    """An item of a list at the top of the file, or (with `item` False) what stands there besides lists."""

    section: str
    value: Any
    item: bool
    line: int
    raw: str


class JsonFile:
    """A JSON file whose top is an object."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._decoder = json.JSONDecoder(parse_constant=reject_constant, parse_float=parse_finite)
        self._read, self._size = 0, 1

    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return min(self._read / self._size, 1.0)

    def values(self) -> Iterator[JsonItem]:
        """What the object holds, in its order; a list's items one by one.

        Raises DataError where the file is not such JSON, with the line, after all that stands before.
        """
        self._text, self._at, self._line, self._counted, self._read, self._end = "", 0, 1, 0, 0, False
        self._utf8 = codecs.getincrementaldecoder("utf-8-sig")()
        try:
            self._size = max(self.path.stat().st_size, 1)
            with self.path.open("rb") as stream:
                self._stream: BinaryIO = stream
                yield from self._read_object()
        except OSError as error:
            raise DataError(f"can't be read: {error.strerror}", file=str(self.path)) from error

    def _read_object(self) -> Iterator[JsonItem]:
        if not self._take("{"):
            raise self._build_error("is no JSON object: it does not begin with '{'")
        more = not self._take("}")
        while more:
            name, line, _ = self._decode()
            if not isinstance(name, str) or not self._take(":"):
                raise self._build_error("a name in quotes and a colon are expected here", line)
            if self._take("["):
                yield from self._read_items(name)
            else:
                value, line, raw = self._decode()
                yield JsonItem(name, value, False, line, raw)
            more = self._take(",")
            if not more and not self._take("}"):
                raise self._build_error("a comma or '}' is expected here")
        if self._peek():
            raise self._build_error("there is more after the end of the object")

    def _read_items(self, section: str) -> Iterator[JsonItem]:
        more = not self._take("]")
        while more:
            value, line, raw = self._decode()
            yield JsonItem(section, value, True, line, raw)
            more = self._take(",")
            if not more and not self._take("]"):
                raise self._build_error("a comma or ']' is expected here")

    def _decode(self) -> tuple[Any, int, str]:
        """The next value, the line that it begins on, and its text."""
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise self._build_error("is nested too deep", self._get_line()) from error
            except ValueError as error:
                if not self._is_incomplete(error) or not self._more():
                    raise self._build_syntax_error(error) from error
            else:
                # A number may go on after what has been read so far.
                if (end < len(self._text) and self._text[end] not in _OF_NUMBERS) or not self._more():
                    line, raw = self._get_line(), self._text[self._at : end]
                    self._at = end
                    return value, line, raw
            if len(self._text) - self._at > RECORD_LIMIT:
                raise self._build_error(f"a record is longer than {RECORD_LIMIT:,} characters", self._get_line())

    def _take(self, mark: str) -> bool:
        """Whether this mark comes next; if so, goes past it."""
        is_next = self._peek() == mark
        self._at += is_next
        return is_next

    def _peek(self) -> str:
        """The next character that is no space; '' at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Reads on; False at the end of the file."""
        if self._end:
            return False
        chunk = self._stream.read(CHUNK)
        pending = len(self._utf8.getstate()[0])
        try:
            text = self._utf8.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            at = self._read - pending + error.start
            self._text += error.object[: error.start].decode("utf-8", "replace")
            line = self._line + self._text.count("\n", self._counted)
            rule = f"byte {error.object[error.start]:#04x} at offset {at} is not UTF-8"
            raise DataError(rule, file=self.path.name, row=line) from error
        if not chunk:
            self._end = True
            return False
        self._read += len(chunk)
        # What has been dealt with goes, so that memory stays small.
        self._line += self._text.count("\n", self._counted, self._at)
        self._text, self._at, self._counted = self._text[self._at :] + text, 0, 0
        return True

    def _get_line(self) -> int:
        """The line of the next character."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _is_incomplete(self, error: ValueError) -> bool:
        """Whether it may be no fault but the end of what has been read so far."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        return self._is_cut(error) or error.pos > len(self._text) - _LONGEST

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether the text read so far ends where it is faulty, or in the string that begins there."""
        return error.pos >= len(self._text) or bool(_OPEN_STRING.match(self._text, error.pos))

    def _build_syntax_error(self, error: ValueError) -> DataError:
        if not isinstance(error, json.JSONDecodeError):
            return self._build_error(str(error), self._get_line())
        line = self._get_line() + self._text.count("\n", self._at, error.pos)
        if self._is_cut(error):
            return self._build_cut_error(line)
        return self._build_error(f"is not JSON ({error.msg})", line)

    def _build_error(self, rule: str, line: int | None = None) -> DataError:
        if not self._peek() and line is None:
            return self._build_cut_error(self._get_line())
        return DataError(rule, file=self.path.name, row=line or self._get_line())

    def _build_cut_error(self, line: int) -> DataError:
        rule = f"the file ends in the middle (byte {self._read})" if self._read else "the file is empty"
        return DataError(rule, file=self.path.name, row=line)


def parse_finite(text: str) -> float:
    """The number that a text gives. Raises ValueError for one too large, and for what is none."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:50]} is no number that can be kept")
    return number


def reject_constant(word: str) -> Any:
    """Refuses NaN and Infinity, which are not JSON."""
    raise ValueError(f"{word} is no number")
