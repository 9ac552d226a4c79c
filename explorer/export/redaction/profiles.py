"""Redaction profiles as files beside the local database: YAML that a person who writes no code can read and change.

    name: For the press
    hide sources of kind: [list, statement]
    hide claims graded worse than: C3
    replace names:
      - {entity: kim-jong-sik, by: Official A, also: [Mr Kim of the department]}
    drop notes: true

`entity` is an id, as the explorer shows it; `also` are spellings of the name that the data does not have. A profile
that is saved under a name that there is takes its place, whatever the case of its letters. The files can be read by
their owner alone, as they tell whose names are hidden, and no text of a user is part of a path but a-z and digits.
"""

import hashlib
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from explorer.export.redaction import Profile, Replacement
from graph import evidence
from graph.errors import DataError, StoreError
from graph.home import find_home, write_private
from graph.saved_views import viewfile

__all__ = ["Profile", "ProfileStore", "Replacement", "dump", "load", "parse"]

log = logging.getLogger(__name__)
LARGEST = 100_000  # bytes of a file
MOST = 200  # profiles
MOST_ITEMS = 500  # of a list
NAME, KINDS, GRADE = "name", "hide sources of kind", "hide claims graded worse than"
NAMES, NOTES = "replace names", "drop notes"
_KEYS = (NAME, KINDS, GRADE, NAMES, NOTES)
_FIELDS = {"name": NAME, "grade": GRADE, "names": NAMES}  # of a Profile
_ENTITY, _LABEL, _ALSO = "entity", "by", "also"
_NO_SLUG = re.compile(r"[^a-z0-9]+")


class _Loader(yaml.SafeLoader):
    """Plain values only; a key that stands twice is refused, as one of the two rules would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for n, key in enumerate(keys):
            if key in keys[:n]:
                raise yaml.constructor.ConstructorError(None, None, f"“{key}” stands there twice", node.start_mark)
        return super().construct_mapping(node, deep)


class ProfileStore:
    """The profiles in one folder: `redaction` in the home of the local database, unless another is given."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or find_home() / "redaction"

    def all(self) -> tuple[Profile, ...]:
        """The profiles by name; a damaged file is left out and logged, and `find` says what is wrong with it."""
        profiles = []
        for file in self._files():
            try:
                profiles.append(load(file))
            except (DataError, StoreError) as error:
                log.warning("a redaction profile can't be used: %s", error)
        return tuple(sorted(profiles, key=lambda p: (_normalise_name(p.name), p.name)))

    def find(self, name: str) -> Profile:
        """The profile of a name. Raises DataError where there is none, where it is damaged, or where two have it."""
        own = self._file(name)
        if own.exists():
            return load(own)
        matching = [p for p in self.all() if _normalise_name(p.name) == _normalise_name(name)]
        if len(matching) > 1:
            raise DataError(f"two files in {self.root.name} have a profile named “{matching[0].name}”", field=NAME)
        if not matching:
            there = ", ".join(f"“{p.name}”" for p in self.all()) or "none"
            raise DataError(f"there is no redaction profile “{name}”; saved are: {there}")
        return matching[0]

    def save(self, profile: Profile) -> None:
        """Saves a profile in place of one of that name. Raises DataError for too many, StoreError where it can't."""
        file = self._file(profile.name)
        others = self._of(profile.name)
        if not others and len(self._files()) >= MOST:
            raise DataError(f"{MOST} redaction profiles are saved already; delete some first")
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(file, dump(profile))
            for other in others:
                if other != file:
                    other.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"The redaction profile can't be saved: {error}") from error

    def delete(self, name: str) -> None:
        """Deletes the profile of a name. Raises DataError where there is none, StoreError where it can't."""
        files = self._of(name)
        if not files:
            raise DataError(f"there is no redaction profile “{name}”")
        try:
            for file in files:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"The redaction profile can't be deleted: {error}") from error

    def _files(self) -> list[Path]:
        return sorted(f for f in self.root.glob("*.yaml") if f.is_file())

    def _of(self, name: str) -> list[Path]:
        """The files that hold the profile of a name, its own first, even where that is damaged."""
        own = self._file(name)
        files = [own] if own.exists() else []
        for file in self._files():
            try:
                if file != own and _normalise_name(load(file).name) == _normalise_name(name):
                    files.append(file)
            except (DataError, StoreError):
                continue  # a damaged file has no name; `all` logs it
        return files

    def _file(self, name: str) -> Path:
        same = _normalise_name(name)
        slug = _NO_SLUG.sub("-", evidence.fold(same)).strip("-")[:40].strip("-") or "profile"
        return self.root / f"{slug}-{hashlib.sha256(same.encode('utf-8', 'replace')).hexdigest()[:12]}.yaml"


