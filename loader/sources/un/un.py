"""The Security Council's consolidated list: reads its XML file, entry by entry.

The form is that of the list's schema (sc-sanctions.xsd, named in the file) as published files show it:
CONSOLIDATED_LIST with the attribute dateGenerated, in it INDIVIDUALS/INDIVIDUAL and ENTITIES/ENTITY.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring

import yaml

from graph.errors import DataError
from graph.formats.xml_stream import STRAY, XmlElement, XmlFault, XmlFile
from graph.model import Source
from loader.records import Feed, Item, Notice, RejectedRow, Row
from loader.sources.un.entry import DATASET, SOURCE, EntryTransformer
from loader.sources.un.parts import ListEntry, parse_day

ROOT = "CONSOLIDATED_LIST"
CONTAINERS = {"INDIVIDUALS": "INDIVIDUAL", "ENTITIES": "ENTITY"}
INCOMPLETE = "incomplete file"  # a notice of this kind: what is missing here may still be on the list
RAW_LIMIT = 100_000  # characters of an entry that are kept to show


@cache
def load_manifest() -> dict[str, Any]:
    """Publisher, licence, address and grade of the list, and the words of its file."""
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return loaded


def read(path: Path, *, edition: str = "", only: frozenset[str] = frozenset()) -> Feed:
    """The list in a file, or in a folder that holds one XML file.

    `edition` is taken from the file where it is not given. `only` names list types ("DPRK"): all other entries come as
    not selected. Raises DataError where the file is not this list, also from the stream. Where single entries can't
    be read, or the file ends early, the stream holds a rejected row and a notice of the kind `INCOMPLETE`.
    """
    file = find(path)
    xml = _open_file(file)
    root = next(xml.read_elements())
    if isinstance(root, XmlFault) or root.path != (ROOT,):
        name = root.path[0] if isinstance(root, XmlElement) else "?"
        raise DataError(f"is not the UN list: it begins with <{name}>, not with <{ROOT}>", file=file.name, row=1)
    stated = parse_day(root.element.get("dateGenerated", ""))
    row = Row(file, root.line, raw=tostring(root.element, encoding="unicode"))
    return Feed(
        dataset=DATASET,
        edition=edition or stated or _compute_digest(file),
        items=_read_items(xml, row, only),
        title=str(load_manifest()["title"]),
        keeps_history=True,
        fraction=xml.fraction,
    )


def find(path: Path) -> Path:
    """The XML file that is meant. Raises DataError where a folder holds none, or several."""
    if not path.is_dir():
        return path
    xml_files = sorted(p for p in path.iterdir() if p.suffix.lower() == ".xml" and p.is_file())
    if len(xml_files) != 1:
        names = ", ".join(p.name for p in xml_files[:5])
        raise DataError(
            f"holds {len(xml_files)} XML files ({names}): name one" if xml_files else "holds no XML file",
            file=str(path),
        )
    return xml_files[0]


def get(xml: XmlFile) -> Iterator[ListEntry | RejectedRow | Notice]:
    """The entries of the file, and what can't be read of it. Raises DataError where there is no entry at all."""
    seen = 0
    try:
        for piece in xml.read_elements():
            if isinstance(piece, XmlFault):
                yield from _report_damage(xml.path, piece.error, piece.line, "an entry could not be read")
                continue
            name = piece.path[-1]
            if piece.path[1:] and CONTAINERS.get(piece.path[-2]) == name:
                seen += 1
                yield ListEntry(_build_row(xml.path, piece), piece.element)
            elif piece.path != (ROOT,) and name not in CONTAINERS:
                kind = "unknown part of the file"
                yield Notice(
                    kind,
                    f"{'/'.join(piece.path)} is not part of the list as we know it, and is left out",
                    _build_row(xml.path, piece),
                )
    except DataError as error:
        if not seen:
            raise
        yield from _report_damage(xml.path, error, error.row or 1, f"the file breaks off after {seen} entries")
    if not seen:
        raise DataError("holds no entry", file=xml.path.name)


def _read_items(xml: XmlFile, first: Row, only: frozenset[str]) -> Iterator[Item | RejectedRow | Notice]:
    words = load_manifest()
    entries = EntryTransformer(words, only)
    yield Item(build_source(), first)
    for entry in get(xml):
        if isinstance(entry, ListEntry):
            yield from entries.transform(entry)
        else:
            yield entry
    yield from entries.rest(first)


def build_source() -> Source:
    """The list as a document. It has no date: each claim tells the edition in which it was first seen."""
    words = load_manifest()
    return Source(
        SOURCE,
        words["publisher"],
        words["title"],
        url=words["address"],
        kind=words["kind"],
        language=words["language"],
        reliability=words["reliability"],
    )


def _open_file(file: Path) -> XmlFile:
    return XmlFile(file, frozenset(CONTAINERS), {record: (ROOT, name) for name, record in CONTAINERS.items()})


def _report_damage(file: Path, error: DataError, line: int, words: str) -> Iterator[RejectedRow | Notice]:
    row = Row(file, line)
    yield RejectedRow(row, (row.problem("", error.rule),))
    yield Notice(INCOMPLETE, f"{words}, so that entries missing here may still be on the list: {error.rule}", row)


def _build_row(file: Path, piece: XmlElement) -> Row:
    stray = piece.path[-1] == STRAY
    raw = piece.element.text or "" if stray else tostring(piece.element, encoding="unicode").strip()
    return Row(file, piece.line, raw=raw[:RAW_LIMIT])


def _compute_digest(file: Path) -> str:
    digest = blake2b(digest_size=8)
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
