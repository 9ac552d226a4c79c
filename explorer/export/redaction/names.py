"""The names of entities that a redaction replaces: which they are, and what can't be found for sure. All pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from explorer.export.common.material import Material
from explorer.export.redaction.removals import RedactionLog
from explorer.export.redaction.rewrite import NEUTRAL, collect_fixed_words, extract_strings
from explorer.export.redaction.text import fold_text, is_findable, split_words, to_alphanumeric
from explorer.layout.force import LAYOUTS
from explorer.overlays.chain_overlay import GAP_CAPTIONS
from graph.errors import DataError
from graph.model import Claim, Entity, Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading.naming import NAMING

_IDENTIFYING = ("imoNumber", "mmsi", "registrationNumber", "serialNumber", "identifiers")
_NUMBER = 4  # letters and digits of an identifier's number, from which on it is looked for alone
_PART = 4  # letters of a word of a name that is worth a look
_REORDERED_WORDS = (2, 4)  # words of a person's name that is written with the family name first or last
_CANVAS = ("canvas", "path", "new", "known", "query", "gap", "stack", "out", "neo4j")  # in ids and rules of a canvas
_EXAMPLES, _CUT = 3, 70
_COMMON = 30  # texts that have a word, from which on it is not one that tells a name
_NEUTRAL = re.compile(rf"{NEUTRAL}-\d+")


@dataclass(frozen=True)
class Replacement:
    """The label that stands for an entity, given by its id; `also` are other spellings of its name to replace."""

    entity: str
    label: str
    also: tuple[str, ...] = ()


def is_neutral(identity: str) -> bool:
    """Whether an id is one that a redaction gave."""
    return bool(_NEUTRAL.fullmatch(identity))


def collect_replacements(
    materials: Sequence[Material], names: Sequence[Replacement], subjects: Subgraph, ledger: RedactionLog
) -> dict[str, str]:
    """Every name, number and spelling to be replaced, with its label; of entities that share one the first has it.

    `subjects` are the entities of these names with the claims that name them, from the database: a text may speak of
    one that the materials do not hold. Raises DataError for an entity that is not among them, and for a name that can't
    be found for sure: of one or two letters, or a word of the data's own.
    """
    shown = {e.id: e for m in materials for e in (*m.beside, *m.whole.entities)}
    entities = {e.id: e for e in subjects.entities}
    words = {w for m in materials for w in _collect_vocabulary(m.ontology)}
    claims = {c.id: c for m in (subjects, *(m.whole for m in materials)) for c in m.claims if c.predicate in NAMING}
    labels: dict[str, str] = {}
    for replacement in names:
        entity = entities.get(replacement.entity)
        if entity is None:
            raise DataError(
                f"the profile replaces the name of “{replacement.entity}”, which the database does not hold: what it "
                "is called can't be read, so nothing is written. Correct the id, or take it out of the profile",
                field=replacement.entity,
            )
        must = [*replacement.also, entity.name]
        for name in must:
            if not is_findable(name):
                raise DataError(
                    f"the name “{name}” is too short to be found for sure: it needs three letters",
                    field=replacement.entity,
                )
            if to_alphanumeric(name) in words:
                raise DataError(f"the name “{name}” is a word that every file has", field=replacement.entity)
        is_person = any(m.ontology.has_role(entity.type, "person") for m in materials)
        for name in dict.fromkeys((*must, *_list_other_names(claims.values(), entity, is_person=is_person))):
            if is_findable(name) and to_alphanumeric(name) not in words:
                labels.setdefault(name, replacement.label)
            elif to_alphanumeric(name) and not name.isdigit():
                ledger.warnings.append(
                    f"“{name}”, also a name of “{replacement.label}”, is too short or common to look for."
                )
        if entity.id in shown:
            ledger.texts += [t for t in extract_strings(list(entity.properties.values())) if t not in labels]
    return labels


def _list_other_names(claims: Iterable[Claim], entity: Entity, *, is_person: bool) -> list[str]:
    identity = entity.id
    own = [c for c in claims if c.subject == identity]
    names = [entity.name, *entity.aliases, *(str(c.value) for c in own if c.predicate == "HAS_NAME" and c.value)]
    numbers = [str(c.value) for c in own if c.predicate == "HAS_IDENTIFIER" and c.value]
    numbers += [str(c.value) for c in own if c.predicate == "HAS_PROPERTY" and c.detail in _IDENTIFYING and c.value]
    numbers += extract_strings([entity.properties.get(k, "") for k in _IDENTIFYING])
    numbers += [last for n in numbers if (last := _extract_number(n))]
    turned = [t for n in names for t in _list_reordered_names(n)] if is_person else []
    # An id of one word may be any word, such as "brokers": it is looked for in other ids alone (redaction_rewrite.py).
    is_name = len(split_words(identity)) > 1 or to_alphanumeric(identity) in map(to_alphanumeric, names)
    slug = identity if is_name and len(to_alphanumeric(identity)) >= _PART and not is_neutral(identity) else ""
    return [n for n in (*names, *numbers, *turned, slug) if n]


def _extract_number(identifier: str) -> str:
    """The number in an identifier such as "OFAC 23214", which also stands alone; '' where it has none of its own."""
    parts = identifier.split()
    last = parts[-1] if len(parts) > 1 else ""
    return last if len(to_alphanumeric(last)) >= _NUMBER and any(c.isdigit() for c in last) else ""


def _list_reordered_names(name: str) -> list[str]:
    """A person's name with its family name at the other end."""
    words = split_words(name)
    if not _REORDERED_WORDS[0] <= len(words) <= _REORDERED_WORDS[1] or len("".join(words)) < _PART + 2:
        return []
    return [" ".join((*words[1:], words[0])), " ".join((words[-1], *words[:-1]))]