def load(path: Path) -> Profile:
    """The profile in a file. Raises DataError, naming file and field, and StoreError where it can't be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(f"larger than {LARGEST // 1_000} kB, which no profile is", file=path.name)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise DataError("there is no such file", file=path.name) from error
    except OSError as error:
        raise StoreError(f"The redaction profile can't be read: {error}") from error
    try:
        return parse(data.decode("utf-8-sig"), file=path.name)
    except UnicodeDecodeError as error:
        raise DataError("not a text in UTF-8", file=path.name) from error


def parse(text: str, *, file: str = "") -> Profile:
    """The profile of a file's text. Raises DataError, naming file, field and the rule that is broken."""
    if len(text) > LARGEST:
        raise DataError(f"larger than {LARGEST // 1_000} kB, which no profile is", file=file)
    try:
        # A subclass of SafeLoader: it makes plain values alone.
        stored = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise DataError(f"not YAML: {' '.join(str(error).split())[:200]}", file=file) from error
    try:
        return _parse_profile(stored)
    except DataError as error:
        raise DataError(error.rule, file=file, field=_FIELDS.get(error.field, error.field)) from error


def dump(profile: Profile) -> str:
    """The profile as the text of a file."""
    rules: dict[str, object] = {NAME: profile.name}
    if profile.source_kinds:
        rules[KINDS] = list(profile.source_kinds)
    if profile.grade:
        rules[GRADE] = profile.grade
    if profile.names:
        rules[NAMES] = [
            {_ENTITY: r.entity, _LABEL: r.label, **({_ALSO: list(r.also)} if r.also else {})} for r in profile.names
        ]
    if profile.drop_notes:
        rules[NOTES] = True
    # PyYAML writes the rarer line ends as they stand, and reads them as spaces.
    plain = not any(
        end in text for text in (*profile.source_kinds, *_list_spellings(profile)) for end in "\x85\u2028\u2029"
    )
    return yaml.safe_dump(rules, allow_unicode=plain, sort_keys=False, width=100)


def _list_spellings(profile: Profile) -> list[str]:
    return [text for r in profile.names for text in (r.entity, *r.also)]


def _parse_profile(stored: object) -> Profile:
    if not isinstance(stored, dict):
        raise DataError(f"must be rules such as “{NAME}: …” and “{KINDS}: …”, each on a line")
    _check_keys(stored, _KEYS, "")
    name, notes = _parse_text(stored.get(NAME), NAME), stored.get(NOTES, False)
    if not isinstance(notes, bool):
        raise DataError("must be true or false", field=NOTES)
    if len(stored) < 2 or not any(stored.get(k) for k in _KEYS[1:]):
        raise DataError(f"has no rule; it may have {', '.join(f'“{k}”' for k in _KEYS[1:])}")
    names = stored.get(NAMES, [])
    if not isinstance(names, list) or len(names) > MOST_ITEMS:
        raise DataError(f"must be a list of at most {MOST_ITEMS}", field=NAMES)
    return Profile(
        name,
        tuple(dict.fromkeys(_parse_list(stored.get(KINDS, []), KINDS))),
        _parse_text(stored.get(GRADE, ""), GRADE).strip().upper(),
        tuple(_parse_replacement(item, f"{NAMES} {n}") for n, item in enumerate(names, 1)),
        notes,
    )


def _parse_replacement(item: object, where: str) -> Replacement:
    if not isinstance(item, dict):
        raise DataError(f"must be a pair such as {{{_ENTITY}: kim-jong-sik, {_LABEL}: Official A}}", field=where)
    _check_keys(item, (_ENTITY, _LABEL, _ALSO), where)
    entity, label = (_parse_text(item.get(key), f"{where}, {key}") for key in (_ENTITY, _LABEL))
    return Replacement(entity, label, tuple(_parse_list(item.get(_ALSO, []), f"{where}, {_ALSO}")))


def _check_keys(rules: Mapping[object, object], keys: tuple[str, ...], where: str) -> None:
    for key in rules:
        if key not in keys:
            raise DataError(
                f"there is no rule “{str(key)[:60]}”; there are {', '.join(f'“{k}”' for k in keys)}", field=where
            )


def _parse_list(value: object, where: str) -> list[str]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise DataError(f"must be a list of at most {MOST_ITEMS}, such as [list, statement]", field=where)
    return [_parse_text(item, where) for item in items]


def _parse_text(value: object, where: str) -> str:
    if value is None:
        raise DataError("is missing", field=where)
    if not isinstance(value, str):
        raise DataError(f"must be a text; put {str(value)[:40]} in quotation marks", field=where)
    return value


def _normalise_name(name: str) -> str:
    return viewfile.clean_name(name[: viewfile.LONGEST], empty=True).casefold()
