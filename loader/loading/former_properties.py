"""What a former version stored as a property alone, and now is a claim too: its past is kept when a list changes it.

Names, dates of birth and titles of a list had no claim then. The first update by this version finds them in the entity
that is stored: a value that the new edition still has was known from the edition before, and one that it has no longer
becomes a claim with an end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph import evidence
from graph.database.store import Store
from graph.model import Claim
from loader.statements import PRIMARY_NAME, build_claim_id

# By entity what is stored of it, and of its names and properties which claims there are.
_STORED = (
    "UNWIND $ids AS id MATCH (n:Entity {id: id, dataset: $dataset}) RETURN id, properties(n) AS properties, "
    "COLLECT { MATCH (c:Claim)-[:HAS_SUBJECT]->(n) WHERE c.dataset = $dataset "
    "AND c.predicate IN ['HAS_NAME', 'HAS_PROPERTY'] RETURN [c.predicate, c.detail, toString(c.value)] } AS claims"
)
_NAME_KINDS = (PRIMARY_NAME, "")


@dataclass(frozen=True)
class FormerEntity:
    """An entity as it is stored, and the claims about its names and properties: predicate, detail, value."""

    properties: Mapping[str, Any]
    claims: Sequence[Sequence[str]]

    def get_value(self, prop: str) -> str:
        """The stored value that no stored claim tells of; "" where there is none."""
        value = self.properties.get(prop)
        if not isinstance(value, str | int | float) or value == "":
            return ""
        if prop == "name":
            is_claimed = any(
                predicate == "HAS_NAME" and _fold(text) == _fold(str(value)) for predicate, _, text in self.claims
            )
        else:
            is_claimed = any(predicate == "HAS_PROPERTY" and detail == prop for predicate, detail, _ in self.claims)
        return "" if is_claimed else str(value)


def find_property(claim: Claim) -> str:
    """The property that a claim of a list also fills; "" for none."""
    if claim.predicate == "HAS_NAME":
        return "name" if claim.detail in _NAME_KINDS else ""
    return claim.detail if claim.predicate == "HAS_PROPERTY" else ""


@dataclass(frozen=True)
class Update:
    """An update of a list: from which edition to which, and by entity all values that the new one gives."""

    dataset: str
    before: str
    edition: str
    values: Mapping[str, Sequence[str]]


def keep_past(store: Store, claims: Sequence[Claim], update: Update) -> Iterator[Claim]:
    """The new claims of an update; one of a value that was stored without a claim as known from the edition before,
    and where the update has no such value, the stored one as a claim that ended. Raises StoreError.
    """
    groups: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.subject, find_property(claim)), []).append(claim)
    subjects = sorted({subject for subject, prop in groups if prop})
    rows = store.read(_STORED, ids=subjects, dataset=update.dataset) if subjects else ()
    former = {row["id"]: FormerEntity(row["properties"], row["claims"]) for row in rows}
    for (subject, prop), group in groups.items():
        stored = former[subject].get_value(prop) if prop and subject in former else ""
        for claim in group:
            yield replace(claim, reported_on=update.before) if stored and claim.value == stored else claim
        if stored and stored not in update.values.get(subject, ()):
            yield _end_value(group[0], stored, update)


def _end_value(like: Claim, value: str, update: Update) -> Claim:
    """A claim like a new one, of the value that was stored and that the update has no longer."""
    return replace(
        like,
        id=build_claim_id(update.dataset, like.subject, like.predicate, value, like.detail),
        value=value,
        summary=like.summary.replace(str(like.value), value, 1),
        reported_on=update.before,
        last_seen_on=update.before,
        withdrawn_on=update.edition,
    )


def _fold(name: str) -> str:
    return " ".join(evidence.fold(name).replace(",", " ").split())
