"""Paths in words, and how one is picked out in the picture. All pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import html

from explorer.claims.sentences import INFERRED_WORDS
from explorer.state.canvas import Canvas, Emphasis
from graph.model import DISPUTED, INFERRED, Path, Relationship, Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading.paths import (
    MOST_HOPS,
    MOST_PATHS,
    MOST_ROUTES,
    NearestDesignated,
    PathFilter,
    PathResult,
    find_weakest,
)

PATH = "path"  # the kind of emphasis
WEAKEST = "weakest link"
CAPTIONS = {"several": "Several routes", "shortest": "Shortest", "all": "All shortest", "best": "Best evidenced"}
MEANINGS = {
    "several": f"Up to {MOST_ROUTES} routes side by side, short and unlike each other, the best evidenced among them.",
    "shortest": "One path of fewest hops; of several, the best evidenced.",
    "all": f"Every path of fewest hops, at most {MOST_PATHS}.",
    "best": "The path whose weakest link is strongest, by stance, then grade, then number of speakers; of several, one "
    "of fewest hops.",
}


@dataclass(frozen=True)
class Hop:
    """One step of a path in words: the name reached, and the caption as read in the direction of the path."""

    caption: str
    name: str
    mark: str = ""


def list_hubs(ontology: Ontology) -> tuple[str, ...]:
    """The types that join everything with everything: a path through them explains little."""
    return ontology.list_types_by_role("hub")


def describe_hubs(ontology: Ontology, types: Sequence[str]) -> str:
    """ "states, provinces or sanctions authorities": these types in words."""
    return join_words([ontology.types[t].plural.lower() for t in types if t in ontology.types], "or")


def build_nearest_filter(ontology: Ontology) -> PathFilter:
    """What joins an entity with a designated party: everything but hubs and the chains that are idle in this."""
    idle = ontology.list_chains_by_role("idle")
    without = tuple(r.name for r in ontology.relationships.values() if r.chain in idle)
    return PathFilter(without=without, avoid=list_hubs(ontology), avoid_kinds=ontology.list_kinds_by_role("encounter"))


def build_hops(ontology: Ontology, path: Path) -> list[Hop]:
    """The steps of a path; the first entity is `path.entities[0]`."""
    weakest = {line.id for line in find_weakest(path)}
    hops = []
    for line, left, right in zip(path.relationships, path.entities, path.entities[1:], strict=False):
        marks = [WEAKEST if line.id in weakest else "", describe_dispute(line)]
        hops.append(
            Hop(
                ontology.get_predicate_caption(line.type, forward=line.source == left.id),
                right.name,
                ", ".join(m for m in marks if m),
            )
        )
    return hops


def describe_relationship(ontology: Ontology, names: Mapping[str, str], line: Relationship) -> str:
    """A line as a sentence, in its own direction."""
    source, target = (names.get(i, i) for i in (line.source, line.target))
    return f"{source} {ontology.get_predicate_caption(line.type)} {target}"


def describe_dispute(line: Relationship) -> str:
    """What stands against a line: that it is contested, denied, inferred or withdrawn; '' for none of these."""
    parts = [line.stance if line.stance in (*DISPUTED, INFERRED) else "", _describe_withdrawal(line)]
    return ", ".join(p for p in parts if p)


def _describe_withdrawal(line: Relationship) -> str:
    withdrawn = line.properties.get("withdrawn_on", "")
    return f"withdrawn {withdrawn}" if withdrawn else ""


def describe_evidence(line: Relationship) -> str:
    """How well a line is evidenced: "graded B2, one speaker, contested"."""
    grade = line.properties.get("grade", "")
    speakers = len(line.properties.get("speakers") or ())
    graded = f"graded {grade}" if grade else "without a grade"
    if line.stance == INFERRED:
        return ", ".join(p for p in (f"{INFERRED_WORDS}, reported by nobody", graded, _describe_withdrawal(line)) if p)
    spoken = {0: "no speaker named", 1: "one speaker"}.get(speakers, f"{speakers} speakers")
    return ", ".join(p for p in (graded, spoken, describe_dispute(line)) if p)


def describe_weakest_link(ontology: Ontology, path: Path) -> str:
    """Names the weakest link of a path, and says how many more are as weak."""
    names = {e.id: e.name for e in path.entities}
    line, *more = find_weakest(path)
    others = f"; {len(more)} more {'is' if len(more) == 1 else 'are'} as weak" if more else ""
    return f"Weakest link: {describe_relationship(ontology, names, line)} ({describe_evidence(line)}){others}."


def format_hops(number: int) -> str:
    """A number of hops in words."""
    return format_count(number, "hop", "hops")


def _describe_routes(found: PathResult) -> str:
    rest = (
        " Looking for others took too long and was ended: there may be more, and better ones." if found.hurried else ""
    )
    near = [p for p in found.paths if len(p.relationships) <= found.within]
    far = [p for p in found.paths if len(p.relationships) > found.within]
    if found.total == 1 and not found.cut:
        length = format_hops(len(near[0].relationships))
        words = f"One route: {length}" if rest else f"The only route of at most {format_hops(found.within)}: {length}"
    else:
        of_all = f"{'more than ' if found.cut else ''}{found.total}"
        words = f"{len(near)} of {of_all} routes of at most {format_hops(found.within)} side by side"
    best = f", and the best evidenced one, of {format_hops(len(far[0].relationships))}" if far else ""
    return f"{words}{best}.{rest}"


def describe_result(result: PathResult, kind: str) -> str:
    """What was found, in one sentence."""
    length = format_hops(len(result.paths[0].relationships))
    if kind == "all":
        if result.cut:
            return f"The first {MOST_PATHS} of more than {MOST_PATHS} shortest paths, each of {length}."
        one = result.total == 1
        return f"{'The only shortest path' if one else f'All {result.total} shortest paths, each'} of {length}."
    several = f"more than {MOST_PATHS}" if result.cut else str(result.total)
    if kind == "several":
        return _describe_routes(result)
    if kind == "best":
        tied = "" if result.total == 1 else f", one of {several} evidenced alike with as few hops"
        return f"Best evidenced path: {length}{tied}."
    tied = "" if result.total == 1 else f", the best evidenced of {several} as short"
    return f"Shortest path: {length}{tied}."


def describe_rule(ontology: Ontology, rule: PathFilter) -> str:
    """What a search for paths counted and what not."""
    kinds = (("denied", rule.denied), ("withdrawn", rule.withdrawn), (INFERRED, rule.inferred))
    left = [word for word, counts in kinds if not counts]
    parts = [f"{join_words(left).capitalize()} lines don’t count" if left else "Denied and withdrawn lines count too"]
    if preset := ontology.path_presets.get(rule.preset):
        carried = "in either direction" if rule.both_ways else f"the way {preset.way}"
        parts.append(f"only lines that carry “{preset.caption}”, {carried}")
    if rule.types:
        line_types = (ontology.relationships.get(t) for t in rule.types)
        parts.append(f"only lines that say “{'”, “'.join(k.caption for k in line_types if k)}”")
    if rule.without:
        chains = {ontology.relationships[t].chain for t in rule.without if t in ontology.relationships}
        parts.append(f"not {', '.join(ontology.chains[c].caption.lower() for c in ontology.chains if c in chains)}")
    if rule.along:
        parts.append("only along the arrows")
    if rule.since or rule.until:
        span = " ".join(
            p for p in (f"since {rule.since}" if rule.since else "", f"until {rule.until}" if rule.until else "") if p
        )
        parts.append(f"lines that may have held {span} (those without a date may always)")
    if rule.grade:
        parts.append(f"graded {rule.grade} or better")
    if rule.avoid:
        parts.append(f"not through {describe_hubs(ontology, rule.avoid)}")
    return f"{'; '.join(parts)}; at most {format_hops(rule.hops)}."


def describe_no_path(ontology: Ontology, rule: PathFilter, looser: Mapping[str, int]) -> list[str]:
    """What is said where no path keeps to the rule, and which filter would have to give way."""
    sentences = [f"No path of at most {format_hops(rule.hops)} keeps to these filters."]
    words = {
        "types": "with all kinds of lines",
        "without": "with the kinds of lines left out",
        "along": "in any direction",
        "since": "without the dates",
        "grade": "without the least grade",
        "denied": "with denied lines",
        "withdrawn": "with withdrawn lines",
        INFERRED: "with inferred lines",
        "preset": "over lines of any kind",
        "both_ways": "in either direction",
        "avoid": f"through {describe_hubs(ontology, rule.avoid)}",
        "hops": f"with up to {MOST_HOPS} hops allowed",
        "": "only with all these filters off",
    }
    sentences += [f"There is one of {format_hops(n)} {words[name]}." for name, n in looser.items() if name in words]
    return sentences if looser else [*sentences, "Taking single filters away, or all of them, finds none either."]


def describe_designations(ontology: Ontology, near: NearestDesignated, entity: str) -> str:
    """Who designates an entity, and since when: "designated by UN (2016) and OFAC"."""
    listed = []
    for line in near.designations.get(entity, ()):
        since = str(line.properties.get("valid_from", ""))
        remarks = ", ".join(r for r in (since, describe_dispute(line)) if r)
        listed.append(near.names.get(line.target, line.target) + (f" ({remarks})" if remarks else ""))
    verb = ontology.relationships[ontology.get_relationship_by_role("designation")].caption.removeprefix("is ")
    return f"{verb} {join_words(listed)}" if listed else ""


def join_words(items: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def describe_nearest(ontology: Ontology, near: NearestDesignated, name: str, rule: PathFilter) -> list[str]:
    """What was found around an entity: first whether it is designated itself, then the nearest others."""
    sentences = []
    if near.own:
        sentences.append(f"{name} is itself {describe_designations(ontology, near, near.own[0].source)}.")
    other = "other " if near.own else ""
    if near.paths:
        many = f"{near.total} {other}designated parties" if near.total > 1 else f"One {other}designated party"
        shown = f"; {len(near.paths)} of them are shown" if near.total > len(near.paths) else ""
        sentences.append(f"{many} {format_hops(near.hops)} away, none nearer{shown}.")
    elif near.stopped:
        sentences.append(f"None found among the {near.looked:,} nearest entities; the search stopped there.")
    elif near.looked > 1:
        sentences.append(
            f"No {other}designated party within {format_hops(rule.hops)}: {near.looked - 1:,} entities are, and all "
            "were looked at."
        )
    else:
        sentences.append(f"Nothing is joined with {name} by a line that counts.")
    return sentences


def highlight_paths(canvas: Canvas, paths: Sequence[Path], sentence: str) -> Canvas:
    """The canvas with these paths picked out. They must be on it; what was hidden or stacked of them is freed."""
    entities = tuple(dict.fromkeys(e.id for p in paths for e in p.entities))
    lines = tuple(dict.fromkeys(line.id for p in paths for line in p.relationships))
    weak = find_weakest(paths[0])[0].id if len(paths) == 1 else ""
    freed = canvas.with_visible({*entities, *lines})
    return replace(freed, emphasis=Emphasis(PATH, entities, lines, weak, sentence=sentence))


def mark_elements(emphasis: Emphasis, drawn: Subgraph, elements: Sequence[dict[str, Any]]) -> None:
    """Writes into the elements whether they are on the path that is picked out; the weakest link says so itself.

    It says so in words, for print and for eyes that see no colours. A merged line is on the path with any of its own.
    """
    picked = emphasis.kind == PATH
    on = {*emphasis.entities, *emphasis.lines}
    held = {r.id: r.properties["members"] for r in drawn.relationships if "members" in r.properties}
    for element in elements:
        data = element["data"]
        own = {data["id"], *held.get(data["id"], ())}
        weak = picked and emphasis.weakest in own
        # Written without a path too: a key that is merely left out can stay behind in the browser's picture.
        data["path"] = "" if not picked else "weak" if weak else "off" if own.isdisjoint(on) else "on"
        if weak:
            data["label"] = f"{WEAKEST}\n{data['label']}"
            data["words"] = f"{WEAKEST}\n{data['words']}"


def build_style_rules(ink: str = "#1b2430", paper: str = "#ffffff") -> list[tuple[str, Mapping[str, Any]]]:
    """How a path is drawn: strong lines, the rest steps back, and the weakest link bears a plate with a rim."""
    strong = {"width": 5.5, "z-index": 25, "min-zoomed-font-size": 0, "opacity": 1, "font-size": 15}
    plate = {
        "text-border-width": 2.5,
        "text-border-color": ink,
        "text-border-opacity": 1,
        "text-rotation": "none",
        "text-wrap": "wrap",
        "text-background-padding": 6,
        "text-background-opacity": 1,
        "font-weight": 700,
        "z-index": 26,
    }
    return [
        ('node[path = "off"]', {"opacity": 0.35}),
        ('edge[path = "off"]', {"opacity": 0.16, "label": "", "source-label": ""}),
        # A disagreement keeps its mark, wherever it stands.
        (
            'edge[path = "off"][stance = "contested"], edge[path = "off"][stance = "denied"]',
            {"opacity": 0.5, "label": "data(label)"},
        ),
        ('node[path = "on"]', {"border-width": 4, "border-color": ink, "border-opacity": 1, "font-weight": "bold"}),
        ('edge[path = "on"], edge[path = "weak"]', strong),
        ('edge[path = "weak"]', plate),
        ('edge[path = "weak"][stance = "asserted"]', {"text-background-color": paper, "color": ink}),
    ]


def render_legend(emphasis: Emphasis) -> list[Any]:
    """The legend's rows for a path that is picked out; none where there is none."""
    if emphasis.kind != PATH:
        return []
    rows = [
        html.Div(
            [
                html.Span(className="path-sample"),
                html.Span("on the path", className="spring"),
                html.Span(str(len(emphasis.lines)), className="count"),
            ],
            className="legend-row",
        )
    ]
    if emphasis.weakest:
        plate = html.Span(WEAKEST, className="path-weak")
        rows.append(html.Div([plate, html.Span("evidenced worst", className="spring")], className="legend-row"))
    return [html.H3("Path"), *rows]
