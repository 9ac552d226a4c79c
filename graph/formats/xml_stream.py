"""Reads XML that anybody may have written: piece by piece, each with its line, in bounded memory.

A document type (DTD) is refused whole, and with it every entity that could expand or reach outside
(defusedxml; https://docs.python.org/3/library/xml.html#xml-security). So are a piece, a tag or a nesting too large.
"""

import codecs
import itertools
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers.expat import ErrorString
from xml.parsers.expat import errors as expat_errors

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from graph.errors import DataError

CHUNK = 1 << 18  # bytes read at a time
FIRST_CHUNK = 1 << 12  # after a fault: another is likely near, and a parser always runs to the end of its chunk
FAULT_LIMIT = 1_000  # faults after which a file is given up
PIECE_LIMIT = 16_000_000  # characters of one piece, and bytes of one tag
DEPTH_LIMIT = 100  # elements inside one another
STRAY = "#text"  # the name of a piece that is text where elements are expected
_DECLARED = re.compile(rb"\A(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_CUT = frozenset(
    expat_errors.codes[message]
    for message in (
        expat_errors.XML_ERROR_NO_ELEMENTS,
        expat_errors.XML_ERROR_UNCLOSED_TOKEN,
        expat_errors.XML_ERROR_PARTIAL_CHAR,
        expat_errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
_INVALID = expat_errors.codes[expat_errors.XML_ERROR_INVALID_TOKEN]


@dataclass(frozen=True, slots=True)
class XmlElement:
    """An element with all that it holds, or the start of a container without its pieces.

    `path` are the names, without namespaces, from the root down to it; `line` is where it begins.
    """

    path: tuple[str, ...]
    element: Element
    line: int


@dataclass(frozen=True, slots=True)
class XmlFault:
    """A piece that can't be read: reading went on with the next one. `line` is where the piece begins."""

    error: DataError
    line: int


class _RejectedXml(Exception):
    """Raised inside the parser for what is XML, but not what we take.

    It holds the place itself: after an exception the parser runs on to the end of its chunk, without its handlers.
    """

    def __init__(self, rule: str, expat: Any, *, begins: bool = False) -> None:
        super().__init__(rule)
        self.byte, self.line = expat.CurrentByteIndex, expat.CurrentLineNumber
        self.begins = begins  # whether this very place begins a piece that may be good


def strip_namespace(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


class XmlFile:
    """An XML file as a stream of pieces.

    `containers` are the elements that are opened up, besides the root: their children are the pieces. `resume` names
    the elements at which reading may go on after a fault, each with the containers that it stands in.
    """

    def __init__(
        self, path: Path, containers: frozenset[str], resume: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self.path, self.containers, self.resume = path, containers, resume or {}
        self._read, self._size = 0, 1

    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return min(self._read / self._size, 1.0)

    def read_elements(self) -> Iterator[XmlElement | XmlFault]:
        """The root's start, then every container's start and every piece, as they come.

        Raises DataError, after all pieces before it, where the file is not XML and reading can't go on.
        """
        try:
            self._size = max(self.path.stat().st_size, 1)
            with self.path.open("rb") as stream:
                yield from self._pieces(stream)
        except OSError as error:
            raise DataError(f"can't be read: {error.strerror}", file=str(self.path)) from error

    def _pieces(self, stream: BinaryIO) -> Iterator[XmlElement | XmlFault]:
        declared = _DECLARED.match(stream.read(256))
        encoding = declared[1].decode("ascii") if declared else "utf-8"
        run = _ParserPass(self, stream)
        for count in itertools.count():
            yield from run.read_elements()
            if run.error is None:
                return
            following = self._find_next_start(stream, run) if not encoding.lower().startswith("utf-16") else None
            if following is None or count >= FAULT_LIMIT:
                raise run.error
            yield XmlFault(run.error, run.begun)
            tag, byte, line = following
            run = _ParserPass(self, stream, encoding=encoding, opened=self.resume[tag], base=byte, line=line)

    def _find_next_start(self, stream: BinaryIO, run: "_ParserPass") -> tuple[str, int, int] | None:
        """The next element at which reading may go on: its name, its byte and its line."""
        if not self.resume or not run.has_known_root(self.resume) or run.fatal:
            return None
        pattern = re.compile(b"<(" + b"|".join(re.escape(t.encode()) for t in self.resume) + rb")(?=[\s/>])")
        offset, line = max(run.resume_at, run.base + 1), run.broke_line
        held = b""
        stream.seek(offset)
        while chunk := stream.read(CHUNK):
            held += chunk
            if match := pattern.search(held):
                return match[1].decode(), offset + match.start(), line + held.count(b"\n", 0, match.start())
            keep = min(len(held), 64)  # a start tag may be cut by the end of the chunk
            line += held.count(b"\n", 0, len(held) - keep)
            offset += len(held) - keep
            held = held[-keep:]
        return None


class _ParserPass:
    """One parser's way through the file, from `base` on: the whole of it, or what follows a fault."""

    def __init__(
        self,
        file: XmlFile,
        stream: BinaryIO,
        *,
        encoding: str | None = None,
        opened: tuple[str, ...] = (),
        base: int = 0,
        line: int = 1,
    ) -> None:
        self.file, self.stream, self.base, self.line = file, stream, base, line
        self.lead = "".join(f"<{name}>" for name in opened).encode()
        self.path: list[str] = []
        self.done: deque[XmlElement] = deque()
        self.builder: TreeBuilder | None = None
        self.depth = self.size = 0
        self.name, self.begun, self.begun_at = "", line, base
        self.error: DataError | None = None
        self.fatal = False
        self.broke_at, self.resume_at, self.broke_line = base, base, line
        self.parser = XMLParser(target=self, encoding=encoding, forbid_dtd=True)
        self.expat: Any = self.parser.parser  # pyexpat's own, which knows the place

    def has_known_root(self, resume: Mapping[str, tuple[str, ...]]) -> bool:
        return bool(self.path) and all(path[:1] == tuple(self.path[:1]) for path in resume.values())

    def read_elements(self) -> Iterator[XmlElement]:
        """The pieces up to the end or to the first fault, which `error` then holds."""
        self.stream.seek(self.base)
        fed = len(self.lead)
        try:
            if self.lead:
                self.parser.feed(self.lead)
            size = FIRST_CHUNK if self.base else CHUNK
            while chunk := self.stream.read(size):
                self.parser.feed(chunk)
                fed, size = fed + len(chunk), min(size * 2, CHUNK)
                self.file._read = self.base + fed
                yield from self._drain()
                if fed - self.expat.CurrentByteIndex > PIECE_LIMIT:
                    raise _RejectedXml(f"a tag is longer than {PIECE_LIMIT:,} bytes", self.expat)
            self.parser.close()
            yield from self._drain()
        except DefusedXmlException as error:
            self.fatal = True
            self._stop("declares a document type (DTD) or entities, which could harm the reader: refused", error)
        except ParseError as error:
            yield from self._drain()
            self._stop(self._describe_error(error), error, self.expat.ErrorByteIndex, self.expat.ErrorLineNumber)
        except _RejectedXml as error:
            yield from self._drain()
            self._stop(str(error), error, error.byte, error.line)
            self.resume_at = self.broke_at + (not error.begins)
        except (LookupError, ValueError) as error:
            self._stop(f"its encoding can't be read ({error})", error)

    def _drain(self) -> Iterator[XmlElement]:
        while self.done:
            yield self.done.popleft()

    def _stop(self, why: str, cause: Exception, byte: int | None = None, line: int | None = None) -> None:
        at = self.expat.CurrentByteIndex if byte is None else byte
        self.broke_at = max(self.base, self.base + max(at, 0) - len(self.lead))
        self.resume_at = self.broke_at + 1
        self.broke_line = self.line + max((self.expat.CurrentLineNumber if line is None else line) - 1, 0)
        if self.builder is None:
            self.begun = self.broke_line
        inside = f", in the {self.name} that begins on line {self.begun}" if self.builder is not None else ""
        rule = f"{why} (line {self.broke_line}, byte {self.broke_at}{inside})"
        self.error = DataError(rule, file=self.file.path.name, row=self.broke_line)
        self.error.__cause__ = cause

    def _describe_error(self, error: ParseError) -> str:
        """What is wrong in words, with the byte at fault where it is one byte."""
        if error.code in _CUT:
            return "the file ends in the middle" if self.path else "the file is empty, or holds no XML"
        if error.code == _INVALID:
            at = self.base + self.expat.ErrorByteIndex - len(self.lead)
            self.stream.seek(max(at, 0))
            following = self.stream.read(1 << 16).partition(b">")[0]
            if following[:1] and following[0] < 32 and following[:1] not in b"\t\n\r":
                return f"the control character {following[0]:#04x} may not stand in XML"
            try:
                codecs.getincrementaldecoder("utf-8")().decode(following)  # which may end within a character
            except UnicodeDecodeError as undecoded:
                return f"byte {following[undecoded.start]:#04x} at offset {at + undecoded.start} is not UTF-8"
        return f"not well-formed XML ({ErrorString(error.code)})"

    # What the parser tells ------------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = strip_namespace(tag)
        if self.builder is None:
            self.begun = self.line + self.expat.CurrentLineNumber - 1
            at = self.expat.CurrentByteIndex
            if not self.path or name in self.file.containers:
                self.path.append(name)
                if at >= len(self.lead):
                    self.done.append(XmlElement(tuple(self.path), Element(tag, attributes), self.begun))
                self._check_depth(len(self.path))
                return
            self.builder, self.name, self.size = TreeBuilder(), name, 0
        elif name in self.file.resume:
            raise _RejectedXml(f"a new {name} begins before the end", self.expat, begins=True)
        self.depth += 1
        self._check_depth(len(self.path) + self.depth)
        self._add_size(50 + len(tag) + sum(len(k) + len(v) for k, v in attributes.items()))
        self.builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        if self.builder is None:
            self.path.pop()
            return
        self.builder.end(tag)
        self.depth -= 1
        if not self.depth:
            self.done.append(XmlElement((*self.path, self.name), self.builder.close(), self.begun))
            self.builder = None

    def data(self, text: str) -> None:
        if self.builder is not None:
            self._add_size(len(text))
            self.builder.data(text)
        elif text.strip():
            stray = Element(STRAY)
            stray.text = text.strip()
            self.done.append(XmlElement((*self.path, STRAY), stray, self.line + self.expat.CurrentLineNumber - 1))

    def close(self) -> None:
        """The end of the file; needed by the parser."""

    def _add_size(self, size: int) -> None:
        self.size += size
        if self.size > PIECE_LIMIT:
            raise _RejectedXml(f"a {self.name} is longer than {PIECE_LIMIT:,} characters", self.expat)

    def _check_depth(self, depth: int) -> None:
        if depth > DEPTH_LIMIT:
            raise _RejectedXml(f"more than {DEPTH_LIMIT} elements stand inside one another", self.expat)
