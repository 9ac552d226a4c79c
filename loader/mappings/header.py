"""Reads the head of a mapping: what the table is, who says what it says, and how the file is written."""

import re
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graph import dates
from graph.model import Source
from loader import reference
from loader.files.csv_file import clean_column_name, find_encoding
from loader.files.file_format import FileFormat
from loader.mappings import cell_text
from loader.mappings.entries import EntryReader, InvalidEntry
from loader.mappings.model import EntityMapping, SpeakerMapping, Value
from loader.records import REFERENCE

EMPTY = ("n/a", "-")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_FORM = ("delimiter", "encoding", "sheet", "header", "skip", "columns")
_DELIMITERS = {"tab": "\t", "\\t": "\t", "space": " "}
_THOUSANDS = ("", ".", ",", " ", "'", "’")


class HeaderReader(EntryReader):
    """The entries above `entities`."""

    def dataset(self, raw: Any) -> str:
        name = self.text("dataset", raw)
        taken = {REFERENCE, *(p.stem for p in (Path(__file__).parents[1] / "sources").rglob("*.yaml"))}
        if not NAME.match(name):
            self.fault("dataset", "is a short name of small letters, digits and hyphens; every id begins with it")
        elif name in taken:
            self.fault("dataset", f"{name!r} is the name of a source of Armsgraph's own; choose another")
        return name

    def document(self, top: Mapping[str, Any], dataset: str) -> Source:
        """The table itself as a dated document."""
        keys = ("publisher", "title", "date", "url", "kind", "language", "note")
        texts = {key: self.text(key, top.get(key, "")) for key in keys}
        if texts["date"]:
            try:
                dates.parse_range(texts["date"])
            except ValueError as error:
                self.fault("date", str(error))
        if texts["url"] and urlsplit(texts["url"]).scheme not in ("http", "https"):
            self.fault("url", "must be an http or https address")
        return Source(id=f"{dataset}-table", **{**texts, "kind": texts["kind"] or "table"})

    def grade(self, top: Mapping[str, Any], key: str, allowed: Iterable[str], default: str) -> Value:
        fallback = Value(((default, ""),))
        return self.read_or_default(fallback, self.word, key, top.get(key, default), allowed, key, free=True)

    def speaker(self, top: Mapping[str, Any], blocks: Mapping[str, EntityMapping]) -> SpeakerMapping | str:
        """The entity block, or the entity that the mapping makes, that says what the table says."""
        raw = top.get("speaker", {"name": top.get("publisher") or "-"})
        if isinstance(raw, str):
            return raw if self.check_known("speaker", raw, blocks, "entity block") else ""
        entry = {
            k: self.text(f"speaker.{k}", v)
            for k, v in self.table("speaker", raw, ("name", "type", "id", "state")).items()
        }
        if entry and len({"name", "id", "state"} & set(entry)) != 1:
            self.fault("speaker", "needs a name (and type), or the id of an entity that is there already, or a state")
        if "type" in entry:
            self.check_known(
                "speaker.type", entry["type"], [t.name for t in self.ontology.list_concrete_types()], "type"
            )
        if "state" in entry and reference.find_state(entry["state"]) is None:
            self.fault("speaker.state", f"there is no state {entry['state']!r}")
        return SpeakerMapping(**entry)

    def read_updates(self, raw: Any) -> bool:
        """Whether what a newer edition leaves out keeps its history."""
        if raw not in ("replace", "history"):
            self.fault(
                "updates",
                "must be 'replace' (a row that is gone takes its lines with it) or 'history' (it "
                "leaves them with an end)",
            )
        return bool(raw == "history")

    def numbers(self, entry: Mapping[str, Any]) -> tuple[str, str]:
        """The marks for decimals and thousands."""
        decimal = self.text("numbers.decimal", entry.get("decimal", "."))
        thousands = self.text("numbers.thousands", entry.get("thousands", ""))
        thousands = " " if thousands == "space" else thousands
        if decimal not in (".", ",") or thousands not in _THOUSANDS or decimal == thousands:
            self.fault("numbers", "decimal is '.' or ','; thousands is another mark: '.', ',', ''' or the word space")
            return ".", ""
        return decimal, thousands

    def read_date_formats(self, raw: Any) -> tuple[str, ...]:
        formats = []
        for form in self.texts("dates", raw):
            try:
                cell_text.get_date_precision(form)
                formats.append(form)
            except ValueError as error:
                self.fault("dates", f"{form!r}: {error}")
            if form.startswith("%Y-%d"):
                self.fault("dates", f"{form!r}: what looks like YYYY-MM-DD is always read as year, month, day")
        swapped = str.maketrans("dm", "md")
        for a, b in product(formats, formats):
            if a < b and a.translate(swapped) == b:
                self.fault("dates", f"{a!r} and {b!r} can't be told apart; keep the one that the file means")
        return tuple(formats)

    def empty(self, words: Iterable[str]) -> frozenset[str]:
        """The texts that stand for nothing, in any common writing of theirs."""
        return frozenset(form for w in ("", *words) for form in (w, w.lower(), w.upper(), w.capitalize()))

    def form(self, entry: Mapping[str, Any], decimal: str) -> FileFormat:
        """How the file is written."""
        encoding = self.text("file.encoding", entry.get("encoding", "utf-8"))
        try:
            encoding = find_encoding(encoding)
        except ValueError as error:
            self.fault("file.encoding", str(error))
        header, skip = self.count(entry, "header", 1), self.count(entry, "skip", 0)
        columns = tuple(map(clean_column_name, self.texts("file.columns", entry.get("columns", []))))
        if bool(columns) == bool(header):
            self.fault("file.columns", "goes with 'header: none', to name what has no header; both or neither")
        delimiter = self.text("file.delimiter", entry.get("delimiter", ""))
        delimiter = _DELIMITERS.get(delimiter, delimiter)
        if delimiter and (len(delimiter) != 1 or delimiter.isalnum() or delimiter in "\"\r\n'."):
            self.fault("file.delimiter", "is one mark, such as ';' or ',' or '|', or the word tab")
        return FileFormat(
            delimiter, encoding, self.text("file.sheet", entry.get("sheet", "")), header, skip, columns, decimal
        )

    def count(self, entry: Mapping[str, Any], key: str, default: int) -> int:
        text = self.text(f"file.{key}", entry.get(key, str(default)))
        if key == "header" and text == "none":
            return 0
        if not re.fullmatch(r"[0-9]{1,6}", text):
            self.fault(f"file.{key}", "must be a number of rows")
            return default
        return int(text)

    def read_flag(self, at: str, raw: Any) -> bool:
        if raw not in ("true", "false", "yes", "no"):
            self.fault(at, "must be true or false")
        return raw in ("true", "yes")

    def ids(self, at: str, raw: Any) -> tuple[tuple[Value, ...], bool, str]:
        """The columns of an id, whether it is taken as it is, and its prefix."""
        as_is, prefix = False, ""
        if isinstance(raw, dict) and "constant" not in raw:
            entry = self.table(at, raw, ("column", "columns", "as_is", "prefix"))
            as_is = self.read_flag(f"{at}.as_is", entry.get("as_is", "false"))
            prefix = self.text(f"{at}.prefix", entry.get("prefix", ""))
            raw = [{"column": c} for c in self.texts(at, entry.get("columns", entry.get("column", [])))]
        values = tuple(self.value(at, item) for item in (raw if isinstance(raw, list) else [raw]))
        if not values:
            self.fault(at, "needs a column, or several")
            raise InvalidEntry
        if as_is and (prefix or len(values) > 1):
            self.fault(at, "'as_is' takes one column, and no prefix")
        if prefix and not NAME.match(prefix):
            self.fault(f"{at}.prefix", "is a short name of small letters, digits and hyphens")
        return values, as_is, prefix
