"""What an update changes, row by row: counted, and where wanted kept, put in order and written to a CSV file.

A value that a list replaces is one row with the old and the new one: the claim of the old value ends (or goes), that of
the new one begins, and both are about the same thing. A listing is never paired so: that one ended and another began
are two facts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from graph.database.store import Store
from graph.errors import StoreError
from graph.formats import spreadsheet_guard
from graph.model import Claim, Entity
from graph.ontology import Ontology
from loader.statements import PRIMARY_NAME

ADDED, CHANGED, WITHDRAWN, REMOVED, UNCHANGED = "added", "changed", "withdrawn", "removed", "unchanged"
STATES = (ADDED, CHANGED, WITHDRAWN, REMOVED, UNCHANGED)
COLUMNS = ("change", "name", "list number", "kind", "what", "old", "new", "entity", "statement")
_PAGE = 5_000
_UNTOLD = ("id", "reported_on", "last_seen_on", "withdrawn_on", "summary")  # of a claim: they follow from the rest


# Of an entity as it is stored: what follows from its claims, or is ours.
_NOT_SAID = frozenset({"id", "dataset", "digest", "aliases", "identifiers", "search"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the edition and what was stored: `kind` is a predicate, or "entity" or "source".

    `words` is the statement; `what` says more of the kind (a property, the kind of a name), `old` and `new` are the
    values: of a claim that draws a line the id of its object, until `complete` puts the name in its place.
    """

    state: str
    kind: str
    subject: str
    words: str
    what: str = ""
    old: str = ""
    new: str = ""
    number: str = ""
    name: str = ""


