"""Texts and ids of a material rewritten, wherever they stand. All pure.

Every text passes here, so that a name that is replaced can't stay behind in a field that nobody thought of. Ids that
hold a hidden name become "withheld-1", "withheld-2" …, alike in every place and inside composite ids ("a|TYPE|b").
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar
from urllib.parse import unquote

from explorer.export.common.material import Edition, Material
from explorer.export.redaction.text import Matcher, to_alphanumeric
from explorer.filters import time
from explorer.overlays.chain_overlay import GAP_CAPTIONS
from explorer.state.canvas import Canvas, Emphasis, Gap, Note, Stack
from graph.model import Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology

NEUTRAL = "withheld"
PLACEHOLDER = "[withheld]"  # stands where a text was that has no label
_Evidence = TypeVar("_Evidence", Claim, Source)
_ID_LISTS = {"inferred_from", "premise_sources"}  # ids with spaces between
_LEAST = 4  # letters of an id that is looked for inside other ids
_STACK = "stack:"
_NUMBERED = re.compile(rf"{NEUTRAL}-(\d+)")
_PLAIN_PARAGRAPH = re.compile(r"\d*|[^\W\d]+")  # a number, or a word such as "excerpt": no entry of a list


class Rewriter:
    """Rewrites materials, all alike. `names` replaces in what evidence says, `texts` in all other texts; `labels` are
    the new names by entity id. `changed` lists what was altered: (kind, old id, new text)."""

    def __init__(
        self, materials: Sequence[Material], names: Matcher, texts: Matcher, labels: Mapping[str, str]
    ) -> None:
        self.names, self.texts, self.labels = names, texts, labels
        self._slugs = Matcher({i: "" for i in labels if len(to_alphanumeric(i)) >= _LEAST})
        self.changed: list[tuple[str, str, str]] = []
        self.fixed = frozenset(w for m in materials for w in collect_fixed_words(m.ontology))
        taken = [int(n) for text in extract_strings(materials) for n in _NUMBERED.findall(text) if len(n) < 10]
        self._next = max(taken, default=0)
        self._ids: dict[str, str] = {}
        self._known = {e.id for m in materials for e in (*m.beside, *m.whole.entities)}
        for entity in labels:
            self._assign_new_id(entity)
        claims = {c.id: c for m in materials for c in m.whole.claims}
        for identity in sorted(claims):
            if self.concerns(claims[identity]):  # its id may be made of the name in a way that can't be seen
                self._assign_new_id(identity)

    def concerns(self, claim: Claim) -> bool:
        """Whether a claim is about an entity whose name is replaced, or made by it."""
        return bool({claim.subject, claim.object, claim.asserted_by} & self.labels.keys())

    def ids(self) -> dict[str, str]:
        """The new ids by the old."""
        return {old: new for old, new in self._ids.items() if old != new}

    def done(self, old: Material) -> Material:
        """A material with all texts and ids rewritten."""
        tell = self._rewrite_text
        claims = tuple(self._claim(c) for c in old.whole.claims)
        by_id = {c.id: c for c in claims}
        altered = {c.id for c, before in zip(claims, old.whole.claims, strict=True) if c != before}
        whole = Subgraph(
            tuple(self._entity(e) for e in old.whole.entities),
            tuple(self._line(r, by_id, altered) for r in old.whole.relationships),
            claims,
            tuple(self._source(s) for s in old.whole.sources),
        )
        return replace(
            old,
            whole=whole,
            canvas=self._rewrite_canvas(old.canvas),
            beside=tuple(self._entity(e) for e in old.beside),
            designations=tuple(self._line(r, by_id, altered) for r in old.designations),
            unlisted=frozenset(map(self.id, old.unlisted)),
            editions=tuple(self._edition(e) for e in old.editions),
            query=tell(old.query),
            parameters={tell(k): self._plain(v) for k, v in old.parameters.items()},
        )

    def id(self, own: str) -> str:
        """What an id becomes: itself, unless it holds a hidden name."""
        if own in self._ids:
            return self._ids[own]
        if own in self.fixed or own in GAP_CAPTIONS:
            return own
        if own.startswith(_STACK):
            return _STACK + self.id(own.removeprefix(_STACK))
        if "|" in own:
            return "|".join(self.id(part) for part in own.split("|"))
        named = self.texts.find_terms(own, loose=True) or self._slugs.find_terms(own, loose=True)
        return self._assign_new_id(own) if named else own

    def _assign_new_id(self, own: str) -> str:
        self._next += 1
        self._ids[own] = f"{NEUTRAL}-{self._next}"
        return self._ids[own]

    def _rewrite_word(self, word: str) -> str:
        """A type, label or name of a property: the ontology's own stay, those of foreign databases may hold names."""
        return word if word in self.fixed else self.texts.replaced(word)

    def _rewrite_text(self, text: str) -> str:
        rewritten = self.texts.replaced(text)
        if rewritten != text:
            self.changed.append(("text", "", rewritten))
        return rewritten

    def _plain(self, value: Any) -> Any:
        """Any plain value; a text that is the id of something is rewritten as one."""
        if isinstance(value, str):
            return self.id(value) if value in self._known or value in self._ids else self.texts.replaced(value)
        if isinstance(value, Mapping):
            return {self._rewrite_word(str(k)): self._plain(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._plain(v) for v in value)
        return value

    def _entity(self, entity: Entity) -> Entity:
        if entity.id in self.labels:
            return Entity(
                self.id(entity.id),
                self._rewrite_word(entity.type),
                tuple(map(self._rewrite_word, entity.labels)),
                self.labels[entity.id],
            )
        names = dict.fromkeys(self.names.replaced(a) for a in entity.aliases)
        rewritten = Entity(
            self.id(entity.id),
            self._rewrite_word(entity.type),
            tuple(self._rewrite_word(w) for w in entity.labels),
            self.names.replaced(entity.name),
            tuple(names),
            self._plain(entity.properties),
        )
        if rewritten != entity:
            self.changed.append(("entity", entity.id, rewritten.name))
        return rewritten

    def _claim(self, claim: Claim) -> Claim:
        rewritten = self._said(claim, ("id", "subject", "object", "asserted_by", "source"), ("predicate", "stance"))
        if self.concerns(claim) and not _PLAIN_PARAGRAPH.fullmatch(claim.paragraph):
            rewritten = replace(rewritten, paragraph="")  # "entry 23214" of a list is a name too
        if rewritten != claim:
            self.changed.append(("claim", claim.id, rewritten.summary))
        return rewritten

    def _edition(self, edition: Edition) -> Edition:
        tell, claims = self._rewrite_text, frozenset(self.id(i) for i in sorted(edition.claims))
        return replace(edition, title=tell(edition.title), edition=tell(edition.edition), claims=claims)

    def _source(self, source: Source) -> Source:
        rewritten = self._said(source, ("id",), ("url",))
        if rewritten != source:
            self.changed.append(("source", source.id, rewritten.title))
        if self.is_in_address(source.url):
            self.changed.append(("address", source.id, "dropped"))
            rewritten = replace(rewritten, url="")
        return rewritten

    def _said(self, statement: _Evidence, ids: Collection[str], words: Collection[str]) -> _Evidence:
        """A claim or source with every text rewritten: `ids` as such, `words` as the ontology's."""
        rewritten: dict[str, Any] = {}
        for field in fields(statement):
            value = getattr(statement, field.name)
            if field.name in _ID_LISTS and value:
                rewritten[field.name] = " ".join(self.id(i) for i in value.split())
            elif isinstance(value, str) and value:
                rewrite = (
                    self.id if field.name in ids else self._rewrite_word if field.name in words else self.names.replaced
                )
                rewritten[field.name] = rewrite(value)
        return replace(statement, **rewritten)

    def is_in_address(self, url: str) -> bool:
        """Whether an address holds a hidden name, in whatever spelling and joined to whatever."""
        plain = unquote(url)
        letters = to_alphanumeric(plain)
        return bool(self.names.find_terms(plain, loose=True)) or any(
            len(short) >= 6 and short in letters for short in map(to_alphanumeric, self.names.terms)
        )

    def _line(self, line: Relationship, claims: Mapping[str, Claim], altered: set[str]) -> Relationship:
        source, target, kind = self.id(line.source), self.id(line.target), self._rewrite_word(line.type)
        own = f"{line.source}|{line.type}|{line.target}"
        self._ids[line.id] = f"{source}|{kind}|{target}" if line.id == own else self.id(line.id)
        carrying = tuple(sorted(self.id(i) for i in line.claims))
        rewritten = replace(
            line,
            id=self._ids[line.id],
            type=kind,
            source=source,
            target=target,
            properties=self._properties(line.properties),
        )
        if carrying == line.claims and not altered & {*carrying}:
            return rewritten
        statements = [claims[i] for i in carrying if i in claims]
        whole = bool(statements) and len(statements) == len(carrying)
        return time.recompute_relationship(rewritten, statements) if whole else replace(rewritten, claims=carrying)

    def _properties(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        rewritten = {}
        for name, value in properties.items():
            if name in ("sources", "speakers") and isinstance(value, list | tuple):
                rewritten[name] = type(value)(self.id(str(v)) for v in value)
            else:
                rewritten[self._rewrite_word(name)] = self._plain(value)
        return rewritten

    def _rewrite_canvas(self, canvas: Canvas) -> Canvas:
        i, tell = self.id, self._rewrite_text
        for gap in canvas.gaps:
            parts = gap.id.split("|")
            if gap.id == f"gap|{parts[1] if len(parts) > 1 else ''}|{gap.source}|{gap.target}":
                self._ids[gap.id] = f"gap|{parts[1]}|{i(gap.source)}|{i(gap.target)}"
        picked = canvas.emphasis
        held = {*canvas.ids, *(s.id for s in canvas.stacks), *(g.id for g in canvas.gaps)}
        held |= {n.id for n in canvas.notes}
        origin = {k: i(v) if k == "query" and isinstance(v, str) else v for k, v in canvas.origin.items()}
        return replace(
            canvas,
            ids=self._all(canvas.ids),
            positions={i(k): v for k, v in canvas.positions.items() if k in held},
            title=tell(canvas.title),
            name=i(canvas.name),
            note=tell(canvas.note),
            filter=replace(
                canvas.filter,
                types=tuple(map(self._rewrite_word, canvas.filter.types)),
                relationships=tuple(map(self._rewrite_word, canvas.filter.relationships)),
                without=self._all(canvas.filter.without),
            ),
            hidden=self._all(canvas.hidden),
            pinned=self._all(canvas.pinned),
            stacks=tuple(self._stack(s) for s in canvas.stacks),
            gaps=tuple(Gap(i(g.id), tell(g.text), i(g.source), i(g.target)) for g in canvas.gaps),
            notes=tuple(Note(i(n.id), tell(n.text)) for n in canvas.notes),
            emphasis=Emphasis(
                picked.kind,
                self._all(picked.entities),
                self._all(picked.lines),
                i(picked.weakest),
                tell(picked.sentence),
                self._all(picked.gone),
            ),
            size_by=self._rewrite_word(canvas.size_by),
            colour_by=self._rewrite_word(canvas.colour_by),
            origin=self._plain(origin),
        )

    def _stack(self, stack: Stack) -> Stack:
        return replace(
            stack,
            id=self.id(stack.id),
            around=self.id(stack.around),
            type=self._rewrite_word(stack.type),
            relationship=self._rewrite_word(stack.relationship),
            members=self._all(stack.members),
        )

    def _all(self, ids: Collection[str]) -> tuple[str, ...]:
        return tuple(self.id(i) for i in ids)


def collect_fixed_words(ontology: Ontology) -> frozenset[str]:
    """The names of types, relationships, properties and the like: part of every file, nobody's name."""
    properties = {p for t in ontology.types.values() for p in t.properties}
    evidence = {p for names in ontology.evidence_properties.values() for p in names}
    return frozenset(
        (
            *ontology.types,
            *ontology.relationships,
            *ontology.statements,
            *ontology.chains,
            *ontology.groups,
            *ontology.stances,
            *ontology.absences,
            *ontology.relationship_properties,
            *properties,
            *evidence,
            *ontology.evidence_properties,
        )
    )


def extract_strings(value: object, fixed: Collection[str] = ()) -> Iterator[str]:
    """All texts in a value: fields of data classes, items, keys. The ontology's own words (`fixed`) are left out."""
    if isinstance(value, str):
        if value not in fixed:
            parts = value.split("|")
            yield value if len(parts) == 1 else "|".join(p for p in parts if p not in fixed and p not in GAP_CAPTIONS)
    elif isinstance(value, Ontology):
        return
    elif is_dataclass(value):
        for field in fields(value):
            yield from extract_strings(getattr(value, field.name), fixed)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from extract_strings(key, fixed)
            yield from extract_strings(item, fixed)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from extract_strings(item, fixed)
