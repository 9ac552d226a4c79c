"""Reading CSV files that people write: every fault is named by file and row, every good row is kept.

The file is read in pieces, so that its size does not matter. Row numbers are lines, as an editor counts them.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from graph.errors import DataError
from loader import rejects
from loader.records import RejectCollector, RejectedRow, Row

FIELD_LIMIT = 1_000_000  # characters; a quote that is never closed must not swallow memory
LINE_LIMIT = 16_000_000  # bytes of a file without line ends
_RECORD_LIMIT = 4_000_000  # characters of one row, over all its lines
_BLOCK = 1 << 18
_CONTROLS = bytes(c for c in range(32) if c not in b"\r\n\t")
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UNDECODED = re.compile("[\udc80-\udcff]")  # how a byte is kept that the encoding does not have (PEP 383)
_WIDE = {"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"}
# A plain encoding reads these ASCII characters as themselves: not so the escapes of UTF-7, ISO 2022, HZ and Python.
_PLAIN = b'a,;"|\t\r\n+AGE-=AB&#65;\\u0041~{<:~}\x1b$B'


def find_encoding(name: str) -> str:
    """The codec's own name of an encoding. Raises ValueError for one that a CSV file can't be read in."""
    try:
        codec = codecs.lookup(name).name
        plain = codec in _WIDE or (not name.startswith("idna") and _PLAIN.decode(codec) == _PLAIN.decode("ascii"))
    except (LookupError, ValueError, AttributeError):
        plain = False
    if not plain:
        raise ValueError(f"{name!r} is not an encoding of text files; try utf-8, utf-16, cp1252, cp1251 or cp949")
    return "utf-8" if codec == "utf-8-sig" else codec


def read_rows(path: Path, columns: Sequence[str], dataset: RejectCollector) -> Iterator[Row]:
    """The rows of a CSV file whose header holds `columns`; further columns are passed on as they are.

    A row that can't be read, or has too many or too few fields, is rejected into `dataset`. Raises DataError
    when the file as a whole is of no use: missing, without its columns, or not UTF-8.
    """
    reader = CsvReader(path, whole=True)
    missing = [name for name in columns if name not in reader.columns]
    if missing:
        raise DataError(f"the header lacks {', '.join(missing)}", file=path.name, row=1)
    twice = sorted({name for name in reader.columns if reader.columns.count(name) > 1})
    if twice:
        raise DataError(f"the header names {', '.join(twice)} twice", file=path.name, row=1)
    items = reader.rows()
    for item in rejects.restore_rows(items) if rejects.is_reject_header(reader.columns) else items:
        dataset.rows_read += 1
        if isinstance(item, RejectedRow):
            dataset.rejected.append(item)
        else:
            yield item


class CsvReader:
    """A CSV file: `columns` are known at once, `rows` come as they are read, `fraction` of it tells how far.

    `header` is the line on which the header stands; `columns` are given where there is none (`header` 0). With
    `whole`, a byte that the encoding does not have makes the file as a whole unusable; else it costs its row only.
    Raises DataError where the file can't be read or has no header.
    """

    def __init__(
        self,
        path: Path,
        *,
        encoding: str = "utf-8",
        delimiter: str = ",",
        header: int = 1,
        columns: Sequence[str] = (),
        whole: bool = False,
    ) -> None:
        csv.field_size_limit(FIELD_LIMIT)
        self.path, self.delimiter, self._whole = path, delimiter, whole
        self.encoding = find_encoding(encoding)
        self._bad: deque[tuple[int, int]] = deque()  # undecoded bytes that are not told yet: (offset, byte)
        self._odd = False  # whether the lines at hand hold control characters or undecoded bytes
        self._lines: list[str] = []
        self._start = 0  # the first of these lines that is not read yet
        self._before = 0  # lines of the file before them
        self._read, self._size = 0, 1
        self._pieces = self._text()
        self.columns = self._read_header(header) if header else tuple(columns)

    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return min(1.0, self._read / self._size)

    def rows(self) -> Iterator[Row | RejectedRow]:
        """The rows below the header, each either readable or rejected with its problems; blank lines are left out."""
        path, columns, width = self.path, self.columns, len(self.columns)
        while self._start < len(self._lines) or self._more():
            base = self._start
            number = self._before + base + 1
            reader = csv.reader(self._iter_lines_from(base), delimiter=self.delimiter, strict=True)
            try:
                for fields in reader:
                    self._start = base + reader.line_num
                    if len(fields) == width and not self._odd:
                        yield Row(path, number, columns, dict(zip(columns, map(str.strip, fields), strict=True)))
                    elif fields:
                        yield self._check_row(number, fields)
                    number = self._before + self._start + 1
            except csv.Error as error:
                if base + reader.line_num < len(self._lines) or self._is_too_long() or not self._more():
                    # A stray quote can swallow the lines after it: give up this one line and go on with the next.
                    yield self._reject_malformed(error)
                    self._start += 1

    def _iter_lines_from(self, line: int) -> Iterator[str]:
        """The lines at hand from this one on; begins at once, as islice does not: there may be many faulty lines."""
        return map(self._lines.__getitem__, range(line, len(self._lines)))

    def _is_too_long(self) -> bool:
        return sum(map(len, self._iter_lines_from(self._start))) > _RECORD_LIMIT

    def _reject_malformed(self, error: csv.Error) -> RejectedRow:
        line, byte_rules = self._mark_undecoded(self._lines[self._start].rstrip("\r\n"))
        row = Row(self.path, self._before + self._start + 1, self.columns, {self.columns[0]: line})
        rules = [f"the row is not CSV ({error})", *byte_rules]
        return RejectedRow(row, tuple(row.problem("", rule) for rule in rules))

    def _check_row(self, number: int, fields: list[str]) -> Row | RejectedRow:
        """A row whose number of fields or whose characters need a look."""
        columns = self.columns
        values, problems = {}, []
        for i, field in enumerate(fields):
            text, byte_rules = self._mark_undecoded(field.strip())
            name = columns[i] if i < len(columns) else ""
            problems += [(name, rule) for rule in byte_rules]
            if FORBIDDEN.search(text):
                problems.append((name, "holds a control character"))
            if name:
                values[name] = text
        if len(fields) != len(columns):
            extra = f"; left over: {fields[len(columns) :]}" if len(fields) > len(columns) else ""
            # A whole table in one column, or a note among the rows.
            problems.insert(0, ("", f"the row has {len(fields)} fields, the header {len(columns)}{extra}"))
        row = Row(self.path, number, columns, values)
        return RejectedRow(row, tuple(row.problem(*problem) for problem in problems)) if problems else row

    def _mark_undecoded(self, text: str) -> tuple[str, list[str]]:
        """The text with a mark for each undecoded byte, and what is to be said of these bytes."""
        bad_bytes = [self._bad.popleft() for _ in _UNDECODED.findall(text)] if self._bad else []
        rules = [_describe_bad_byte(byte, offset, self.encoding) for offset, byte in bad_bytes[:1]]
        if len(bad_bytes) > 1:
            rules[0] += f", nor are {len(bad_bytes) - 1} more"
        return (_UNDECODED.sub("\ufffd", text) if rules else text), rules

    def _read_header(self, line: int) -> tuple[str, ...]:
        try:
            while len(self._lines) < line and self._more():
                pass
            self._start = line - 1
            for above in self._lines[: self._start] if self._bad else ():
                self._mark_undecoded(above)
            while True:
                reader = csv.reader(self._iter_lines_from(self._start), delimiter=self.delimiter, strict=True)
                try:
                    header = next(reader)
                    break
                except csv.Error:
                    if self._is_too_long() or not self._more():
                        raise
            self._start += reader.line_num
        except (StopIteration, csv.Error) as error:
            raise DataError("the file has no header row", file=self.path.name, row=line) from error
        for rule in (rule for name in header for rule in self._mark_undecoded(name)[1]):
            raise DataError(rule, file=self.path.name, row=line)
        return tuple(clean_column_name(name) for name in header)

    def _more(self) -> bool:
        """Takes up the next lines of the file, and forgets those that are read."""
        del self._lines[: self._start]
        self._before, self._start = self._before + self._start, 0
        if not self._lines:
            self._odd = bool(self._bad)
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._lines += io.StringIO(piece, newline="")  # lines end with \n, \r or \r\n, and with nothing else
        return True

    # From bytes to text -------------------------------------------------------------------------------------------

    def _text(self) -> Iterator[str]:
        """The file as text, in pieces of whole lines."""
        try:
            with self.path.open("rb") as file:
                self._size = max(1, self.path.stat().st_size)
                mark = file.read(4)
                if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and self.encoding not in _WIDE:
                    self.encoding = "utf-16"
                file.seek(3 if self.encoding == "utf-8" and mark.startswith(codecs.BOM_UTF8) else 0)
                self._read = file.tell()
                yield from self._read_wide_pieces(file) if self.encoding in _WIDE else self._read_plain_pieces(file)
        except OSError as error:
            raise DataError(f"can't be read: {error.strerror}", file=str(self.path)) from error

    def _read_plain_pieces(self, file: io.BufferedReader) -> Iterator[str]:
        """For encodings in which a line ends with the byte of \\n or \\r, as in ASCII."""
        rest = b""
        while True:
            block = file.read(_BLOCK)
            raw = rest + block
            # A \r at the very end may be the first half of \r\n.
            cut = max(raw.rfind(b"\n"), raw.rfind(b"\r", 0, -1)) + 1 if block else len(raw)
            self._check_line(len(raw) - cut)
            if cut:
                yield self._decode(raw[:cut])
                self._read += cut
            rest = raw[cut:]
            if not block:
                return

    def _decode(self, raw: bytes) -> str:
        if len(raw.translate(None, _CONTROLS)) != len(raw):
            self._odd = True
        try:
            return raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            if self._whole:
                line = self._before + len(self._lines) + raw.count(b"\n", 0, error.start) + 1
                rule = _describe_bad_byte(raw[error.start], self._read + error.start, self.encoding)
                raise DataError(rule, file=self.path.name, row=line) from error
        self._odd = True
        text, at, offset = raw.decode(self.encoding, "surrogateescape"), 0, self._read
        for match in _UNDECODED.finditer(text):
            offset += len(text[at : match.start()].encode(self.encoding, "surrogateescape"))
            at = match.start()
            self._bad.append((offset, ord(match[0]) - 0xDC00))
        return text

    def _read_wide_pieces(self, file: io.BufferedReader) -> Iterator[str]:
        """For UTF-16 and UTF-32, where a byte that is wrong leaves nothing to go on with."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        rest = ""
        while True:
            block = file.read(_BLOCK)
            pending = len(decoder.getstate()[0])
            try:
                text = rest + decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                offset = self._read - pending + error.start
                rule = _describe_bad_byte(error.object[error.start], offset, self.encoding)
                raise DataError(rule, file=self.path.name) from error
            self._read += len(block)
            cut = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1 if block else len(text)
            self._check_line(len(text) - cut)
            if cut:
                self._odd = self._odd or bool(FORBIDDEN.search(text, 0, cut))
                yield text[:cut]
            rest = text[cut:]
            if not block:
                return

    def _check_line(self, length: int) -> None:
        if length > LINE_LIMIT:
            rule = f"a line is longer than {LINE_LIMIT:,} bytes: this is not a table"
            raise DataError(rule, file=self.path.name, row=self._before + len(self._lines) + 1)


def clean_column_name(text: str) -> str:
    """A column's name as mappings write it: on one line, and accents in one way (NFC)."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _describe_bad_byte(byte: int, offset: int, encoding: str) -> str:
    return f"byte {byte:#04x} at offset {offset} is not {encoding.upper()}"
