"""Makes the claims of a list: ids that stay the same from edition to edition, and summaries in plain words.

A list's claim is known by what it says (subject, predicate, object or value, detail), never by its place in a file:
so the same statement in the next edition is the same claim, and a statement that is changed is another one, while the
old one gets its end.
"""

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from graph import imo
from graph.model import Claim, Entity
from graph.ontology import Ontology

PRIMARY_NAME = "primary name"  # the kind of the name under which a list has an entry
_WORDS = {
    "HAS_NAME": "The list gives the name {value}",
    "HAS_IDENTIFIER": "The list gives the identifier {value}",
    "HAS_PROPERTY": "The list gives {detail}: {value}",
}


def compute_digest(*parts: str) -> str:
    """Twenty letters and digits that stand for these texts: the same for the same, in every run."""
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def build_claim_id(dataset: str, subject: str, predicate: str, value: str, detail: str) -> str:
    """The id of a list's claim; `value` is the id of its object where it has one."""
    return f"{dataset}-{compute_digest(subject, predicate, value, detail)}"


def unify_imo_numbers(record: Claim | Entity, ontology: Ontology) -> Claim | Entity:
    """A claim or an entity with its IMO number in the one spelling, on whatever way it came; all others as they are."""
    if isinstance(record, Entity):
        type_ = ontology.types.get(record.type)
        spelt = {
            name: imo.strip_head(value)
            for name, value in record.properties.items()
            if isinstance(value, str) and type_ and name in type_.properties and type_.properties[name].imo
        }
        return replace(record, properties={**record.properties, **spelt}) if spelt else record
    if record.predicate != "HAS_IDENTIFIER" or not isinstance(record.value, str):
        return record
    scheme = record.detail if record.detail and record.value.startswith(f"{record.detail} ") else ""
    unified = " ".join(imo.normalize_identifier(scheme, record.value[len(scheme) :].strip())).strip()
    return replace(record, value=unified) if imo.find_numbers(unified) and unified != record.value else record


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who speaks in a dataset's claims, from which document, and how far to trust it (docs/grading.md)."""

    dataset: str
    source: str
    asserted_by: str
    reliability: str
    credibility: str

    def names(self, subject: str, name: str, kind: str = "", *, paragraph: str = "") -> Claim:
        """The claim that an entity is also named so; `kind` says what the name is, such as "weak alias"."""
        return self._text("HAS_NAME", subject, name, kind, paragraph)

    def build_identifier_claim(self, subject: str, scheme: str, value: str, *, paragraph: str = "") -> Claim:
        """The claim that an entity has an identifier: `scheme` is its kind in words, such as "IMO" or "Passport"."""
        scheme, value = imo.normalize_identifier(scheme, value)
        return self._text("HAS_IDENTIFIER", subject, f"{scheme} {value}", scheme, paragraph)

    def build_property_claim(self, subject: str, prop: str, value: str, *, paragraph: str = "") -> Claim:
        """The claim that a property has a value: `prop` is the ontology's or FollowTheMoney's name of it.

        For what a list says more than once, or vaguely, such as "circa 1964" as a second date of birth.
        """
        return self._text("HAS_PROPERTY", subject, value, prop, paragraph)

    def build_relationship_claim(
        self,
        subject: str,
        predicate: str,
        target: str,
        summary: str,
        *,
        detail: str = "",
        valid_from: str = "",
        valid_to: str = "",
        paragraph: str = "",
        credibility: str = "",
    ) -> Claim:
        """The claim that makes a line. `detail` tells several apart that the same two entities have."""
        statement, dates = (subject, predicate, target, detail), {"valid_from": valid_from, "valid_to": valid_to}
        return self._claim(statement, paragraph, summary, credibility, object=target, **dates)

    def _text(self, predicate: str, subject: str, value: str, detail: str, paragraph: str) -> Claim:
        words = _WORDS[predicate].format(value=value, detail=detail)
        if detail and predicate != "HAS_PROPERTY":
            words += f" ({detail})"
        summary = words if words.endswith(".") else f"{words}."
        return self._claim((subject, predicate, value, detail), paragraph, summary, value=value)

    def _claim(
        self, statement: tuple[str, str, str, str], paragraph: str, summary: str, credibility: str = "", **more: Any
    ) -> Claim:
        """A claim of the list; `statement` is subject, predicate, object or value, and detail."""
        subject, predicate, _, detail = statement
        return Claim(
            id=build_claim_id(self.dataset, *statement),
            subject=subject,
            predicate=predicate,
            stance="asserted",
            source=self.source,
            asserted_by=self.asserted_by,
            detail=detail,
            paragraph=paragraph,
            reliability=self.reliability,
            credibility=credibility or self.credibility,
            summary=summary,
            **more,
        )
