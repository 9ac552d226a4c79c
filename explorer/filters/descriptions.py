"""Every rule in force as a sentence, with what it hides; and the words a picture owns up with. All pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from explorer.filters import apply, time
from explorer.state.filter import DATES, Filter
from graph import collectives, evidence
from graph.model import DISPUTED, INFERRED, Claim, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count

MAX_NAMED_KINDS = 4  # kinds of entities that a sentence names
MAX_TITLE_LENGTH = 60  # letters of a source's title
HIDDEN_INFERENCES = "Nothing that is inferred"
SPEAKERS = ("one", "two", "three", "four", "five", "six")


@dataclass(frozen=True)
class ActiveRule:
    """A rule in force: the field of the filter it is in, which value of it, its words, and what it alone does."""

    field: str
    name: str
    words: str
    effect: str = ""

    @property
    def sentence(self) -> str:
        """The rule with its effect."""
        return f"{self.words}: {self.effect}" if self.effect else self.words


def list_active_rules(ontology: Ontology, whole: Subgraph, chosen: Filter) -> list[ActiveRule]:
    """All rules in force, each with what it would do if it were the only one: rules may hide the same line."""
    rules = []
    for field, name, words in _describe_rules(ontology, whole, chosen):
        left = apply.apply_filter(ontology, whole, _isolate_rule(chosen, field, name))
        if field == "bare":  # it is about what the others leave
            before = apply.apply_filter(ontology, whole, replace(chosen, bare=False))
            gone = len(before.entities) - len(left.entities)
            rules.append(ActiveRule(field, name, words, f"{format_count(gone, 'entity', 'entities')} hidden"))
        else:
            rules.append(ActiveRule(field, name, words, describe_effect(whole, left)))
    return rules


def _isolate_rule(chosen: Filter, field: str, name: str) -> Filter:
    if field == "bare":
        return chosen
    if name:
        return Filter(clock=chosen.clock).toggle(field, name, shown=False)
    return chosen.only(*(DATES if field == "dates" else (field,)))


def describe_effect(whole: Subgraph, left: Subgraph) -> str:
    """What a rule does: lines and entities hidden, and lines that change their stance."""
    entities, lines = len(whole.entities) - len(left.entities), len(whole.relationships) - len(left.relationships)
    parts = [format_count(entities, "entity", "entities")] if entities else []
    parts += [describe_hidden_relationships(whole, left)] if lines else []
    effects = [f"{' and '.join(parts)} hidden"] if parts else []
    return ", ".join([*effects, *describe_stance_changes(whole, left)]) or "hides nothing here"


def describe_hidden_relationships(whole: Subgraph, left: Subgraph) -> str:
    """How many lines are gone, and how many disputed ones among them."""
    shown = {r.id for r in left.relationships}
    gone = [r for r in whole.relationships if r.id not in shown]
    disputed = sum(r.stance in DISPUTED for r in gone)
    words = format_count(len(gone), "line", "lines")
    return f"{words} ({disputed} contested or denied)" if disputed else words


def describe_stance_changes(whole: Subgraph, left: Subgraph) -> list[str]:
    """The lines that some claims no longer counting draw otherwise than all claims together do."""
    before = {r.id: apply.get_stance(r) for r in whole.relationships}
    changes = Counter(
        (before[r.id], apply.get_stance(r))
        for r in left.relationships
        if r.id in before and before[r.id] != apply.get_stance(r)
    )
    return [
        f"{format_count(n, f'{old} line', f'{old} lines')} drawn as {new}" for (old, new), n in sorted(changes.items())
    ]


def describe_filter_parts(ontology: Ontology, whole: Subgraph, left: Subgraph, chosen: Filter) -> tuple[str, str]:
    """How much is hidden; and by which rules, with what must be known to read what they leave."""
    kept = {e.id for e in left.entities}
    hidden = [e for e in whole.entities if e.id not in kept]
    parts = collectives.describe_kinds(ontology, hidden)
    if len(parts) > MAX_NAMED_KINDS:
        parts = [format_count(len(hidden), "entity", "entities")]
    if len(left.relationships) < len(whole.relationships):
        parts.append(describe_hidden_relationships(whole, left))
    sentences = [words for field, _, words in _describe_rules(ontology, whole, chosen) if field != "types"]
    sentences += [f"{text[0].upper()}{text[1:]}" for text in describe_stance_changes(whole, left)]
    sentences += describe_caveats(whole, left, chosen)
    return (f"Hidden: {', '.join(parts)}." if parts else "", " ".join(f"{text}." for text in sentences))


def describe_caveats(whole: Subgraph, left: Subgraph, chosen: Filter) -> list[str]:
    """What must be known of lines that dates can't place: undated ones, and reports that are dated too roughly."""
    if not chosen.dated:
        return []
    claims = {c.id: c for c in whole.claims}
    shown = {r.id for r in left.relationships}

    def list_counting_claims(line: Relationship) -> list[Claim]:
        return [claims[i] for i in line.claims if i in claims and claims[i].source not in chosen.without]

    stay = sum(time.is_undated(r, list_counting_claims(r), chosen.clock) for r in left.relationships)
    sentences = [f"{format_count(stay, 'undated line stays', 'undated lines stay')} shown"] if stay else []
    if chosen.clock == "known" and chosen.until:
        rough = sum(
            time.is_maybe_known(list_counting_claims(r), chosen.until) for r in whole.relationships if r.id not in shown
        )
        if rough:
            why = "its report names" if rough == 1 else "their reports name"
            count = format_count(rough, "hidden line", "hidden lines")
            sentences.append(f"{count} may have been known by then: {why} only a month or year")
    return sentences


