"""The commands that compare lists: armsgraph match find | review | decide | list"""

import getpass
import os
import shutil
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from graph.database.store import Store
from graph.errors import ArmsgraphError, DataError, StoreError, UsageError
from graph.ontology import load as load_ontology
from graph.plurals import format_count
from graph.progress import open_progress
from graph.server import connect
from loader.matching import claims, review, review_sheet, score, screen, stored
from loader.matching.claims import Decision
from loader.matching.review import MatchReport
from loader.matching.stored import EntityDetails, OpenPair

SHOWN = 20
FORMS = ("table", "csv", "json")
_score = click.FloatRange(0, 1)
_by = click.option("--by", metavar="NAME", help="Who decides; without it, your login name.")
_types = click.option(
    "--type", "types", multiple=True, help="Only this type and what is under it, such as Ship; may be repeated."
)
_datasets = click.option(
    "--dataset", "datasets", multiple=True, help="One: its pairs with all other lists. Several: the pairs among these."
)
_least = click.option("--least", type=_score, default=0.0, help="Only pairs with at least this score.")


@click.group()
def match() -> None:
    """Same or different: which entities of several lists may be one. Nothing is ever merged by itself."""


@match.command("find")
@_types
@_datasets
@click.option("--least", type=_score, default=score.LEAST, show_default=True, help="The least score of a candidate.")
@click.option("--dry-run", is_flag=True, help="Show what would be found, and keep nothing.")
def match_find(types: tuple[str, ...], datasets: tuple[str, ...], least: float, dry_run: bool) -> None:
    """Searches all lists for pairs that may be one entity, and keeps each as a claim with score and reasons."""
    _print_report(_search(types, datasets, least, dry_run=dry_run), dry_run)


@match.command("namesakes")
@_types
@_datasets
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
def match_namesakes(types: tuple[str, ...], datasets: tuple[str, ...], form: str) -> None:
    """Lists pairs of equal names that are not proposed, and why: ships of one name without numbers are homonyms."""
    report = _search(types, datasets, score.LEAST, dry_run=True)
    table = review_sheet.build_namesake_table(report.namesakes)
    click.echo(review_sheet.render(table, form, "Equal names that are not proposed", _get_width()), nl=False)
    _print_namesakes(report)


@match.command("review")
@_least
@click.option("--limit", type=click.IntRange(1), help="At most so many pairs.")
@_by
@click.option("--format", "form", type=click.Choice(FORMS), help="Print the open pairs instead of asking.")
@click.option(
    "--from",
    "filled",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Take decisions from a CSV file: the printed one, its decision column filled in.",
)
def match_review(least: float, limit: int | None, by: str | None, form: str | None, filled: Path | None) -> None:
    """Shows pairs that may be one entity and takes your answer: same, different or unsure. Or prints a table."""
    if form and filled:
        raise UsageError("give either --format, to print pairs, or --from, to take decisions")
    if filled:
        answers, rejected = review_sheet.read(filled)
        with connect.open_store() as store:
            _save_decisions(store, answers, rejected, by)
        return
    with connect.open_store() as store:
        pairs = stored.load_matches(store).open(least)[:limit]
        if form or not (sys.stdin.isatty() and sys.stdout.isatty()):
            _print_open(store, pairs, form or "table")
        else:
            _ask_decisions(store, pairs, by)


@match.command("decide")
@click.argument("id_a")
@click.argument("id_b")
@click.argument("choice", type=click.Choice(claims.CHOICES))
@_by
@click.option("--note", default="", help="Why, in your words; it is kept with the decision.")
def match_decide(id_a: str, id_b: str, choice: str, by: str | None, note: str) -> None:
    """Keeps your decision on two entities, whether the matcher proposed them or not."""
    with connect.open_store() as store:
        new_claims = review.decide(
            store, load_ontology(), id_a, id_b, Decision(choice, _get_analyst_name(by), note, _get_today())
        )
    click.echo(new_claims[-1].summary if new_claims else "You said just this before; nothing was changed.")


@match.command("list")
@click.option("--all", "everything", is_flag=True, help="Replaced decisions too.")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
def match_list(everything: bool, form: str) -> None:
    """Lists the decisions, with who and when, and says how many pairs are open."""
    with connect.open_store() as store:
        matches = stored.load_matches(store)
        chosen = [c for items in matches.decisions.values() for c in items if everything or not c.withdrawn_on]
        chosen.sort(key=lambda c: (c.reported_on, c.subject, c.object or "", c.id), reverse=True)
        ids = {i for c in chosen for i in (c.subject, c.object or "", c.asserted_by)}
        names = stored.load_names(store, ids)
    table = review_sheet.build_decision_table(chosen, names, names)
    click.echo(review_sheet.render(table, form, "Decisions", _get_width()), nl=False)
    waiting = matches.open()
    changed = sum(o.claim.detail.startswith(claims.CHANGED) for o in waiting)
    more = f", {changed} of them decided before and changed since" if changed else ""
    click.echo(f"{len(waiting)} pairs are open{more}", err=True)


def _print_open(store: Store, pairs: list[OpenPair], form: str) -> None:
    sides = stored.load_details(store, load_ontology(), {i for o in pairs for i in o.pair})
    table = review_sheet.build_open_table([o for o in pairs if all(i in sides for i in o.pair)], sides)
    shown = review_sheet.shorten_table(table) if form == "table" else table
    click.echo(review_sheet.render(shown, form, "Pairs that may be one entity", _get_width()), nl=False)


