"""The names of entities that a redaction replaces: which they are, and what can't be found for sure. All pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from explorer.export.common.material import Material
from explorer.export.redaction.removals import Ledger
from explorer.export.redaction.rewrite import NEUTRAL, fixed_words, strings
from explorer.export.redaction.stripping import NAMING
from explorer.export.redaction.text import folded, is_findable, squeezed, words_of
from explorer.layout.force import LAYOUTS
from explorer.overlays.chain_overlay import WORDS
from graph.errors import DataError
from graph.formats.tables import many
from graph.model import Claim, Entity
from graph.ontology import Ontology

SAME = "SAME_AS"
_IDENTIFYING = ("imoNumber", "mmsi", "registrationNumber", "serialNumber", "identifiers")
_NUMBER = 4  # letters and digits of an identifier's number, from which on it is looked for alone
_PART = 4  # letters of a word of a name that is worth a look
_TURNED = (2, 4)  # words of a person's name that is written with the family name first or last
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


def of(materials: Sequence[Material], names: Sequence[Replacement], ledger: Ledger) -> dict[str, str]:
    """Every name, number and spelling to be replaced, with its label; of entities that share one the first has it.

    Raises DataError for a name that can't be found for sure: of one or two letters, or a word of the data's own.
    """
    known = {e.id: e for m in materials for e in (*m.beside, *m.whole.entities)}
    words = {w for m in materials for w in _vocabulary(m.ontology)}
    claims = {c.id: c for m in materials for c in m.whole.claims if c.predicate in NAMING}
    found: dict[str, str] = {}
    for given in names:
        entity = known.get(given.entity)
        must = [*given.also, *([entity.name] if entity else [])]
        for name in must:
            if not is_findable(name):
                raise DataError(
                    f"the name “{name}” is too short to be found for sure: it needs three letters", field=given.entity
                )
            if squeezed(name) in words:
                raise DataError(f"the name “{name}” is a word that every file has", field=given.entity)
        if entity is None and not is_neutral(given.entity):
            ledger.warnings.append(
                f"“{given.entity}” is not in what is exported, so its names are not known here: "
                "texts were searched for the words of its id alone."
            )
        for name in dict.fromkeys((*must, *_others(claims.values(), given.entity, entity))):
            if is_findable(name) and squeezed(name) not in words:
                found.setdefault(name, given.label)
            elif squeezed(name) and not name.isdigit():
                ledger.warnings.append(f"“{name}”, also a name of “{given.label}”, is too short or common to look for.")
        if entity:
            ledger.texts += [t for t in strings(list(entity.properties.values())) if t not in found]
    return found


def _others(claims: Iterable[Claim], identity: str, entity: Entity | None) -> list[str]:
    own = [c for c in claims if c.subject == identity]
    names = [str(c.value) for c in own if c.predicate == "HAS_NAME" and c.value]
    numbers = [str(c.value) for c in own if c.predicate == "HAS_IDENTIFIER" and c.value]
    numbers += [str(c.value) for c in own if c.predicate == "HAS_PROPERTY" and c.detail in _IDENTIFYING and c.value]
    if entity:
        names += [entity.name, *entity.aliases]
        numbers += strings([entity.properties.get(k, "") for k in _IDENTIFYING])
    numbers += [last for n in numbers if (last := _number(n))]
    turned = [t for n in names for t in _turned(n)] if entity and "Person" in (entity.type, *entity.labels) else []
    # An id of one word may be any word, such as "brokers": it is looked for in other ids alone (redaction_rewrite.py).
    is_name = len(words_of(identity)) > 1 or squeezed(identity) in map(squeezed, names) or entity is None
    slug = identity if is_name and len(squeezed(identity)) >= _PART and not is_neutral(identity) else ""
    return [n for n in (*names, *numbers, *turned, slug) if n]


def _number(identifier: str) -> str:
    """The number in an identifier such as "OFAC 23214", which also stands alone; '' where it has none of its own."""
    parts = identifier.split()
    last = parts[-1] if len(parts) > 1 else ""
    return last if len(squeezed(last)) >= _NUMBER and any(c.isdigit() for c in last) else ""


def _turned(name: str) -> list[str]:
    """A person's name with its family name at the other end."""
    words = words_of(name)
    if not _TURNED[0] <= len(words) <= _TURNED[1] or len("".join(words)) < _PART + 2:
        return []
    return [" ".join((*words[1:], words[0])), " ".join((words[-1], *words[:-1]))]