def _collect_vocabulary(ontology: Ontology) -> set[str]:
    """Words that stand in every file, squeezed."""
    captions = [c for t in ontology.types.values() for c in (t.caption, t.plural)]
    captions += [c for r in ontology.relationships.values() for c in (r.caption, r.inverse)]
    return {
        to_alphanumeric(w)
        for w in (*collect_fixed_words(ontology), *captions, *LAYOUTS, *GAP_CAPTIONS, *_CANVAS, NEUTRAL)
    }


def remove_naming_claims(material: Material, names: Sequence[Replacement], ledger: RedactionLog) -> Material:
    """Without the claims that give these entities their names, numbers and properties."""
    renamed = {r.entity for r in names}

    def names_it(claim: Claim) -> bool:
        return claim.subject in renamed and claim.predicate in NAMING

    for claim in material.whole.claims:
        if names_it(claim):
            ledger.note("claim", claim.id, claim.summary or str(claim.value), "replace names: it gives the name away")
            ledger.texts += [claim.id, claim.value if isinstance(claim.value, str) else ""]
    left = tuple(c for c in material.whole.claims if not names_it(c))
    ids = {c.id for c in left}
    editions = tuple(replace(e, claims=e.claims & ids) for e in material.editions)
    return replace(material, whole=replace(material.whole, claims=left), editions=editions)


def warn(
    before: Material, redacted: Material, names: Sequence[Replacement], subjects: Subgraph, ledger: RedactionLog
) -> None:
    """Warns of what still leads to a name: sources cited, doubles that keep theirs, and words of the name in texts."""
    entities = {e.id: e for e in (*subjects.entities, *before.beside, *before.whole.entities)}
    renamed = {r.entity for r in names}
    texts = dict.fromkeys(extract_strings(redacted, collect_fixed_words(redacted.ontology)))
    plain = {t: fold_text(t) for t in texts if t}
    for replacement in names:
        entity = entities[replacement.entity]
        left = {s.id for s in redacted.whole.sources}
        cited = {c.source for c in before.whole.claims if replacement.entity in (c.subject, c.object, c.asserted_by)}
        if cited & left:
            looked_up = format_count(len(cited & left), "source", "sources")
            ledger.warnings.append(
                f"Readers can still look up {looked_up} that spoke of {entity.name} "
                f"(“{replacement.label}”): hide them too if that tells too much."
            )
        for line in before.whole.relationships:
            ends = {line.source, line.target}
            for other in ends - renamed:
                if (
                    redacted.ontology.is_relationship(line.type, "identity")
                    and replacement.entity in ends
                    and other in entities
                ):
                    ledger.warnings.append(
                        f"“{replacement.label}” is drawn as possibly the same as {entities[other].name}, which keeps "
                        "its name."
                    )
        own = {to_alphanumeric(n) for n in (entity.name, *entity.aliases)}
        for double in (e for i, e in entities.items() if i not in renamed):
            if own & {to_alphanumeric(n) for n in (double.name, *double.aliases)}:
                ledger.warnings.append(
                    f"{double.name} bears a name of “{replacement.label}” too, so texts still tie the two "
                    "together: replace or hide it as well if that tells too much."
                )
        _warn_about_parts(entity, replacement, plain, ledger)


def _warn_about_parts(entity: Entity, replacement: Replacement, plain: dict[str, str], ledger: RedactionLog) -> None:
    own = set(split_words(replacement.label))
    common: list[str] = []
    parts = dict.fromkeys(w for n in (entity.name, *entity.aliases, *replacement.also) for w in split_words(n))
    for part in parts:
        least = _PART if part.isascii() else 2
        if len(part) < least or part in own:
            continue
        start = re.compile(rf"(?<![^\W_]){re.escape(part)}")
        hits = [t for t, p in plain.items() if part in p and start.search(p)]
        if len(hits) > _COMMON:
            common.append(f"“{part}” ({len(hits)} texts)")
        elif hits:
            ledger.warnings.append(
                f"Look at these: “{part}”, a part of the name of “{replacement.label}”, still stands in "
                f"{format_count(len(hits), 'text', 'texts')}, such as {_format_examples(hits)}."
            )
    if common:
        ledger.warnings.append(
            f"Common words in the name of “{replacement.label}” still stand, and were not listed: {', '.join(common)}."
        )


def _format_examples(texts: Iterable[str]) -> str:
    ranked = sorted(texts, key=lambda t: (" " not in t, len(t), t))[:_EXAMPLES]
    return "; ".join(f"“{t if len(t) <= _CUT else t[:_CUT] + '…'}”" for t in ranked)