@dataclass
class ChangeCounts:
    """Counts of states by kind, and where wanted each change itself."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    keep: int = 0  # at most so many changes are kept one by one

    def count(self, state: str, kind: str, subject: str = "", words: str = "", **details: str) -> None:
        """Counts one row; `details` are further fields of its `Change`."""
        self.counts.setdefault(kind, Counter())[state] += 1
        if state != UNCHANGED and self.has_room:
            self.changes.append(Change(state, kind, subject, words, **details))

    @property
    def has_room(self) -> bool:
        """Whether changes are kept one by one, and more of them can be."""
        return len(self.changes) < self.keep

    def count_claim(self, state: str, claim: Claim, before: Mapping[str, Any] | None = None) -> None:
        """Counts a claim of the edition; of a changed one `before` is what was stored."""
        details = {}
        if state != UNCHANGED and self.has_room:
            details = {"what": claim.detail, "new": get_value(asdict(claim)), "number": claim.paragraph}
            if before is not None:
                details["old"], details["new"] = describe_differences(before, asdict(claim))
        self.count(state, claim.predicate, claim.subject, claim.summary, **details)

    def count_gone(self, state: str, stored: Mapping[str, Any]) -> None:
        """Counts a stored claim that the edition no longer makes."""
        details = {"what": stored["detail"] or "", "old": get_value(stored), "number": stored["paragraph"] or ""}
        self.count(state, stored["predicate"], stored["subject"], stored["summary"], **details)

    def count_entity(self, state: str, entity: Entity, before: Mapping[str, Any] | None = None) -> None:
        """Counts an entity of the edition; a changed one is told property by property, where something differs."""
        own = {"name": entity.name, "type": entity.type, **entity.properties}
        stored = {name: value for name, value in before.items() if name not in _NOT_SAID} if before else {}
        differing = [name for name in {**own, **stored} if before and stored.get(name) != own.get(name)]
        self.counts.setdefault("entity", Counter())[state] += 1
        if state == UNCHANGED or not self.has_room:
            return
        if not differing:
            self.changes.append(Change(state, "entity", entity.id, entity.name))
        for name in differing:
            values = (str(side.get(name, "")) for side in (stored, own))
            self.changes.append(Change(state, "entity", entity.id, entity.name, name, *values))


def get_value(claim: Mapping[str, Any]) -> str:
    """What a claim says of its subject: the id of the object, or the value."""
    if claim.get("object"):
        return str(claim["object"])
    return "" if claim.get("value") is None else str(claim["value"])


def describe_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
    """The fields in which a stored claim and its new form differ, each with the old, and with the new value."""
    differing = [k for k in after if k not in _UNTOLD and _unify(before.get(k)) != _unify(after[k])] or ["summary"]
    old, new = ("; ".join(f"{k}: {side.get(k) or 'none'}" for k in differing) for side in (before, after))
    return old, new


def _unify(value: Any) -> Any:
    return (list(value) if isinstance(value, tuple) else value) or ""


def complete(store: Store, ontology: Ontology, changes: Sequence[Change], dataset: str) -> list[Change]:
    """The changes as the report has them: pairs in one row, names in place of ids, sorted by name and list number.

    Raises StoreError.
    """
    drawn = set(ontology.relationships)
    rows = list(
        _drop_repeated_properties(pair_values(changes, ontology.list_relationships_by_role("designation"), drawn))
    )
    named = {c.subject for c in rows} | {text for c in rows if c.kind in drawn for text in (c.old, c.new)}
    names, numbers = _read_names(store, sorted(named - {""}), dataset)
    done = []
    for change in rows:
        ends = {}
        if change.kind in drawn:
            ends = {"old": names.get(change.old, change.old), "new": names.get(change.new, change.new)}
        number = change.number or numbers.get(change.subject, "")
        done.append(replace(change, name=names.get(change.subject, change.words), number=number, **ends))
    return sorted(done, key=lambda c: (c.name.casefold(), c.number, c.subject, c.kind, c.what, c.old, c.new, c.state))


def pair_values(changes: Iterable[Change], unpaired: Collection[str], drawn: Collection[str]) -> list[Change]:
    """Changes with one row for each value that was replaced: exactly one gone and one new of a kind.

    First of the same kind and detail; then of one value whose detail is another; then lines of one kind (`drawn`).
    Kinds that are `unpaired` stay as they are.
    """
    rows = list(changes)
    keys: list[Callable[[Change], Hashable]] = [
        lambda c: (c.subject, c.kind, c.what),
        lambda c: (c.subject, c.kind, c.old or c.new) if c.kind not in drawn else None,
        lambda c: (c.subject, c.kind) if c.kind in drawn else None,
    ]
    for key in keys:
        rows = list(_pair_by(rows, key, unpaired))
    return rows


def _pair_by(rows: Sequence[Change], key: Callable[[Change], Hashable], unpaired: Collection[str]) -> Iterator[Change]:
    groups: dict[Hashable, list[Change]] = defaultdict(list)
    for change in rows:
        if change.state in (ADDED, WITHDRAWN, REMOVED) and change.kind not in (*unpaired, "entity", "source"):
            groups[key(change)].append(change)
    pairs: dict[int, Change | None] = {}
    for group, members in groups.items():
        if group is not None and len(members) == 2 and sum(c.state == ADDED for c in members) == 1:
            new, old = sorted(members, key=lambda c: c.state != ADDED)
            what = new.what if new.what == old.what or old.old != new.new else f"{old.what} → {new.what}"
            pairs[id(new)], pairs[id(old)] = replace(new, state=CHANGED, what=what, old=old.old), None
    for change in rows:
        row = pairs.get(id(change), change)
        if row is not None:
            yield row


def _drop_repeated_properties(rows: Sequence[Change]) -> Iterator[Change]:
    """Without properties of an entity that a row about a claim tells of."""
    claimed = {(c.subject, "name" if c.what == PRIMARY_NAME else c.what) for c in rows if c.kind.startswith("HAS_")}
    named = {c.subject for c in rows if c.kind == "HAS_NAME" and c.state == CHANGED}
    for change in rows:
        by_claim = (change.subject, change.what) in claimed or (change.what == "name" and change.subject in named)
        if not (change.kind == "entity" and change.what and by_claim):
            yield change


def _read_names(store: Store, ids: Sequence[str], dataset: str) -> tuple[dict[str, str], dict[str, str]]:
    """The names of these entities and sources, and the place in the list that a claim about them gives."""
    names, numbers = {}, {}
    for start in range(0, len(ids), _PAGE):
        rows = store.read(
            "UNWIND $ids AS id OPTIONAL MATCH (n:Entity {id: id}) OPTIONAL MATCH (s:Source {id: id}) "
            "RETURN id, coalesce(n.name, s.title) AS name, COLLECT { MATCH (c:Claim)-[:HAS_SUBJECT]->(n) "
            "WHERE c.dataset = $dataset AND c.paragraph <> '' RETURN c.paragraph ORDER BY c.id LIMIT 1 } AS places",
            ids=ids[start : start + _PAGE],
            dataset=dataset,
            timeout=300,
        )
        names.update({row["id"]: row["name"] for row in rows if row["name"]})
        numbers.update({row["id"]: row["places"][0] for row in rows if row["places"]})
    return names, numbers


def write(changes: Iterable[Change], file: Path) -> None:
    """Writes each change to a CSV file. Raises StoreError where it can't be written."""
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = spreadsheet_guard.Writer(out)
            writer.writerow(COLUMNS)
            for c in changes:
                writer.writerow((c.state, c.name, c.number, c.kind, c.what, c.old, c.new, c.subject, c.words))
    except OSError as error:
        raise StoreError(f"the report can't be written to {file}: {error.strerror}") from error
