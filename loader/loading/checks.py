"""The checks of a spool that need all of its rows, as SQL on its tables (loader/loading/staging.py)."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.database import validate
from graph.ontology import Ontology
from loader.loading.premises import StoredPremises, check_premises

# What a record's `selected` says.
FAULTY, LEFT_OUT, CHOSEN, STORED = -1, 0, 1, 2  # STORED: only referred to; the database holds it already
StoredTypes = Callable[[Sequence[str]], Mapping[str, str]]
_FLUSH = 2_000  # rows held before they are written


def check(
    db: sqlite3.Connection,
    ontology: Ontology,
    stored_types: StoredTypes,
    stored_premises: StoredPremises,
    *,
    cut_out: bool,
) -> None:
    """Marks what does not load, and adds to the table `problem` why; then lists the speakers of what does load."""
    _create_indexes(db)
    _reject_duplicates(db)
    _load_stored_types(db, stored_types)
    _check_references(db, ontology)
    _check_units(db)
    _mark_quoting_outlets(db)
    check_premises(db, stored_premises, cut_out=cut_out, chosen=CHOSEN, faulty=FAULTY)
    db.execute(
        "CREATE TABLE speaker AS SELECT DISTINCT asserted_by AS id FROM claim "
        f"WHERE selected = {CHOSEN} AND asserted_by <> ''"
    )


def add_problem(db: sqlite3.Connection, row: int, field: str, rule: str) -> None:
    """Adds what is wrong with a row."""
    db.execute("INSERT INTO problem VALUES (?, ?, ?)", (row, field, rule))


def _create_indexes(db: sqlite3.Connection) -> None:
    for statement in (
        "CREATE INDEX entity_id ON entity (id)",
        "CREATE INDEX source_id ON source (id)",
        "CREATE INDEX claim_id ON claim (id)",
        "CREATE INDEX claim_triple ON claim (subject, predicate, object, id)",
    ):
        db.execute(statement)


def _reject_duplicates(db: sqlite3.Connection) -> None:
    """Rows that say the same are one; of rows that contradict each other under one id, the first stays."""
    for table in ("entity", "source", "claim"):
        repeated = f"FROM first f JOIN {table} t ON t.id = f.id AND t.rowid <> f.keep"
        db.execute(f"CREATE TABLE first AS SELECT id, min(rowid) AS keep FROM {table} GROUP BY id HAVING count(*) > 1")
        db.execute(
            "INSERT INTO problem SELECT t.row, 'id', printf(?, t.id, r.number) "
            f"{repeated} JOIN {table} k ON k.rowid = f.keep JOIN row r ON r.id = k.row "
            "WHERE t.digest <> k.digest ORDER BY t.rowid",
            ("'%s' is already the id of row %d, which says something else",),
        )
        db.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT t.rowid {repeated})")
        db.execute("DROP TABLE first")


def _load_stored_types(db: sqlite3.Connection, stored_types: StoredTypes) -> None:
    """Asks the database for what this edition refers to and does not hold."""
    for column, table in (("subject", "entity"), ("object", "entity"), ("asserted_by", "entity"), ("source", "source")):
        db.execute(
            f"CREATE TABLE wanted AS SELECT DISTINCT c.{column} AS id FROM claim c "
            f"LEFT JOIN {table} t ON t.id = c.{column} WHERE t.id IS NULL AND c.{column} <> ''"
        )
        missing = db.execute("SELECT id FROM wanted")
        while ids := [row[0] for row in missing.fetchmany(1_000)]:
            types = stored_types(ids)
            if table == "entity":
                db.executemany(
                    f"INSERT INTO entity (id, type, selected, shared) VALUES (?, ?, {STORED}, 0)", types.items()
                )
            else:
                db.executemany("INSERT INTO source (id, digest) VALUES (?, '')", [(i,) for i in types])
        missing.close()
        db.execute("DROP TABLE wanted")


def _check_references(db: sqlite3.Connection, ontology: Ontology) -> None:
    """The ends of claims: that they exist and load, and are of types that the relationship takes."""
    fine: set[tuple[Any, ...]] = set()
    changed: list[tuple[int, int]] = []
    wrong: list[tuple[int, str, str]] = []
    rows = db.execute(
        "SELECT c.rowid, c.row, c.predicate, c.subject, c.object, c.asserted_by, c.source, "
        "s.type, o.type, a.type, d.id IS NULL, "
        "coalesce(s.selected, 1), coalesce(o.selected, 1), coalesce(a.selected, 1) FROM claim c "
        "LEFT JOIN entity s ON s.id = c.subject LEFT JOIN entity o ON o.id = c.object "
        f"LEFT JOIN entity a ON a.id = c.asserted_by LEFT JOIN source d ON d.id = c.source "
        f"WHERE c.selected = {CHOSEN}"
    )
    for rowid, row, predicate, subject, object_, speaker, source, s, o, a, orphan, *states in rows:
        key = (predicate, s, o, a, not object_, not speaker, subject == object_, orphan, *states)
        if key in fine:
            continue
        problems = validate.check_claim_ends(
            ontology, predicate, validate.ClaimEnds(subject, object_, speaker, s, o, a)
        )
        if orphan:
            problems.append(("source", f"there is no source {source!r}"))
        ends = (("subject", subject, states[0]), ("object", object_, states[1]), ("asserted_by", speaker, states[2]))
        for field, end, state in ends:
            if state == FAULTY:
                problems = [p for p in problems if p[0] != field]
                problems.append((field, f"the row of {end!r} does not load"))
        if problems:
            changed.append((FAULTY, rowid))
            wrong += [(row, field, rule) for field, rule in problems]
        elif LEFT_OUT in states:
            changed.append((LEFT_OUT, rowid))
        else:
            fine.add(key)
        if len(changed) >= _FLUSH:
            _save_problems(db, changed, wrong)
    _save_problems(db, changed, wrong)


def _save_problems(db: sqlite3.Connection, changed: list[tuple[int, int]], wrong: list[tuple[int, str, str]]) -> None:
    db.executemany("UPDATE claim SET selected = ? WHERE rowid = ?", changed)
    db.executemany("INSERT INTO problem VALUES (?, ?, ?)", wrong)
    changed.clear()
    wrong.clear()


def _mark_quoting_outlets(db: sqlite3.Connection) -> None:
    """Marks claims of a document's own publisher beside others, in that document, whom it quotes for the same line.

    The digest changes with the mark, so that a claim of an earlier version is written anew.
    """
    db.execute(
        "UPDATE claim SET quoting = 'yes', digest = digest || 'q' WHERE object IS NOT NULL AND asserted_by <> '' "
        f"AND selected = {CHOSEN} AND inferred_from = '' AND EXISTS (SELECT 1 FROM source s "
        "JOIN entity e ON e.id = claim.asserted_by AND e.name = s.publisher WHERE s.id = claim.source) "
        "AND EXISTS (SELECT 1 FROM claim c WHERE c.subject = claim.subject AND c.predicate = claim.predicate "
        "AND c.object = claim.object AND c.source = claim.source AND c.stance = claim.stance "
        "AND c.asserted_by NOT IN ('', claim.asserted_by) AND c.inferred_from = '')"
    )


def _check_units(db: sqlite3.Connection) -> None:
    used: dict[str, dict[str, int]] = {}
    counted = (
        f"SELECT topic, unit, count(*) FROM claim WHERE topic IS NOT NULL AND selected = {CHOSEN} GROUP BY topic, unit"
    )
    for topic, unit, count in db.execute(counted):
        used.setdefault(topic, {})[unit] = count
    for topic, by_unit in used.items():
        usual = max(sorted(by_unit), key=lambda unit: by_unit[unit])
        for unit in by_unit.keys() - {usual}:
            wrong = f"SELECT rowid, row FROM claim WHERE topic = ? AND unit = ? AND selected = {CHOSEN}"
            for rowid, row in db.execute(wrong, (topic, unit)).fetchall():
                db.execute("UPDATE claim SET selected = ? WHERE rowid = ?", (FAULTY, rowid))
                add_problem(db, row, "unit", validate.describe_unit_rule(topic, usual, unit))
