"""Reads the single entries of a mapping: texts, lists, columns, conditions; every fault is noted with its place."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

from graph.errors import DataError
from graph.ontology import Ontology
from loader.files.csv_file import clean_column_name
from loader.mappings.model import Condition, Value

T = TypeVar("T")
_BRACES = re.compile(r"\{([^{}]*)\}")


class InvalidEntry(Exception):
    """One entry can't be read; its fault is noted already."""


class EntryReader:
    """Reads entries. `faults` gathers what is wrong; a method that can't give anything of use raises Stop."""

    def __init__(self, file: str, lines: dict[str, int], ontology: Ontology) -> None:
        self.file, self.lines, self.ontology = file, lines, ontology
        self.faults: list[DataError] = []

    def fault(self, at: str, rule: str) -> None:
        """Notes a fault; its line is that of the entry, or of the nearest one around it."""
        near = at
        while near not in self.lines and "." in near:
            near = near.rpartition(".")[0]
        self.faults.append(DataError(rule, file=self.file, row=self.lines.get(near), field=at))

    def stop(self, at: str, rule: str) -> NoReturn:
        """Notes a fault and gives the entry up."""
        self.fault(at, rule)
        raise InvalidEntry

    def read_or_default(self, default: T, read: Callable[..., T], *args: Any, **options: Any) -> T:
        """What `read` gives, or `default` where it gave up: so that the other entries are looked at too."""
        try:
            return read(*args, **options)
        except InvalidEntry:
            return default

    def check_known(self, at: str, name: str, names: Iterable[str], what: str) -> bool:
        """Whether a name is known; where it is not, notes it, with the nearest that is."""
        names = list(names)
        if name in names:
            return True
        near = get_close_matches(name, names, 1, 0.6) or [n for n in names if n.casefold() == name.casefold()]
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names[:60])}"
        self.fault(at, f"there is no {what} {name!r}; {hint}" if name else f"names no {what}; {hint}")
        return False

    def table(self, at: str, raw: Any, keys: Iterable[str] | None = None) -> dict[str, Any]:
        """A mapping with none but these keys; empty, with its fault noted, where it is something else."""
        if not isinstance(raw, dict) or not raw:
            self.fault(at, "must be entries of the form 'key: value'")
            return {}
        allowed = sorted(keys) if keys is not None else list(raw)
        return {k: v for k, v in raw.items() if self.check_known(f"{at}.{k}" if at else k, k, allowed, "key")}

    def part(self, entry: Mapping[str, Any], at: str, key: str, keys: Iterable[str] | None = None) -> dict[str, Any]:
        """The mapping under a key that may be left out."""
        return self.table(f"{at}.{key}" if at else key, entry[key], keys) if key in entry else {}

    def text(self, at: str, raw: Any) -> str:
        """One text; empty, with its fault noted, where it is something else."""
        if not isinstance(raw, str):
            self.fault(at, "must be one text")
            return ""
        return raw

    def texts(self, at: str, raw: Any) -> tuple[str, ...]:
        """One text, or a list of them."""
        return tuple(self.text(at, item) for item in (raw if isinstance(raw, list) else [raw]))

    def value(self, at: str, raw: Any, options: Iterable[str] = ()) -> Value:
        """A column, a text with columns in braces, {column: …} or {constant: …}."""
        if isinstance(raw, str):
            if not raw:
                self.stop(at, "is empty; name a column, or leave the entry out")
            return Value(self.template(at, raw) if "{" in raw or "}" in raw else (("", clean_column_name(raw)),))
        entry = self.table(at, raw, {"column", "constant", *options}) if isinstance(raw, dict) else {}
        if len({"column", "constant"} & set(entry)) != 1:
            self.stop(at, "must name a column, or give {column: …} or {constant: …}")
        text = self.text(at, entry.get("column", entry.get("constant")))
        if not text:
            self.stop(at, "is empty")
        return Value(
            parts=(("", clean_column_name(text)),) if "column" in entry else ((text, ""),),
            split=self.texts(f"{at}.split", entry.get("split", [])),
            values={k: self.text(f"{at}.values.{k}", v) for k, v in self.part(entry, at, "values").items()},
            otherwise=self.text(f"{at}.otherwise", entry.get("otherwise", "")),
            kind=self.text(f"{at}.kind", entry.get("kind", "")),
        )

    def template(self, at: str, raw: str) -> tuple[tuple[str, str], ...]:
        """The texts and columns of such as "{Family name}, {First name}"."""
        pieces = [*_BRACES.split(raw), ""]
        if any("{" in piece or "}" in piece for piece in pieces) or not all(map(str.strip, pieces[1:-1:2])):
            self.stop(
                at,
                "each { needs its }, with a column between; a column whose own name has braces goes into {column: …}",
            )
        pairs = zip(pieces[::2], map(clean_column_name, pieces[1::2]), strict=True)
        return tuple((before, column) for before, column in pairs if before or column)

    def word(self, at: str, raw: Any, allowed: Iterable[str], what: str, *, free: bool = False) -> Value:
        """A word of ours, or {column, values, otherwise} that gives one; with `free` a column may hold it itself."""
        if isinstance(raw, str):
            value = Value(((raw, ""),))
        else:
            value = self.value(at, raw, ("values", "otherwise"))
            if not value.values and value.constant is None and not free:
                self.stop(at, f"needs 'values': which word of the column means which {what}")
        wrong = [outcome for outcome in value.outcomes if not self.check_known(at, outcome, allowed, what)]
        if wrong:
            raise InvalidEntry
        return value

    def read_condition(self, at: str, raw: Any) -> Condition | None:
        """A column that must not be empty, or {column, equals, not}."""
        if isinstance(raw, str) and raw:
            return Condition(clean_column_name(raw))
        entry = self.table(at, raw, ("column", "equals", "not"))
        column = clean_column_name(self.text(f"{at}.column", entry.get("column", "")))
        if not column:
            self.stop(at, "needs a column")
        equals, differs = (self.texts(f"{at}.{key}", entry.get(key, [])) for key in ("equals", "not"))
        return Condition(column, equals, differs)
