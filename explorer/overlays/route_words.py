"""What is said of several routes beside each other, of the question asked, and of what was left out. All pure."""

from collections.abc import Sequence

from explorer.overlays import path_overlay
from graph.model import DISPUTED, INFERRED, Path
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading.paths import MOST_LOOKED_AT, Exclusion, PathFilter, PathResult, find_weakest

ANYTHING = "anything"
COMPARISON = ("No.", "Hops", "Weakest link", "Its lines")  # the columns of build_comparison


def list_questions(ontology: Ontology) -> dict[str, str]:
    """The questions that paths may answer, by name: "anything", and the presets of the ontology."""
    return {ANYTHING: "What joins the two"} | {p.name: p.caption for p in ontology.path_presets.values()}


def describe_question(ontology: Ontology, name: str) -> str:
    """What a question follows, by its name; what it follows without one."""
    preset = ontology.path_presets.get(name)
    if preset is None:
        left = [ontology.chains[c].caption.lower() for c in ontology.list_chains_by_role("unasked")]
        return f"Every kind of line, but not {path_overlay.join_words(left, 'or')} unless asked." if left else ""
    return f"The way {preset.way}."


def describe_followed_lines(ontology: Ontology, name: str) -> str:
    """The lines that a question follows as they read along its way; '' where it follows all."""
    preset = ontology.path_presets.get(name)
    if preset is None:
        return ""
    words = [
        f"“{ontology.get_predicate_caption(t, forward=forward)}”"
        for types, forward in (((*preset.along, *preset.either), True), ((*preset.against, *preset.either), False))
        for t in types
    ]
    return f"{preset.caption} follows lines that say, on the way, {path_overlay.join_words(words, 'or')}."


def describe_swap(ontology: Ontology, rule: PathFilter, path: Path) -> str:
    """Why the paths lead from the second end to the first."""
    first, last = path.entities[0].name, path.entities[-1].name
    caption = ontology.path_presets[rule.preset].caption
    return f"{caption}: nothing leads from {last} to {first} that way. What follows leads from {first} to {last}."


def describe_joints(ontology: Ontology, path: Path) -> str:
    """That kinds of goods, or places, alone join a path, and nothing is followed from hand to hand; '' for others."""
    joints = [e.name for e in path.entities[1:-1] if ontology.has_role(e.type, "goods", "place")]
    if not joints:
        return ""
    names = path_overlay.join_words([f"“{name}”" for name in joints])
    return f"Joined at {names}: no line says that what comes there is what goes on."


def describe_route(ontology: Ontology, paths: Sequence[Path], number: int) -> str:
    """A note on one of several routes: its weakest link, what it shares with the first, where it is joined."""
    path = paths[number]
    parts = [path_overlay.describe_weakest_link(ontology, path)]
    if number:
        first = {line.id for line in paths[0].relationships}
        shared = [line for line in path.relationships if line.id in first]
        weak = any(line.id in first for line in find_weakest(path))
        words = "its weakest link among them" if weak else "its weakest link is another"
        parts.append(
            f"Shares {format_count(len(shared), 'line', 'lines')} with the first; {words}."
            if shared
            else "Shares no line with the first."
        )
    return " ".join(p for p in (*parts, describe_joints(ontology, path)) if p)


def build_comparison(paths: Sequence[Path]) -> list[list[str]]:
    """Routes side by side, a row each, with the columns of COMPARISON; the last says which lines are not asserted."""
    rows = []
    for number, path in enumerate(paths, 1):
        weakest = find_weakest(path)[0]
        words = [str(weakest.properties.get("grade") or "no grade"), path_overlay.describe_dispute(weakest)]
        stances = [line.stance for line in path.relationships]
        counts = [f"{stances.count(stance)} {stance}" for stance in (INFERRED, *DISPUTED) if stance in stances]
        hops = str(len(path.relationships))
        rows.append([str(number), hops, ", ".join(w for w in words if w), ", ".join(counts) or "all asserted"])
    return rows


def describe_exclusions(ontology: Ontology, rule: PathFilter, result: PathResult) -> list[tuple[str, str]]:
    """What was left out and why, most telling first: the reason with its number, and an example for each."""
    return [
        (
            f"{format_count(len(e.paths), 'path', 'paths')} {_describe_reason(ontology, rule, e)}",
            " – ".join(entity.name for entity in e.paths[0].entities),
        )
        for e in result.exclusions
    ]


def describe_exclusion_scope(rule: PathFilter, result: PathResult) -> str:
    """Among which paths those that were left out are counted; '' where none were."""
    if result.uncounted:
        return "What was left out could not be counted in time."
    if not result.exclusions:
        return ""
    longest = max((len(p.relationships) for p in result.paths), default=rule.hops)
    among = f"the {MOST_LOOKED_AT} shortest" if result.more_left else "all"
    return (
        f"Left out, among {among} paths of at most {path_overlay.format_hops(longest)} over lines of any kind in any "
        "direction (each is counted once):"
    )


def _describe_reason(ontology: Ontology, rule: PathFilter, exclusion: Exclusion) -> str:
    """ "over visits and meetings (a visit or a meeting carries no arms)": why paths were left out."""
    preset = ontology.path_presets.get(rule.preset)
    question = f"“{preset.caption}”" if preset else ""
    if exclusion.kind == "chain":
        unasked = exclusion.of in ontology.list_chains_by_role("unasked")
        usual = "they are passed through only when asked for" if unasked else "they are left out"
        reason = preset.reasons.get(exclusion.of, f"no part of {question}") if preset else usual
        return f"over {ontology.chains[exclusion.of].caption.lower()} ({reason})"
    words = {
        "kind": f"through an event of the kind “{exclusion.of}” (no part of {question})",
        "types": "over lines of other kinds than those chosen",
        "avoid": f"through {path_overlay.describe_hubs(ontology, [exclusion.of])} (they join all with all)",
        "way": f"against the way {preset.way if preset else ''}",
        "along": "against the arrows",
        "grade": f"over lines graded worse than {rule.grade}, or without a grade",
        "since": "over lines that can’t have held then",
        "denied": "over denied lines",
        "withdrawn": "over withdrawn lines",
        INFERRED: "over inferred lines",
    }
    return words[exclusion.kind]
