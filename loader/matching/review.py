"""Candidates and decisions in the database: finds, keeps and replaces them as claims. Nothing is ever merged.

The matcher's claims are the dataset "matching": each search makes them anew, and removes those that no longer hold.
The analysts' are the dataset "decisions": only another decision of the same person ends one, and no search or list
removes any.
"""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from graph import evidence
from graph.database import renew, validate, write
from graph.database.store import Store, Transaction
from graph.errors import DataError, UsageError
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from loader.loading.staging import compute_content_digest
from loader.matching import candidates, claims, party, score, stored
from loader.matching.candidates import Candidate, SearchStatistics
from loader.matching.claims import Decision, Pair, sort_pair
from loader.matching.party import DECISIONS, MATCHING, Party
from loader.matching.score import MatchScore
from loader.matching.words import WordWeights

BATCH = 2_000
TITLES = {MATCHING: claims.MATCHING_SOURCE.title, DECISIONS: claims.DECISIONS_SOURCE.title}
Progress = Callable[[int, int], None]


def _ignore_progress(_done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass
class MatchReport:
    """What a search found. `changed` are decided pairs whose evidence is another now, with the claim that says so;
    `namesakes` are open pairs of equal names that are not proposed, for want of anything else that agrees.
    """

    candidates: list[Candidate] = field(default_factory=list)
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    decided: int = 0
    said_elsewhere: int = 0
    changed: list[tuple[Pair, Claim]] = field(default_factory=list)
    namesakes: list[Candidate] = field(default_factory=list)
    effort: SearchStatistics = field(default_factory=SearchStatistics)


@dataclass(frozen=True)
class DatasetUpdate:
    """What is to be written of one of our two datasets. `remove` are ids of the matcher's claims."""

    dataset: str
    entities: Sequence[Entity]
    sources: Sequence[Source]
    claims: Sequence[Claim]
    remove: Collection[str] = ()


def save(store: Store, ontology: Ontology, parcel: DatasetUpdate) -> None:
    """Writes claims with their speakers and sources, and removes the matcher's claims that are to go.

    The one place that writes. Speakers and sources that are there stay as they are. Raises DataError for a claim that
    breaks a rule, StoreError where the database can't be used.
    """
    parcel = replace(parcel, claims=[evidence.order_ends(ontology, c) for c in parcel.claims])
    ends = {end for c in parcel.claims for end in (c.subject, c.object or "", c.asserted_by)}
    types = _load_types(store, ends) | {e.id: e.type for e in parcel.entities}
    for claim in parcel.claims:
        for name, rule in validate.check_claim(ontology, claim, types.get):
            raise DataError(f"{rule} ({claim.summary})", field=name)
    foreign = [e.id for e in parcel.entities if stored.find_dataset(store, e) not in (None, parcel.dataset)]
    if foreign:
        raise DataError(f"{', '.join(foreign)} is an entity of another dataset", field="id")
    if not (parcel.claims or parcel.remove):
        return
    if not store.read("MATCH (d:Dataset {id: $id}) RETURN d.id AS id", id=parcel.dataset):
        write.ensure_schema(store, ontology)
    store.write(Transaction.run, "MERGE (:Lock {id: 'writing'})")
    renew.renew_claims(store, ontology)
    parts = [parcel.claims[start : start + BATCH] for start in range(0, len(parcel.claims), BATCH)] or [()]
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        store.write(_write, ontology, replace(parcel, claims=part, remove=parcel.remove if last else ()))


def _write(tx: Transaction, ontology: Ontology, parcel: DatasetUpdate) -> None:
    """Writes a piece in one transaction, which holds the loader's lock: analysts who save at once come in turn."""
    turn = write.WriteLease(parcel.dataset, uuid.uuid4().hex)
    write.acquire_lease(tx, turn)
    ids = [e.id for e in parcel.entities] + [s.id for s in parcel.sources] + [c.id for c in parcel.claims]
    rows = tx.run(
        "UNWIND $ids AS id OPTIONAL MATCH (e:Entity {id: id}) OPTIONAL MATCH (s:Source {id: id}) "
        "OPTIONAL MATCH (c:Claim {id: id}) RETURN id, e IS NOT NULL AS entity, s IS NOT NULL AS source, "
        "c IS NOT NULL AS claim",
        ids=ids,
    )
    have = {(kind, row["id"]) for row in rows for kind in ("entity", "source", "claim") if row[kind]}
    batch = write.Batch(
        sources=[
            write.build_source_row(s, turn.dataset, compute_content_digest((s,)))
            for s in parcel.sources
            if ("source", s.id) not in have
        ],
        entities=[
            (e.labels, write.build_entity_row(e, turn.dataset, compute_content_digest((e,)), ()))
            for e in parcel.entities
            if ("entity", e.id) not in have
        ],
        claims=[c for c in parcel.claims if ("claim", c.id) not in have],
        changed_claims=[c for c in parcel.claims if ("claim", c.id) in have],
        deleted=sorted(parcel.remove),
        digests={c.id: compute_content_digest(_values(c)) for c in parcel.claims},
    )
    write.apply(tx, ontology, batch, turn)
    write.finish(tx, turn, {"title": TITLES[turn.dataset], "edition": turn.dataset}, None)


_values = attrgetter(*Claim.__dataclass_fields__)


def _load_types(store: Store, ids: Collection[str]) -> dict[str, str]:
    rows = store.read(
        "UNWIND $ids AS id MATCH (e:Entity {id: id}) RETURN id, e.type AS type", ids=sorted(ids), timeout=120
    )
    return {row["id"]: row["type"] for row in rows}


def find(
    store: Store,
    ontology: Ontology,
    *,
    day: str,
    types: Collection[str] = (),
    datasets: Collection[str] = (),
    least: float = score.LEAST,
    dry_run: bool = False,
    progress: Progress = _ignore_progress,
) -> MatchReport:
    """Searches all lists for pairs that may be one entity, and keeps them as claims; with `dry_run` it only reports.

    `types` and `datasets` restrict the pairs, not what words weigh: a pair has one score whatever is asked for. With
    one dataset its pairs with all others are wanted, with several the pairs among these. Candidates of earlier searches
    that no longer hold are removed. Raises UsageError for an unknown type or dataset, StoreError.
    """
    everyone = list(party.read(store, ontology))
    is_in_scope = _build_pair_filter(ontology, everyone, types, datasets)
    search = _Search(stored.load_matches(store), {p.id: p for p in everyone}, WordWeights(everyone), day)
    report = search.report
    some = [p for p in everyone if is_in_scope(p, None)]
    for candidate in candidates.find(some, search.words, least=least, effort=report.effort, progress=progress):
        if is_in_scope(candidate.a, candidate.b):
            search.propose(candidate)
    report.namesakes = [
        pair
        for pair in report.effort.namesakes
        if is_in_scope(pair.a, pair.b) and not search.matches.closed(sort_pair(pair.a.id, pair.b.id))
    ]
    search.reconsider(is_in_scope)
    new, gone = search.outcome(is_in_scope)
    if not dry_run:
        save(store, ontology, DatasetUpdate(MATCHING, [claims.build_matcher()], [claims.MATCHING_SOURCE], new, gone))
    return report


Wanted = Callable[[Party, Party | None], bool]


def _build_pair_filter(
    ontology: Ontology, everyone: Sequence[Party], types: Collection[str], datasets: Collection[str]
) -> Wanted:
    """Whether a pair, or with None one side of it, is asked for."""
    unknown = [t for t in types if t not in ontology.types]
    if unknown:
        raise UsageError(f"there is no type {', '.join(unknown)}; types are {', '.join(ontology.types)}")
    held = {p.dataset for p in everyone}
    unknown = sorted(set(datasets) - held)
    if unknown:
        raise UsageError(f"there is no dataset {', '.join(unknown)} loaded; there are {', '.join(sorted(held))}")
    allowed = set(ontology.list_subtypes(tuple(types))) if types else set(ontology.types)

    def is_in_scope(a: Party, b: Party | None) -> bool:
        sides = [a] if b is None else [a, b]
        inside = [p.dataset in datasets for p in sides]
        in_lists = not datasets or (all(inside) if len(datasets) > 1 else b is None or any(inside))
        return in_lists and all(p.type in allowed for p in sides)

    return is_in_scope


class _Search:
    """One search: what was known before, and the matcher's claims as they are to be now, in `kept` by id."""

    def __init__(self, matches: stored.StoredMatches, by_id: dict[str, Party], words: WordWeights, day: str) -> None:
        self.matches, self.by_id, self.words, self.day = matches, by_id, words, day
        self.report = MatchReport()
        self.kept: dict[str, Claim] = {}

    def propose(self, candidate: Candidate) -> None:
        """Takes a candidate, unless an analyst has decided it."""
        pair = sort_pair(candidate.a.id, candidate.b.id)
        if self.matches.closed(pair):
            self.report.decided += 1
            return
        self.report.candidates.append(candidate)
        if self.matches.others.get(pair) and not candidate.verdict.supported:
            # A source says so already, and likeness of names alone adds nothing to it.
            self.report.said_elsewhere += 1
            return
        self.keep(pair, candidate.verdict)

    def reconsider(self, is_in_scope: Wanted) -> None:
        """Looks at decided pairs whose evidence is another than the one that was decided on."""
        for pair in sorted(self.matches.decisions):
            closed = self.matches.closed(pair)
            a, b = self.by_id.get(pair[0]), self.by_id.get(pair[1])
            if not closed or a is None or b is None or not is_in_scope(a, b):
                continue
            verdict = score.score_pair(a, b, self.words)
            same = {f"evidence {digest}" for digest in (verdict.facts, verdict.former_facts)}
            if same.isdisjoint(c.paragraph for c in closed):
                last = max(closed, key=lambda c: (c.reported_on, c.id))
                claim = self.keep(pair, verdict, changed=f"{last.reported_on} ({last.detail})")
                self.report.changed.append((pair, claim))

    def keep(self, pair: Pair, verdict: MatchScore, changed: str = "") -> Claim:
        """The claim on a pair; what was found before and is the same keeps its day, so that a search can repeat."""
        names = (self.by_id[pair[0]].name, self.by_id[pair[1]].name)
        claim = claims.build_matcher_claim(pair, names, verdict, self.day, changed=changed)
        before = self.matches.machine.get(pair)
        if before and replace(claim, reported_on=before.reported_on) == before:
            claim = before
        self.kept[claim.id] = claim
        return claim

    def outcome(self, is_in_scope: Wanted) -> tuple[list[Claim], list[str]]:
        """The claims to write, and the ids of those that no longer hold."""
        before = {claim.id: claim for claim in self.matches.machine.values()}
        gone = []
        for pair, claim in self.matches.machine.items():
            a, b = self.by_id.get(pair[0]), self.by_id.get(pair[1])
            if claim.id not in self.kept and (a is None or b is None or is_in_scope(a, b)):
                gone.append(claim.id)
        new = [claim for claim in self.kept.values() if before.get(claim.id) != claim]
        report = self.report
        report.added = sum(claim.id not in before for claim in new)
        report.updated, report.unchanged = len(new) - report.added, len(self.kept) - len(new)
        report.removed = len(gone)
        return new, gone


def decide(store: Store, ontology: Ontology, a: str, b: str, decision: Decision) -> list[Claim]:
    """Keeps an analyst's decision on a pair. Returns the claims written; none where the person said just this before.

    Same or different takes the matcher's claim away: its words go into the decision. Raises DataError for an unknown
    entity, one and the same entity or two that can't be one; UsageError for a decision that makes no sense.
    """
    if a == b:
        raise DataError(f"{a!r} is one entity; a decision needs two")
    pair = sort_pair(a, b)
    sides = {p.id: p for p in party.read(store, ontology, pair)}
    missing = [i for i in (a, b) if i not in sides]
    if missing:
        there = stored.load_names(store, missing)
        rule = "is nothing that can be compared" if missing[0] in there else "is no entity of the graph"
        raise DataError(f"{missing[0]!r} {rule}", field="id_a" if missing[0] == a else "id_b")
    one, other = sides[pair[0]], sides[pair[1]]
    if decision.choice == claims.SAME and not score.can_match(one, other):
        raise DataError(
            f"{one.name} is of the type {one.type}, {other.name} of the type {other.type}: never one entity"
        )
    matches = stored.load_matches(store)
    person = claims.build_analyst(decision.by)
    verdict = score.score_pair(one, other, WordWeights())
    machine_claim = matches.machine.get(pair)
    mine = [c for c in matches.decisions.get(pair, ()) if c.asserted_by == person.id]
    named = (one.name, other.name)
    says = machine_claim.summary if machine_claim else ""
    new_claims = claims.build_decision_claims(
        pair, named, decision, facts=verdict.facts, earlier=mine, machine_says=says
    )
    done = [machine_claim.id] if machine_claim and decision.choice != claims.UNSURE else []
    save(store, ontology, DatasetUpdate(DECISIONS, [person], [claims.DECISIONS_SOURCE], new_claims, done))
    return new_claims