def format_period(chosen: Filter) -> str:
    """The dates in force in words; '' for all time."""
    since, until = format_day(chosen.since), format_day(chosen.until)
    if chosen.clock == "known":
        if since:
            return f"What became known from {since} to {until}" if until else f"What became known from {since} on"
        return f"As known on {until}" if until else ""
    if since and until:
        return f"As it was on {since}" if since == until else f"As it was between {since} and {until}"
    if since:
        return f"As it was from {since} on"
    return f"As it was up to {until}" if until else ""


def format_source(source: Source | None, identity: str) -> str:
    """A source as a rule names it: publisher and title, and the date."""
    if source is None:
        return identity
    title = (
        source.title
        if len(source.title) <= MAX_TITLE_LENGTH
        else source.title[:MAX_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    )
    return ", ".join(part for part in (source.publisher, f"“{title}”" if title else "", source.date) if part)


def format_day(iso: str) -> str:
    """2023-06-30 as 30 June 2023; '' for none."""
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B} {day.year}"


def get_type_caption(ontology: Ontology, name: str, count: int) -> str:
    """What entities of a type are called, one or more of them."""
    return ontology.get_type_caption(name, count) or "Without type"


def get_chain_caption(ontology: Ontology, name: str) -> str:
    """What a chain is called."""
    return ontology.chains[name].caption if name in ontology.chains else "Other lines"


def _describe_rules(ontology: Ontology, whole: Subgraph, chosen: Filter) -> list[tuple[str, str, str]]:
    """Field, name and words of each rule."""
    sources = {s.id: s for s in whole.sources}
    rules = [("types", t, f"No {get_type_caption(ontology, t, 2).lower()}") for t in chosen.types]
    rules += [("chains", c, f"No lines of “{get_chain_caption(ontology, c)}”") for c in chosen.chains]
    rules += [("relationships", r, f"No lines “{ontology.get_predicate_caption(r)}”") for r in chosen.relationships]
    rules += [("stances", s, HIDDEN_INFERENCES if s == INFERRED else f"No {s} lines") for s in chosen.stances]
    if chosen.grade:
        rules.append(("grade", "", f"Only lines graded {chosen.grade} or better"))
    if chosen.speakers:
        number = SPEAKERS[chosen.speakers - 1] if chosen.speakers <= len(SPEAKERS) else str(chosen.speakers)
        words = "one named speaker" if chosen.speakers == 1 else f"{number} independent speakers"
        rules.append(("speakers", "", f"Only lines with at least {words}"))
    rules += [("without", s, f"Without {format_source(sources.get(s), s)}") for s in chosen.without]
    if chosen.dated:
        rules.append(("dates", "", format_period(chosen) + ("" if chosen.undated else ", undated lines hidden")))
    if chosen.bare:
        rules.append(("bare", "", "No entities left without a line"))
    return rules


@dataclass(frozen=True)
class SourceSupport:
    """What a source carries: how many lines rest on it, and how many on nothing else that still counts."""

    source: str
    words: str
    carries: int
    falls: int


def count_source_support(
    lines: Collection[Relationship], sources: Iterable[Source], without: Collection[str]
) -> list[SourceSupport]:
    """The sources of lines, those that carry most first. `without` are those that don't count already."""
    held: dict[str, list[set[str]]] = {}
    for line in lines:
        own = set(map(str, line.properties.get("sources") or ()))
        for source in own:
            # An inference rests on all of its sources: without any of them it falls.
            held.setdefault(source, []).append({source} if line.stance == INFERRED else own)
    sources_by_id: Mapping[str, Source] = {s.id: s for s in sources}
    support = [
        SourceSupport(
            s, format_source(sources_by_id.get(s), s), len(sets), sum(not own - {s, *without} for own in sets)
        )
        for s, sets in held.items()
    ]
    return sorted(support, key=lambda x: (-x.carries, x.words, x.source))


def count_grades(lines: Sequence[Relationship]) -> dict[str, int]:
    """The grades of lines, the best first, with how many lines are graded so or better."""
    counts = Counter(g for r in lines if (g := apply.get_grade(r)))
    total, running_totals = 0, {}
    for grade in sorted(counts, key=evidence.rank_grade):
        total += counts[grade]
        running_totals[grade] = total
    return running_totals
