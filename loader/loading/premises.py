"""Checks what the claims of an edition are inferred from: that each premise is there, no circle, no grade above them.

An inference may rest on claims of the same edition or on stored ones. Its grade is at most that of its weakest premise,
and it notes the sources of all its premises, so that it can fall with each of them.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from graph import evidence

_READ = (
    "SELECT id, reliability, credibility, source, inferred_from, premise_sources, selected FROM claim "
    "WHERE id IN (SELECT value FROM json_each(?))"
)


@dataclass(frozen=True, slots=True)
class Premise:
    """What must be known of a claim from which others are inferred. `loads` is False for a row with faults."""

    id: str
    reliability: str
    credibility: str
    source: str
    inferred_from: str = ""
    premise_sources: str = ""
    loads: bool = True

    @property
    def grade(self) -> str:
        """The Admiralty grade."""
        return self.reliability + self.credibility

    @property
    def sources(self) -> set[str]:
        """The sources without which it falls."""
        return {self.source, *self.premise_sources.split()}


StoredPremises = Callable[[Sequence[str]], Mapping[str, Premise]]


def find_none(_ids: Sequence[str]) -> Mapping[str, Premise]:
    """What a database that is not there holds of these claims."""
    return {}


@dataclass(frozen=True, slots=True)
class Inference:
    """An inferred claim as it is to be loaded, and what a user should know of it."""

    premise: Premise
    notices: tuple[tuple[str, str], ...] = ()
    problem: str = ""


def check_premises(db: sqlite3.Connection, stored: StoredPremises, *, cut_out: bool, chosen: int, faulty: int) -> None:
    """Marks inferences that can't be loaded, lowers grades, and notes the sources of premises.

    A file that was `cut_out` of a graph may lack premises: such an inference stays one, and a notice says so.
    """
    rows = {
        identity: (rowid, row)
        for identity, rowid, row in db.execute(
            "SELECT id, rowid, row FROM claim WHERE selected = ? AND inferred_from <> ''", (chosen,)
        )
    }
    if not rows:
        return
    claims = _read_claims(db, rows, stored, faulty)
    for identity, result in _resolve(rows, claims, cut_out=cut_out).items():
        rowid, row = rows[identity]
        if result.problem:
            db.execute("UPDATE claim SET selected = ? WHERE rowid = ?", (faulty, rowid))
            db.execute("INSERT INTO problem VALUES (?, ?, ?)", (row, "inferred_from", result.problem))
            continue
        inference = result.premise
        db.execute(
            "UPDATE claim SET reliability = ?, credibility = ?, premise_sources = ? WHERE rowid = ?",
            (inference.reliability, inference.credibility, inference.premise_sources, rowid),
        )
        db.executemany("INSERT INTO notice VALUES (?, ?, ?)", [(kind, text, row) for kind, text in result.notices])


def _read_claims(
    db: sqlite3.Connection, inferences: Collection[str], stored: StoredPremises, faulty: int
) -> dict[str, Premise]:
    """The inferences and all that they rest on, of the edition and of the database."""
    premises: dict[str, Premise] = {}
    to_read, seen = set(inferences), set[str]()
    while to_read := to_read - seen:
        seen |= to_read
        held = db.execute(
            _READ,
            (orjson.dumps(sorted(to_read)).decode(),),
        )
        page = {values[0]: _parse_premise(values, faulty) for values in held}
        page |= stored(sorted(to_read - page.keys()))
        premises |= page
        to_read = {i for premise in page.values() for i in premise.inferred_from.split()}
    return premises


def _parse_premise(values: tuple[Any, ...], faulty: int) -> Premise:
    *texts, state = values
    identity, reliability, credibility, source, inferred_from, premise_sources = map(str, texts)
    return Premise(identity, reliability, credibility, source, inferred_from, premise_sources, state != faulty)


def _resolve(inferences: Collection[str], claims: Mapping[str, Premise], *, cut_out: bool) -> dict[str, Inference]:
    done: dict[str, Inference] = {}
    for identity in sorted(inferences):
        # Each with its premises before it, without recursion: a chain may be as long as a file.
        pending = [(identity, False)]
        open_ = set[str]()
        while pending:
            current, ready = pending.pop()
            if ready:
                open_.discard(current)
                done.setdefault(current, _judge(claims[current], claims, done, cut_out=cut_out))
            elif current in open_:
                done[current] = Inference(claims[current], problem=f"is inferred from itself, by way of {identity!r}")
            elif current in inferences and current not in done:
                open_.add(current)
                pending.append((current, True))
                pending += [(i, False) for i in claims[current].inferred_from.split()]
    return done


def _judge(claim: Premise, claims: Mapping[str, Premise], done: Mapping[str, Inference], *, cut_out: bool) -> Inference:
    ids = claim.inferred_from.split()
    missing = [i for i in ids if i not in claims]
    if missing and not cut_out:
        return Inference(claim, problem=f"there is no claim {missing[0]!r} that it could be inferred from")
    premises = [done[i].premise if i in done else claims[i] for i in ids if i in claims]
    for premise in premises:
        if not premise.loads or (premise.id in done and done[premise.id].problem):
            return Inference(claim, problem=f"the claim {premise.id!r}, which it is inferred from, does not load")
    notices = []
    if missing:
        notices.append(("premise not in the file", f"{claim.id} is inferred from {', '.join(missing[:5])}"))
    weakest = max((p.grade for p in premises), key=evidence.rank_grade, default=claim.grade)
    if evidence.rank_grade(weakest) > evidence.rank_grade(claim.grade):
        text = f"{claim.id}: {claim.grade} is above its weakest premise, and becomes {weakest}"
        notices.append(("grade of an inference lowered", text))
    else:
        weakest = claim.grade
    sources = set(claim.premise_sources.split()).union(*(p.sources for p in premises))
    lowered = Premise(
        claim.id, weakest[0], weakest[1], claim.source, claim.inferred_from, " ".join(sorted(sources)), loads=True
    )
    return Inference(lowered, tuple(notices))
