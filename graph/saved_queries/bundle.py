"""Saved queries as files to hand on: one as `<name>.cypher`, several as a .zip of such files; and taking them in again.

What comes in was written by anybody. A bundle has so many files of such a size, is read without being unpacked onto
the disk, and of its paths only the last part counts, made into a name that passes queryfile.is_name. Each file has a
result of its own: a bad one is told with its rule, and the good ones are taken in.
"""

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from graph.errors import QueryError, QueryFileError
from graph.saved_queries import queryfile
from graph.saved_queries.library import LONGEST_NAME, Library
from graph.saved_queries.query_store import DEVICES, SUFFIX, parse_cached
from graph.saved_queries.queryfile import SavedQuery

MOST_FILES = 500
LARGEST = 5_000_000  # bytes of a bundle
LARGEST_UNPACKED = 20_000_000  # bytes of all its files
_LARGEST_FILE = 4 * queryfile.LARGEST  # bytes: a letter of UTF-8 has up to four
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a .zip can tell; the same each time, so that equal is identical
_LOCKED = 0x1  # the flag of an encrypted file
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for gigabytes to be unpacked
_FROM_SYSTEMS = re.compile(r"(^|/)(__MACOSX/|\.(?!\.?/)|Thumbs\.db$|desktop\.ini$)")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True)
class ImportResult:
    """What became of one file.

    `outcome` is "added", "renamed" (added under `name` for the reason in `why`), "unchanged" (`name` says so word for
    word) or "refused" (`why` says by which rule).
    """

    file: str
    outcome: str
    name: str = ""
    why: str = ""


def pack(queries: Collection[SavedQuery]) -> bytes:
    """A .zip of these queries, the same bytes for the same queries. Raises QueryError where they are too many."""
    if len(queries) > MOST_FILES:
        raise QueryError(f"a bundle holds at most {MOST_FILES} queries")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for query in sorted(queries, key=lambda q: q.name):
            entry = zipfile.ZipInfo(f"{query.name}{SUFFIX}", _DATE)
            entry.external_attr, entry.create_system = (stat.S_IFREG | 0o644) << 16, 3  # as if written on Unix
            archive.writestr(entry, query.text.encode(), zipfile.ZIP_STORED)  # packers differ by version
    if out.tell() > LARGEST:
        raise QueryError(f"a bundle has at most {LARGEST // 1_000_000} MB; export fewer queries at once")
    return out.getvalue()


def import_queries(library: Library, file: str, data: bytes, shelf: str = "personal") -> list[ImportResult]:
    """Takes the queries of a .cypher or .zip file into a user's library; what became of each file.

    `file` is what the file is called. A query that is there already, word for word, is left; one whose name is taken
    comes in under a numbered name: nothing is written over. Raises QueryError where the file as a whole is at fault,
    and StoreError.
    """
    if len(data) > LARGEST:
        raise QueryError(f"{_format_path(file)}: larger than {LARGEST // 1_000_000} MB, which no bundle is")
    if data.startswith(b"PK"):
        files = list(_unpack(_format_path(file), data))
    elif file.lower().endswith(SUFFIX):
        files = [(file, data)]
    else:
        raise QueryError(f"{_format_path(file)}: neither a {SUFFIX} file nor a .zip of such files")
    by_text = {query.text: query.name for query in library.all().values()}
    return [_import_file(library, path, content, shelf, by_text) for path, content in files]


def derive_name(file: str, title: str = "") -> str:
    """The name that a query of a file can have, from the file's, or its title's, where that has letters we can use."""
    last = PurePosixPath(file.replace("\\", "/")).name
    stem = last[: -len(SUFFIX)] if last.lower().endswith(SUFFIX) else last
    for text in (stem, title):
        plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
        if name:
            safe = name if name[0].isalpha() and name not in DEVICES else f"query-{name}"
            return safe[:LONGEST_NAME].rstrip("-")
    return "query"


def _import_file(
    library: Library, file: str, content: bytes | str, shelf: str, by_text: dict[str, str]
) -> ImportResult:
    """Takes in one file, or what is wrong with it; `by_text` has the names of the texts that are there already."""
    shown = _format_path(file)
    if isinstance(content, str):
        return ImportResult(shown, "refused", why=content)
    try:
        text = _decode_text(content)
        if text in by_text:
            return ImportResult(shown, "unchanged", by_text[text])
        derived = derive_name(file, parse_cached("query", text, "").title)
        free = library.find_free_name(derived)
        library.save(free, text, shelf)
    except QueryError as error:
        why = error.rule if isinstance(error, QueryFileError) else error.message
        return ImportResult(shown, "refused", why=why)
    by_text[text] = free
    if free != derived:
        return ImportResult(shown, "renamed", free, f"another query is called {derived}")
    if f"{free}{SUFFIX}" != PurePosixPath(file.replace("\\", "/")).name:
        return ImportResult(shown, "renamed", free, queryfile.NAME_RULE)
    return ImportResult(shown, "added", free)


def _unpack(bundle: str, data: bytes) -> Iterator[tuple[str, bytes | str]]:
    """The files of a .zip, each as its content, or as what is wrong with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir() and not _FROM_SYSTEMS.search(e.filename)]
            if len(entries) > MOST_FILES:
                raise QueryError(f"{bundle}: {len(entries):,} files; a bundle holds at most {MOST_FILES}")
            if not entries:
                raise QueryError(f"{bundle}: there is no file in it")
            left = LARGEST_UNPACKED
            for entry in entries:
                content = _read_entry(archive, entry, left)
                left -= len(content) if isinstance(content, bytes) else 0
                yield entry.filename, content
    except _UNREADABLE as error:
        raise QueryError(f"{bundle}: a damaged .zip: {error}") from error


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes | str:  # noqa: PLR0911 - one a rule
    if not entry.filename.lower().endswith(SUFFIX):
        return f"not a {SUFFIX} file"
    if entry.flag_bits & _LOCKED:
        return "encrypted; hand the queries on without a password"
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return "a link or device, not a file"
    if entry.compress_type not in _PACKINGS:
        return "packed in a way that is not read here"
    if entry.file_size > left:
        return f"the bundle unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB"
    try:
        with archive.open(entry) as opened:
            data = opened.read(_LARGEST_FILE + 1)  # what the entry says of its size may be a lie
    except _UNREADABLE as error:
        return f"damaged: {error}"
    return data if len(data) <= _LARGEST_FILE else f"a query has at most {queryfile.LARGEST:,} letters"


def _decode_text(data: bytes) -> str:
    """The text of a file in UTF-8, or as Windows' editors save Unicode; lines end in line feeds."""
    coding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(coding).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise QueryError("not UTF-8 text") from error


def _format_path(file: str) -> str:
    """A file's path as it may be shown: without control characters, and no longer than a line."""
    tidy = "".join(c for c in file if unicodedata.category(c)[0] != "C")
    return tidy if len(tidy) <= 100 else "…" + tidy[-99:]
