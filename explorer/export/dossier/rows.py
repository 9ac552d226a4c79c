"""The rows that a dossier is made of, and the desk they are written on: names, numbers and claims in words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from explorer.claims import sentences
from explorer.export.common import claims
from explorer.export.common.briefing import Briefing, format_footnote_numbers
from graph.listings import STATES, Listing, build_listings
from graph.model import INFERRED, Claim, Entity, Relationship
from graph.ontology import Ontology

HAS_NAME, HAS_IDENTIFIER = "HAS_NAME", "HAS_IDENTIFIER"


@dataclass(frozen=True)
class Row:
    """A claim: in a few words, restated, who says so (or denies it), when, grade, and where it stands.

    `head` is the other end of the line, the name, or the figure; `number` is that of its source.
    """

    claim: str
    head: str
    said: str
    who: str
    stance: str
    when: str
    grade: str
    where: str
    number: int
    withdrawn: bool = False
    reason: str = ""

    @property
    def infers(self) -> bool:
        """Whether the claim is concluded from others, and reported by nobody."""
        return self.stance == INFERRED

    @property
    def denies(self) -> bool:
        """Whether the claim denies."""
        return self.stance == "denied"


@dataclass(frozen=True)
class Table:
    """A table: its heads, the widths of its columns in parts of a hundred, and its rows; `marked` are denied rows."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True)
class DossierContext:
    """What sections are written from: the numbered briefing, the entity, and all claims about it."""

    briefing: Briefing
    subject: Entity
    claims: tuple[Claim, ...]

    @property
    def ontology(self) -> Ontology:
        """The ontology."""
        return self.briefing.material.ontology

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names by id."""
        return self.briefing.material.names

    @cached_property
    def lines(self) -> tuple[Relationship, ...]:
        """The lines of the entity."""
        ends = self.subject.id
        return tuple(r for r in self.briefing.rendered.shown.relationships if ends in (r.source, r.target))

    @cached_property
    def listings(self) -> tuple[Listing, ...]:
        """How the entity stands with each authority that a claim of it names, or whose list is loaded.

        A redacted version tells what its claims tell, and nothing that a search of other records found.
        """
        material = self.briefing.material
        if material.listings and not material.redacted:
            return self._sort_listings(material.listings)
        loaded = {i: e.edition for e in self.briefing.editions for i in e.claims}
        own = [c for c in self.claims if c.subject == self.subject.id]
        return self._sort_listings(build_listings(self.ontology, own, material.sources, loaded).values())

    def _sort_listings(self, listings: Iterable[Listing]) -> tuple[Listing, ...]:
        return tuple(sorted(listings, key=lambda one: (STATES.index(one.state), self.names.get(one.authority, ""))))

    def of(self, predicate: str) -> tuple[Claim, ...]:
        """The claims of one predicate that say something of the entity itself; denials first."""
        matching = (c for c in self.claims if c.predicate == predicate and c.subject == self.subject.id)
        return sentences.sort_claims(matching)

    def rows(self, predicate: str) -> tuple[Row, ...]:
        """The same as rows, but for those that give a figure, which stand side by side elsewhere."""
        return tuple(self.row(c) for c in self.of(predicate) if not c.topic)

    def build_rows(self, chosen: Iterable[Claim], *, figures: bool = False) -> tuple[Row, ...]:
        """Claims as rows in reading order; figures keep the order given, which is by date."""
        ranked = tuple(chosen) if figures else sentences.sort_claims(chosen)
        return tuple(self.row(c, figure=figures) for c in ranked)

    def row(self, claim: Claim, *, figure: bool = False) -> Row:
        """A claim as a row."""
        claim_row = claims.describe_claim(self.briefing, claim)
        where = f"[{claim_row.number}] {claim_row.place}".strip()
        return Row(
            claim.id,
            self._head(claim, figure=figure),
            claim_row.text,
            self.speaker(claim),
            INFERRED if claim.is_inferred else claim.stance,
            claim_row.when or "no date",
            claim_row.grade,
            where,
            claim_row.number,
            bool(claim.withdrawn_on),
            claim_row.reason,
        )

    def speaker(self, claim: Claim) -> str:
        """Who makes a claim."""
        return self.names.get(claim.asserted_by, claim.asserted_by) or "no speaker named"

    def cites(self, claims: Iterable[Claim]) -> str:
        """The numbers of the claims' sources in brackets."""
        return format_footnote_numbers(
            sorted({self.briefing.numbers[s] for c in claims for s in c.sources if s in self.briefing.numbers})
        )

    def other(self, line: Relationship) -> str:
        """The name at the other end of a line."""
        end = line.target if line.source == self.subject.id else line.source
        return self.names.get(end, end)

    def sentence(self, claim: Claim) -> str:
        """What a claim says of two entities as a sentence, with its detail."""
        verb = self.ontology.get_predicate_caption(claim.predicate)
        ends = (self.names.get(end or "", end or "") for end in (claim.subject, claim.object))
        return f" {verb} ".join(ends) + (f" – {claim.detail}" if claim.detail else "")

    def _head(self, claim: Claim, *, figure: bool) -> str:
        end = claim.object if claim.subject == self.subject.id else claim.subject
        other = self.names.get(end, end) if claim.object and end else ""
        value = sentences.format_quantity(claim) if claim.topic else str(claim.value) if claim.value is not None else ""
        if figure:
            kind = self.ontology.relationships.get(claim.predicate)
            verb = "" if not kind else kind.caption if claim.subject == self.subject.id else kind.inverse
            return " – ".join(part for part in (value, claim.detail, f"{verb} {other}".strip()) if part)
        return " – ".join(part for part in (other, value, claim.detail) if part)
