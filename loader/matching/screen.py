"""The review at a terminal: one pair at a time, side by side, and a key for each answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from loader.matching import claims, review_sheet
from loader.matching.review_sheet import clean
from loader.matching.stored import EntityDetails, OpenPair

KEYS = {"s": claims.SAME, "d": claims.DIFFERENT, "u": claims.UNSURE}
HELP = "s same   d different   u unsure   n note   k skip   b back   q quit"
_MOST = 12  # names, numbers or lines of a side shown; the rest is counted
_ENDS = ("\x03", "\x04", "q")  # Ctrl-C, Ctrl-D


@dataclass
class ReviewSession:
    """What came of a review: decisions by pair, the last one of each."""

    decided: dict[claims.Pair, str] = field(default_factory=dict)
    seen: int = 0


def run(
    pairs: Sequence[OpenPair],
    *,
    sides: Callable[[OpenPair], tuple[EntityDetails, EntityDetails]],
    decide: Callable[[OpenPair, str, str], object],
    key: Callable[[], str],
    ask: Callable[[], str],
    console: Console,
) -> ReviewSession:
    """Shows pairs until all are seen or the analyst quits. Each answer is kept at once, through `decide`.

    `key` waits for one key, `ask` for a line of text: the note that goes with the next decision.
    """
    session, place, note = ReviewSession(), 0, ""
    while place < len(pairs):
        item = pairs[place]
        session.seen = max(session.seen, place + 1)
        show(console, item, sides(item), f"{place + 1} of {len(pairs)}", session.decided.get(item.pair, ""))
        while True:
            pressed = key().lower()
            if pressed in _ENDS:
                return session
            if pressed == "n":
                note = ask()
                console.print(Text(f"The note goes with your next answer: {note}" if note else "No note."))
            elif pressed in KEYS:
                decide(item, KEYS[pressed], note)
                session.decided[item.pair] = KEYS[pressed]
                console.print(Text(f"{KEYS[pressed]}; kept."))
                place, note = place + 1, ""
                break
            elif pressed == "k":
                place, note = place + 1, ""
                break
            elif pressed == "b":
                place = max(0, place - 1)
                break
            else:
                console.print(Text(HELP))
    return session


def show(
    console: Console, item: OpenPair, both: tuple[EntityDetails, EntityDetails], place: str, decided: str = ""
) -> None:
    """Prints one pair. Texts of lists are never read as markup, and lose control characters."""
    score = f"{item.claim.value:.2f}" if isinstance(item.claim.value, (int, float)) else ""
    console.rule(Text(f"Pair {place}, score {score}"))
    grid = Grid(expand=True, show_lines=True)
    grid.add_column("", width=13)
    for side in both:
        grid.add_column(clean(side.name), ratio=1, overflow="fold")
    for what, left, right in _build_rows(*both):
        grid.add_row(Text(what), clean(left), clean(right))
    console.print(grid)
    console.print(Text.assemble(("Why: ", "bold"), clean(review_sheet.describe_reasons(item.claim))))
    for claim in item.before:
        console.print(Text.assemble(("Before: ", "bold"), clean(claim.summary)))
    if decided:
        console.print(Text(f"You said: {decided}. Another answer replaces it."))
    console.print(Text(HELP, style="dim"))


def _build_rows(a: EntityDetails, b: EntityDetails) -> list[tuple[str, str, str]]:
    rows = [
        ("Id", a.id, b.id),
        ("Type", a.type, b.type),
        ("List", a.dataset, b.dataset),
        ("Other names", _format_list(a.names), _format_list(b.names)),
        ("Identifiers", _format_list(a.identifiers), _format_list(b.identifiers)),
    ]
    left, right = _group_facts(a.facts), _group_facts(b.facts)
    for what in dict.fromkeys([*left, *right]):
        rows.append((what, _format_list(left.get(what, [])), _format_list(right.get(what, []))))
    drawn, other = (_format_list([f"{what} {value}" for what, value in side.lines]) for side in (a, b))
    rows.append(("Lines", drawn, other))
    rows.append(("Sources", _format_list(a.sources), _format_list(b.sources)))
    return rows


def _group_facts(facts: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for what, value in facts:
        values.setdefault(what, []).append(value)
    return values


def _format_list(texts: Sequence[str]) -> str:
    more = f"\n… and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return "\n".join(texts[:_MOST]) + more
