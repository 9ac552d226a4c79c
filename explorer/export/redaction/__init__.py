"""Redaction: a profile's rules applied to the material of an export, once for every format. All pure.

`apply_profile` returns what may be written and a list of what was taken out, for the exporter's eyes only.
`find_leaks` looks into a finished file, and `check_material` into a material, for anything that should not be there.

The rules: sources of a kind go with their claims; claims graded worse than a grade go; a name is replaced by a label
wherever it stands, in ids too; notes go. What a hidden source is called stands nowhere any more; what a hidden claim
says stays only where evidence that is left says the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from explorer.export.common.material import Material
from explorer.export.redaction import names as redaction_names
from explorer.export.redaction.files import extract_texts
from explorer.export.redaction.names import Replacement
from explorer.export.redaction.removals import RedactionLog, RemovedItem
from explorer.export.redaction.rewrite import PLACEHOLDER, Rewriter, collect_fixed_words, extract_strings
from explorer.export.redaction.rules import hide_evidence
from explorer.export.redaction.text import Matcher, split_words, to_alphanumeric
from graph import evidence
from graph.errors import ArmsgraphError, DataError
from graph.model import Entity, Subgraph
from graph.plurals import format_count
from graph.saved_views import viewfile

__all__ = [
    "Leak",
    "Profile",
    "RedactionReport",
    "RemovedItem",
    "Replacement",
    "apply_profile",
    "apply_profile_to_all",
    "check_material",
    "find_leaks",
]

LONGEST_LABEL = 60
MOST_NAMES = 200
_LEAST, _LEAST_DIGITS, _SURE = 4, 6, 8  # letters or digits of a text that is looked for; surely no word of a format
_LETTER = re.compile(r"[^\W\d_]")
_CHANGED: Mapping[str, str] = {
    "claim": "claim reworded or renumbered",
    "source": "source reworded",
    "address": "address of a source",
    "entity": "entity reworded",
    "text": "text reworded",
}
_SHOWN = 40  # rows of a kind in the text for the exporter before the rest is counted


class Leak(ArmsgraphError):
    """Something that a profile hides is still there: nothing may be written. `leaks` are the texts."""

    def __init__(self, leaks: Sequence[str]) -> None:
        self.leaks = tuple(leaks)
        count = format_count(len(self.leaks), "hidden text", "hidden texts")
        super().__init__(
            "The redaction is not complete, so nothing is written: "
            f"{count} would still be there, such as {leaks[0][:60]!r}."
        )


@dataclass(frozen=True)
class Profile:
    """Rules under a name. Each field left as it is hides nothing.

    `source_kinds` are kinds of sources that go ("" for those without one); `grade` is the worst Admiralty grade of a
    claim still shown; `names` are entities named by labels; `drop_notes` takes the analyst's notes and those on
    sources.
    Raises DataError, naming the field, for what can't be a rule.
    """

    name: str
    source_kinds: tuple[str, ...] = ()
    grade: str = ""
    names: tuple[Replacement, ...] = ()
    drop_notes: bool = False

    def __post_init__(self) -> None:
        if not self.name or viewfile.clean_name(self.name, empty=True) != self.name:
            raise DataError("a profile needs a name in one line, without control characters", field="name")
        if self.grade:
            try:
                evidence.rank_grade(self.grade)
            except ValueError as error:
                raise DataError(str(error), field="grade") from error
        if len(self.names) > MOST_NAMES:
            raise DataError(f"at most {MOST_NAMES} names, not {len(self.names)}", field="names")
        entities, labels = [r.entity for r in self.names], [to_alphanumeric(r.label) for r in self.names]
        for what, values in (("entity", entities), ("label", labels)):
            if len(set(values)) < len(values):
                raise DataError(f"one {what} is given twice: readers would take two for one", field="names")
        for replacement in self.names:
            _check_label(replacement)


def _check_label(replacement: Replacement) -> None:
    label = replacement.label
    if not replacement.entity.strip():
        raise DataError("an entity is named by its id", field="names")
    if not to_alphanumeric(label):
        raise DataError(f"the label for {replacement.entity!r} needs a letter", field="names")
    if len(label) > LONGEST_LABEL:
        raise DataError(f"a label has at most {LONGEST_LABEL} letters; {label[:20]!r}… has {len(label)}", field="names")
    if viewfile.clean_name(label, empty=True) != label or "|" in label:
        raise DataError(f"the label {label!r} must be one line without control characters and “|”", field="names")


@dataclass(frozen=True)
class RedactionReport:
    """What a profile took out or changed: for the exporter's eyes only, as it holds what the files must not.

    `warnings` say what the exporter has to know: disagreements that nobody sees any more, and what can't be found for
    sure. `names` are texts that stand nowhere, each with what stands in its place; `texts` are what hidden evidence
    says, and `short` single words of it, which may be words of a format and are looked for in the material alone.
    `ids` are the neutral ids, by the old ones.
    """

    profile: str
    rows: tuple[RemovedItem, ...] = ()
    warnings: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    texts: tuple[str, ...] = field(default=(), repr=False)
    short: tuple[str, ...] = field(default=(), repr=False)
    ids: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def lines(self) -> tuple[str, ...]:
        """The list as plain lines, warnings first."""
        text = [f"Redacted by the profile “{self.profile}”. For the exporter only: this list names what was taken out."]
        text += [f"WARNING: {w}" for w in self.warnings]
        groups: dict[str, list[RemovedItem]] = {}
        for row in self.rows:
            groups.setdefault(row.what, []).append(row)
        for what, rows in groups.items():
            text.append(f"{what}: {len(rows)}")
            for row in rows[:_SHOWN]:
                words = " ".join(row.words.split())
                named = f" [{row.id}]" if row.id and row.id != words else ""
                text.append(f"  {words}{named} – {row.rule}")
            if len(rows) > _SHOWN:
                text.append(f"  … and {len(rows) - _SHOWN} more")
        return tuple(text) if self.rows else (*text, "Nothing here fell under its rules.")

    @property
    def text(self) -> str:
        """The list as one text."""
        return "\n".join(self.lines)

    def cleaned(self, text: str) -> str:
        """A text that is not of the material, such as a title given by hand, with the same things replaced in it."""
        return Matcher({**dict.fromkeys((*self.texts, *self.short), PLACEHOLDER), **self.names}).replaced(text)

    def get_new_id(self, identity: str) -> str:
        """The id that a thing has now."""
        return self.ids.get(identity, identity)


def apply_profile(material: Material, profile: Profile, subjects: Subgraph) -> tuple[Material, RedactionReport]:
    """The material as the profile leaves it, and what was removed.

    `subjects` are the entities that the profile names, with the claims that name them (graph/reading/naming.py).
    Raises DataError for an entity that is not among them, a name that can't be replaced for sure or a label that gives
    it away, and Leak where anything hidden is still there in the end.
    """
    (redacted,), removed = apply_profile_to_all((material,), profile, subjects)
    return redacted, removed


def apply_profile_to_all(
    materials: Sequence[Material], profile: Profile, subjects: Subgraph
) -> tuple[list[Material], RedactionReport]:
    """The materials of one file as the profile leaves them, with the same new ids in all, and what was removed.

    Raises as `apply_profile` does.
    """
    ledger = RedactionLog()
    named = redaction_names.collect_replacements(materials, profile.names, subjects, ledger)
    left = [hide_evidence(m, profile.source_kinds, profile.grade, ledger) for m in materials]
    if profile.drop_notes:
        left = [_remove_notes(m, ledger) for m in left]
    left = [redaction_names.remove_naming_claims(m, profile.names, ledger) for m in left]
    strict = _select_source_names(left, ledger)
    _check_labels(left, profile.names, (*named, *strict))
    texts = _select_hidden_texts(left, ledger, (*(r.label for r in profile.names), PLACEHOLDER))
    replacements = {**dict.fromkeys(strict, PLACEHOLDER), **named}
    labels = {r.entity: r.label for r in profile.names}
    writer = Rewriter(
        left, Matcher(replacements), Matcher({**dict.fromkeys(texts, PLACEHOLDER), **replacements}), labels
    )
    # What a search of loaded lists came by, names of others among it, is nobody's claim: it stays behind.
    redacted = [replace(writer.done(m), redacted=True, listings=()) for m in left]
    _record_changes(writer, materials, ledger)
    for before, after in zip(materials, redacted, strict=True):
        redaction_names.warn(before, after, profile.names, subjects, ledger)
    short, long = (tuple(t for t in texts if _is_short(t) is brief) for brief in (True, False))
    removed = RedactionReport(
        profile.name,
        tuple(dict.fromkeys(ledger.rows)),
        tuple(dict.fromkeys(ledger.warnings)),
        replacements,
        long,
        short,
        writer.ids(),
    )
    for material in redacted:
        check_material(material, removed)
    return redacted, removed


def find_leaks(data: bytes | str, removed: RedactionReport | Iterable[str]) -> list[str]:
    """The hidden texts that a finished file still holds, in whatever spelling or packing (redaction_files.py says what
    is looked into, and what can't be). Takes what `apply_profile` removed, or texts."""
    names, texts = (removed.names, removed.texts) if isinstance(removed, RedactionReport) else (tuple(removed), ())
    every, sure = Matcher(dict.fromkeys((*names, *texts), "")), Matcher(dict.fromkeys(names, ""))
    leaks = {term for text in extract_texts(data) for term in every.find_terms(text)}
    leaks |= {term for text in extract_texts(data, across=True) for term in sure.find_terms(text)}
    return sorted(leaks)


def check_material(material: Material, removed: RedactionReport) -> None:
    """Raises Leak where any text or id in a material, keys too, still holds what was removed."""
    matcher = Matcher(dict.fromkeys((*removed.names, *removed.texts, *removed.short), ""))
    leaks = matcher.find_in_any(extract_strings(material, collect_fixed_words(material.ontology)))
    if leaks:
        raise Leak(leaks)


def _remove_notes(material: Material, ledger: RedactionLog) -> Material:
    canvas, rule = material.canvas, "drop notes"
    for note in canvas.notes:
        ledger.note("note", note.id, note.text, rule)
        ledger.texts.append(note.text)
    noted = [s for s in material.whole.sources if s.note]
    for source in noted:
        ledger.note("note on a source", source.id, source.note, rule)
        ledger.texts.append(source.note)
    if noted:
        ledger.warnings.append(
            f"The notes on {format_count(len(noted), 'source', 'sources')} are dropped: they say what a "
            "source rests on and what it could not verify."
        )
    stripped = replace(canvas.without([n.id for n in canvas.notes]), note=canvas.note, fit=canvas.fit)
    sources = tuple(replace(s, note="") for s in material.whole.sources)
    return replace(material, canvas=stripped, whole=replace(material.whole, sources=sources))


def _select_source_names(left: Sequence[Material], ledger: RedactionLog) -> list[str]:
    """What hidden sources are called, as far as nothing that is left bears the same name; the rest goes to `texts`."""
    names = [n for e in _list_entities(left) for n in (e.name, *e.aliases)]
    sources = [s for m in left for s in m.whole.sources]
    borne = set(Matcher(dict.fromkeys(ledger.strict, "")).find_in_any((*(s.publisher for s in sources), *names)))
    titles = {to_alphanumeric(s.title) for s in sources}
    selected = []
    for term in dict.fromkeys(t for t in ledger.strict if t):
        letters = len(to_alphanumeric(term))
        if letters < _LEAST + 2 or _is_short(term):
            ledger.texts.append(term)
        elif to_alphanumeric(term) in titles or term in borne:
            ledger.warnings.append(f"“{term}” names a hidden source and stays: something left is called so too.")
        else:
            selected.append(term)
    return selected


def _select_hidden_texts(left: Sequence[Material], ledger: RedactionLog, own: Sequence[str]) -> list[str]:
    """The texts of what is hidden that nothing left says: neither claims, sources nor names of entities, nor we."""
    entities = [(e.id, e.name, e.aliases) for e in _list_entities(left)]
    lines = [r.id for m in left for r in (*m.whole.relationships, *m.designations)]
    kept = (*extract_strings(([(m.whole.claims, m.whole.sources) for m in left], entities, lines)), *own)
    usable = [t for t in dict.fromkeys(ledger.texts) if _is_searchable(t)]
    still = set(Matcher(dict.fromkeys(usable, "")).find_in_any(kept))
    return [t for t in usable if t not in still]


def _list_entities(materials: Iterable[Material]) -> Iterator[Entity]:
    return (e for m in materials for e in (*m.whole.entities, *m.beside))


def _is_searchable(text: str) -> bool:
    letters = to_alphanumeric(text)
    return len(letters) >= (_LEAST if _LETTER.search(letters) else _LEAST_DIGITS)


def _is_short(text: str) -> bool:
    return len(to_alphanumeric(text)) < _SURE and len(split_words(text)) < 2


def _check_labels(left: Sequence[Material], names: Sequence[Replacement], hidden_texts: Iterable[str]) -> None:
    matcher = Matcher(dict.fromkeys(hidden_texts, ""))
    taken = {to_alphanumeric(e.name): e for e in _list_entities(left)}
    for replacement in names:
        if matcher.find_terms(replacement.label, loose=True):
            raise DataError(
                f"the label “{replacement.label}” holds a name that the profile hides", field=replacement.entity
            )
        other = taken.get(to_alphanumeric(replacement.label))
        if other and other.id != replacement.entity and not redaction_names.is_neutral(other.id):
            raise DataError(
                f"“{replacement.label}” is the name of something else here: {other.name}", field=replacement.entity
            )


def _record_changes(writer: Rewriter, before: Sequence[Material], ledger: RedactionLog) -> None:
    """Rows for what was renamed and reworded."""
    names, ids = {i: n for m in before for i, n in m.names.items()}, writer.ids()
    for entity, label in writer.labels.items():
        if entity in names:
            ledger.note("name", entity, f"{names[entity]} → {label} ({ids[entity]})", "replace names")
    for kind, identity, words in writer.changed:
        ledger.note(_CHANGED[kind], identity, words, "it held a hidden name")
