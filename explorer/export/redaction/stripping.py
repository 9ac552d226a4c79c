"""Entities, editions and canvas once evidence was taken out: nothing on them tells of what is gone. All pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from explorer.export.common.material import Material
from explorer.export.redaction.removals import RedactionLog, collect_texts
from explorer.export.redaction.text import Matcher, fold_text, to_alphanumeric
from explorer.state.canvas import Canvas, Emphasis
from graph.model import Claim, Entity
from graph.reading.naming import NAMING

_NAMED = ("country", "kind", "schema")  # texts of an entity that tell of nobody's statement


def strip_entities(
    material: Material, kept: Sequence[Claim], gone: Sequence[Claim], ledger: RedactionLog
) -> tuple[list[Entity], list[Entity]]:
    """The entities left on the canvas and beside it: without those of whom no claim is left, and what told of it."""
    named, lost = _group_by_entity(kept), _group_by_entity(gone)
    stripped: tuple[list[Entity], list[Entity]] = ([], [])
    for place, entities in zip(stripped, (material.whole.entities, material.beside), strict=True):
        for entity in entities:
            if entity.id not in lost:
                place.append(entity)
            elif entity.id in named:
                place.append(_strip_entity(entity, named[entity.id], lost[entity.id], ledger))
            else:
                ledger.note("entity", entity.id, entity.name, "no claim that names it is left")
                ledger.texts += [entity.id, entity.name, *entity.aliases, *collect_texts(entity.properties.values())]
    return stripped


def _group_by_entity(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        for end in {claim.subject, claim.object, claim.asserted_by}:
            if end:
                groups[end].append(claim)
    return groups


def _strip_entity(entity: Entity, kept: Sequence[Claim], gone: Sequence[Claim], ledger: RedactionLog) -> Entity:
    """An entity without what hidden claims alone state, and without texts that no claim left states: these may tell."""
    still, only = _collect_stated_values(entity, kept), _collect_stated_values(entity, gone)
    only -= still
    fields = _collect_fields(entity, gone) - _collect_fields(entity, kept)
    rule = "stated by hidden claims alone"
    aliases = tuple(a for a in entity.aliases if a not in only)
    properties = {}
    for name, value in entity.properties.items():
        items = list(value) if isinstance(value, list | tuple) else [value]
        left = [v for v in items if not {str(v), to_alphanumeric(str(v))} & only]
        free = isinstance(value, str) and name not in _NAMED and not {value, to_alphanumeric(value)} & still
        if name in fields or free or not left:
            why = rule if name in fields or not left else "no claim left states it"
            ledger.note("property", entity.id, f"{entity.name}: {name}", why)
            ledger.texts += collect_texts([value])
        else:
            properties[name] = type(value)(left) if isinstance(value, list | tuple) else value
            lost = [v for v in items if v not in left]
            ledger.texts += collect_texts(lost)
            for item in lost:
                ledger.note("property", entity.id, f"{entity.name}: {name} {item}", rule)
    for alias in entity.aliases:
        if alias not in aliases:
            ledger.note("other name", entity.id, f"{entity.name}: {alias}", rule)
    if entity.name in only:
        ledger.warnings.append(
            f"Hidden claims alone give the name “{entity.name}”; it stays, as claims that are left "
            "are about its bearer."
        )
    return replace(entity, aliases=aliases, properties=properties)


def _collect_stated_values(entity: Entity, claims: Iterable[Claim]) -> set[str]:
    """What claims say of an entity, as it may stand in its properties: as it is and squeezed."""
    values: set[str] = set()
    for claim in claims:
        if claim.subject != entity.id:
            continue
        for value in (claim.value, claim.low, claim.high, claim.valid_from, claim.valid_to):
            if value not in (None, ""):
                text = str(value)
                values.add(text)
                if claim.predicate not in NAMING[:1]:  # names are the same in the same letters alone
                    values |= {
                        to_alphanumeric(text),
                        to_alphanumeric(text.rsplit(maxsplit=1)[-1] if text.strip() else ""),
                    }
    return values - {""}


def _collect_fields(entity: Entity, claims: Iterable[Claim]) -> set[str]:
    return {c.detail for c in claims if c.subject == entity.id and c.predicate == "HAS_PROPERTY"}


def filter_editions(changed: Material, before: Material, ledger: RedactionLog) -> Material:
    """The material without the editions of data that are called as a source that is gone, or give no claim any more."""
    still, claims = {s.id for s in changed.whole.sources}, {c.id for c in changed.whole.claims}
    gone = [s for s in before.whole.sources if s.id not in still]
    names = Matcher(dict.fromkeys((t for s in gone for t in (s.title, s.publisher) if t), ""))
    titles = [fold_text(t) for s in gone for t in (s.title, s.publisher) if t]
    left = []
    for edition in changed.editions:
        own = fold_text(edition.title)
        if names.find_terms(edition.title) or (len(to_alphanumeric(own)) > 3 and any(own in t for t in titles)):
            ledger.note("edition", edition.title, edition.edition, "names a hidden source")
            ledger.texts.append(edition.title)
        elif edition.claims & claims:
            left.append(replace(edition, claims=edition.claims & claims))
        else:
            ledger.note("edition", edition.title, edition.edition, "no claim of it is left")
            ledger.texts.append(edition.title)
    if gone and left:
        ledger.warnings.append(f"Files still name these data sets: {'; '.join(e.title for e in left)}.")
    return replace(changed, editions=tuple(left))


def filter_canvas(changed: Material, before: Material, ledger: RedactionLog) -> Canvas:
    """The canvas without what fell, and without sentences of ours that count it."""
    old_canvas = before.canvas
    held = {e.id for e in changed.whole.entities}
    gone = {e.id for e in before.whole.entities} - held
    lines = {r.id for r in before.whole.relationships} - {r.id for r in changed.whole.relationships}
    sources = {s.id for s in before.whole.sources} - {s.id for s in changed.whole.sources}
    old = {r.id: r for r in before.whole.relationships}
    touched = gone | lines | {r.id for r in changed.whole.relationships if old.get(r.id) != r}
    gaps = [g for g in old_canvas.gaps if {g.source, g.target} & gone]
    canvas = replace(old_canvas.without({*gone, *(g.id for g in gaps)}), note=old_canvas.note, fit=old_canvas.fit)
    for gap in gaps:
        ledger.note("gap", gap.id, gap.text, "an entity beside it is gone")
        ledger.texts.append(gap.id)
    if old_canvas.note and (gone or lines):
        ledger.note("canvas note", "", old_canvas.note, "it counts what is gone")
        ledger.texts.append(old_canvas.note)
        canvas = replace(canvas, note="")
    shown = old_canvas.emphasis
    if touched & {*shown.entities, *shown.lines, shown.weakest}:
        ledger.note("emphasis", "", shown.sentence, "it picks out what is gone or changed")
        ledger.texts.append(shown.sentence)
        canvas = replace(canvas, emphasis=Emphasis())
    alive = _build_alive_test(gone | lines)
    emphasis = canvas.emphasis
    emphasis = replace(emphasis, gone=tuple(i for i in emphasis.gone if alive(i)))
    chosen = replace(canvas.filter, without=tuple(s for s in canvas.filter.without if s not in sources))
    return replace(canvas, hidden=tuple(i for i in canvas.hidden if alive(i)), filter=chosen, emphasis=emphasis)


def _build_alive_test(gone: Collection[str]) -> Callable[[str], bool]:
    """Whether an id, of a line of gone entities too, tells of nothing that is gone."""
    return lambda identity: identity not in gone and not set(identity.split("|")) & set(gone)