def _ask_decisions(store: Store, pairs: list[OpenPair], by: str | None) -> None:
    if not pairs:
        click.echo("No pair is open. `armsgraph match find` looks for more.")
        return
    ontology, who = load_ontology(), _get_analyst_name(by)
    claims.build_analyst(who)  # a name that can't be used is better told before the first answer

    def sides(item: OpenPair) -> tuple[EntityDetails, EntityDetails]:
        details = stored.load_details(store, ontology, item.pair)
        left, right = (details.get(i) or EntityDetails(i, i, "not in the graph any more", "") for i in item.pair)
        return left, right

    def decide(item: OpenPair, choice: str, note: str) -> None:
        review.decide(store, ontology, *item.pair, Decision(choice, who, note, _get_today()))

    def ask() -> str:
        return str(click.prompt("Note", default="", show_default=False))

    session = screen.run(pairs, sides=sides, decide=decide, key=click.getchar, ask=ask, console=Console())
    click.echo(f"{len(session.decided)} decided by {who}, {len(pairs) - len(session.decided)} left")


def _save_decisions(store: Store, answers: list[review_sheet.Answer], rejected: list[Any], by: str | None) -> None:
    """Keeps the decisions of a sheet. Ends with exit code 1 where a row could not be used; the others are kept."""
    problems = [p for r in rejected for p in r.problems]
    kept = same = 0
    for answer in answers:
        try:
            decision = Decision(answer.choice, answer.by or _get_analyst_name(by), answer.note, _get_today())
            new_claims = review.decide(store, load_ontology(), answer.id_a, answer.id_b, decision)
        except StoreError:
            raise
        except (DataError, UsageError) as error:
            problems.append(answer.row.problem(error.field if isinstance(error, DataError) else "", _get_rule(error)))
            continue
        kept += bool(new_claims)
        same += not new_claims
    for problem in sorted(problems, key=lambda p: p.row or 0):
        click.echo(str(problem), err=True)
    click.echo(f"{kept} decisions kept" + (f", {same} were known already" if same else ""), err=True)
    if problems:
        sys.exit(DataError.exit_code)


def _get_rule(error: ArmsgraphError) -> str:
    return error.rule if isinstance(error, DataError) else str(error)


def _search(types: tuple[str, ...], datasets: tuple[str, ...], least: float, *, dry_run: bool) -> MatchReport:
    with connect.open_store() as store, open_progress() as report_progress:
        return review.find(
            store,
            load_ontology(),
            day=_get_today(),
            types=types,
            datasets=datasets,
            least=least,
            dry_run=dry_run,
            progress=lambda done, total: report_progress("comparing", *_measure_pairs(done, total)),
        )


def _print_namesakes(report: MatchReport) -> None:
    """Says how many pairs of equal names are not proposed, and why."""
    more = report.effort.namesakes_left_out
    if not report.namesakes:
        return
    kinds = Counter(map(review_sheet.describe_namesakes, report.namesakes))
    counts = "; ".join(f"{count:,}: {kind}" for kind, count in kinds.most_common())
    click.echo(
        f"  {format_count(len(report.namesakes), 'pair', 'pairs')} of equal names below the least score "
        f"({counts}){f', and {more:,} more' if more else ''}; list them with: armsgraph match namesakes",
        err=True,
    )


def _print_report(report: MatchReport, dry_run: bool) -> None:
    effort = report.effort
    kinds = [("likely", score.LIKELY, 1.1), ("possible", 0.0, score.LIKELY)]
    counts = ", ".join(
        f"{sum(low <= c.verdict.score < high for c in report.candidates)} {word}" for word, low, high in kinds
    )
    click.echo(
        f"{effort.parties:,} entities with {effort.names:,} names; {effort.pairs_weighed:,} pairs weighed", err=True
    )
    click.echo(f"{len(report.candidates)} pairs may be one entity: {counts}", err=True)
    _print_namesakes(report)
    if effort.keys_left_out:
        click.echo(
            f"  {effort.keys_left_out} words are in too many names to compare all of them by; "
            f"{len(effort.names_left_out)} names could not be compared at all",
            err=True,
        )
    if dry_run:
        for pair in sorted(report.candidates, key=lambda c: (-c.verdict.score, c.a.id, c.b.id)):
            words = f"{pair.a.name} ({pair.a.id}) / {pair.b.name} ({pair.b.id}): {pair.verdict.words}"
            click.echo(review_sheet.clean(f"{pair.verdict.score:.2f}  {words}").plain)
    else:
        click.echo(
            f"  {report.added} new, {report.updated} changed, {report.unchanged} as before, {report.removed} no "
            "longer hold and were removed",
            err=True,
        )
    if report.decided:
        click.echo(f"  {report.decided} pairs were decided before and are not proposed again", err=True)
    if report.said_elsewhere:
        click.echo(
            f"  {report.said_elsewhere} pairs are left as a source gives them: names alone add nothing", err=True
        )
    for _, claim in report.changed[:SHOWN]:
        click.echo(f"  {claim.detail}: {review_sheet.clean(claim.summary).plain}", err=True)
    if len(report.changed) > SHOWN:
        click.echo(f"  … and {len(report.changed) - SHOWN} more decided pairs whose evidence changed", err=True)
    if not dry_run and report.candidates:
        click.echo("Decide on them: armsgraph match review", err=True)


def _measure_pairs(done: int, total: int) -> tuple[float | None, str]:
    return done / total if total else None, f"{done:,} of {total:,} pairs"


def _get_analyst_name(by: str | None) -> str:
    """The name that --by gives, else the login name. Raises UsageError where there is none."""
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise UsageError("your login name is not known here; say who decides with --by NAME") from error


def _get_today() -> str:
    """The day as the user's clock has it."""
    return date.today().isoformat()  # noqa: DTZ011 - a decision bears the analyst's own date


def _get_width() -> int:
    return shutil.get_terminal_size((160, 24)).columns if sys.stdout.isatty() or "COLUMNS" in os.environ else 160