def _vocabulary(ontology: Ontology) -> set[str]:
    """Words that stand in every file, squeezed."""
    captions = [c for t in ontology.types.values() for c in (t.caption, t.plural)]
    captions += [c for r in ontology.relationships.values() for c in (r.caption, r.inverse)]
    return {squeezed(w) for w in (*fixed_words(ontology), *captions, *LAYOUTS, *WORDS, *_CANVAS, NEUTRAL)}


def without_naming(material: Material, names: Sequence[Replacement], ledger: Ledger) -> Material:
    """Without the claims that give these entities their names, numbers and properties."""
    renamed = {r.entity for r in names}

    def names_it(claim: Claim) -> bool:
        return claim.subject in renamed and claim.predicate in NAMING

    for claim in material.whole.claims:
        if names_it(claim):
            ledger.note("claim", claim.id, claim.summary or str(claim.value), "replace names: it gives the name away")
            ledger.texts += [claim.id, claim.value if isinstance(claim.value, str) else ""]
    left = tuple(c for c in material.whole.claims if not names_it(c))
    return replace(material, whole=replace(material.whole, claims=left))


def warn(before: Material, made: Material, names: Sequence[Replacement], ledger: Ledger) -> None:
    """Warns of what still leads to a name: sources cited, doubles that keep theirs, and words of the name in texts."""
    known = {e.id: e for e in (*before.beside, *before.whole.entities)}
    renamed = {r.entity for r in names}
    texts = dict.fromkeys(strings(made, fixed_words(made.ontology)))
    plain = {t: folded(t) for t in texts if t}
    for given in names:
        entity = known.get(given.entity)
        if entity is None:
            continue
        left = {s.id for s in made.whole.sources}
        cited = {c.source for c in before.whole.claims if given.entity in (c.subject, c.object, c.asserted_by)}
        if cited & left:
            looked_up = many(len(cited & left), "source", "sources")
            ledger.warnings.append(
                f"Readers can still look up {looked_up} that spoke of {entity.name} "
                f"(“{given.label}”): hide them too if that tells too much."
            )
        for line in before.whole.relationships:
            ends = {line.source, line.target}
            for other in ends - renamed:
                if line.type == SAME and given.entity in ends and other in known:
                    ledger.warnings.append(
                        f"“{given.label}” is drawn as possibly the same as {known[other].name}, which keeps its name."
                    )
        own = {squeezed(n) for n in (entity.name, *entity.aliases)}
        for double in (e for i, e in known.items() if i not in renamed):
            if own & {squeezed(n) for n in (double.name, *double.aliases)}:
                ledger.warnings.append(
                    f"{double.name} bears a name of “{given.label}” too, so texts still tie the two "
                    "together: replace or hide it as well if that tells too much."
                )
        _look_at(entity, given, plain, ledger)


def _look_at(entity: Entity, given: Replacement, plain: dict[str, str], ledger: Ledger) -> None:
    own = set(words_of(given.label))
    common: list[str] = []
    parts = dict.fromkeys(w for n in (entity.name, *entity.aliases, *given.also) for w in words_of(n))
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
                f"Look at these: “{part}”, a part of the name of “{given.label}”, still stands in "
                f"{many(len(hits), 'text', 'texts')}, such as {_examples(hits)}."
            )
    if common:
        ledger.warnings.append(
            f"Common words in the name of “{given.label}” still stand, and were not listed: {', '.join(common)}."
        )


def _examples(texts: Iterable[str]) -> str:
    ranked = sorted(texts, key=lambda t: (" " not in t, len(t), t))[:_EXAMPLES]
    return "; ".join(f"“{t if len(t) <= _CUT else t[:_CUT] + '…'}”" for t in ranked)
