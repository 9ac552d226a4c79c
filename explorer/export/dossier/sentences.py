"""The words and tables of a dossier: its names, facts, designations, posts, disputes and claims as rows. Pure."""

from collections.abc import Mapping, Sequence

from explorer.claims import listing_rows, sentences
from explorer.export.common.briefing import Briefing
from explorer.export.dossier.rows import HAS_IDENTIFIER, HAS_NAME, DossierContext, Row, Table
from explorer.overlays import chain_overlay, path_overlay
from graph import collectives, listings
from graph.model import DISPUTED, INFERRED, Claim, Relationship
from graph.ontology import Property
from graph.plurals import format_count

FACTS = ("From the entity’s record in the data. Where a claim gives the same fact, it stands below with its source.",)
POSSIBLE_DUPLICATES = (
    "Two records that may be one. They stay two until an analyst decides; here is what is said for and against."
)
CLAIMS = (
    "By what they say: denials first, then the best graded, then the latest. The texts restate what the sources "
    "say in other words; they are not quotations."
)
QUANTITIES = (
    "What different sources give on one topic, by date of report. Nothing is averaged, added up or reconciled; "
    "each figure stands as its source gives it."
)
GRADES = (
    "By the Admiralty scale: a letter for the source, a digit for the information. B2 is a usually reliable "
    "source, probably true."
)
_OWN = ("name", "aliases", "identifiers", "description")


def describe_counts(context: DossierContext) -> str:
    """ "29 claims, 5 denials among them; 22 lines to 20 others (3 contested, 4 denied)"."""
    deny = sum(c.stance == "denied" for c in context.claims)
    denials = (
        f", {format_count(deny, 'denial', 'denials') if deny else 'no denial'} among them" if context.claims else ""
    )
    ends = {end for r in context.lines for end in (r.source, r.target)} - {context.subject.id}
    kinds = (*DISPUTED, INFERRED)
    counted = [f"{n} {s}" for s in kinds if (n := sum(r.stance == s for r in context.lines))]
    lines = f"{format_count(len(context.lines), 'line', 'lines')} to {format_count(len(ends), 'other', 'others')}"
    return f"{format_count(len(context.claims), 'claim', 'claims')}{denials}; {lines}" + (
        f" ({', '.join(counted)})" if counted else ""
    )


def build_summary(context: DossierContext, chain: Briefing | None) -> tuple[str, ...]:
    """What a reader in a hurry must know: how much is said, what was left out, designations, posts, doubles, chain."""
    documents = len({c.source for c in context.claims})
    lines = [
        f"{describe_counts(context)}, from {format_count(documents, 'source', 'sources')}.",
        describe_designations(context)[0],
    ]
    if collectives.is_collective(context.subject):
        lines.append(_describe_members(context))
    posts = [_describe_post(context, r) for r in _list_own_lines(context, "post")]
    if posts:
        lines.append(f"Posts in the data: {'; '.join(posts)}.")
    doubles = [
        _append_standing(context.other(r), r)
        for r in context.lines
        if context.ontology.is_relationship(r.type, "identity")
    ]
    if doubles:
        lines.append(f"May be the same as {path_overlay.join_words(doubles)}.")
    lines += [words for words in (context.briefing.note, *context.briefing.rules) if words]
    lines.append(
        f"{chain.title}: {chain.counts}."
        if chain and chain.rendered.shown.entities
        else describe_missing_chain(context, chain)
    )
    if context.briefing.material.redacted:
        lines.append("This is a redacted version: something was left out or renamed on purpose.")
    return tuple(lines)


def _describe_members(context: DossierContext) -> str:
    """What a group is, and which of its members the lines shown tell."""
    entities = {e.id: e for e in context.briefing.rendered.shown.entities}
    members = [
        entities[r.source]
        for r in context.lines
        if context.ontology.is_relationship(r.type, "membership")
        and r.target == context.subject.id
        and r.stance != "denied"
        and not r.properties.get("withdrawn_on")
        and r.source in entities
    ]
    named = path_overlay.join_words(sorted(e.name for e in members)) or "none"
    return f"{collectives.describe_kind(context.ontology, context.subject)}. Members known here: {named}."


def describe_disputes(context: DossierContext) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words and points: every line that someone denies, with both sides, and whatever else is denied."""
    points = [d.text for d in context.briefing.disputes if any(r.id == d.line for r in context.lines)]
    for claim in context.claims:
        if claim.stance == "denied" and claim.object is None:
            row = context.row(claim)
            points.append(f"“{row.head or row.said}” is denied by {context.briefing.says(claim)}.")
    none = (
        "Nothing shown in this redacted version denies anything of it."
        if context.briefing.material.redacted
        else "No claim in the data denies anything said of it."
    )
    return () if points else (none,), tuple(points)


def build_names_table(context: DossierContext) -> Table | None:
    """Every name with its kind, who gives it, and whether it is denied; the name it goes by here comes first."""
    claims = context.of(HAS_NAME)
    stated = {str(c.value) for c in claims}
    rows = [] if context.subject.name in stated else [(context.subject.name, "name it goes by here", "", "", "")]
    rows += [(a, "other name", "", "", "") for a in context.subject.aliases if a not in stated | {context.subject.name}]
    return _build_value_table(context, ("Name", "Kind and language"), claims, rows)


def build_identifiers_table(context: DossierContext) -> Table | None:
    """Every identifier with its kind and who gives it."""
    claims = context.of(HAS_IDENTIFIER)
    stated = {str(c.value) for c in claims}
    held = context.subject.properties.get("identifiers") or ()
    rows = [(str(i), "", "", "", "") for i in held if str(i) not in stated]
    return _build_value_table(context, ("Identifier", "Kind"), claims, rows)


def describe_denied_names(context: DossierContext) -> tuple[str, ...]:
    """A sentence that names what someone says it is not called; nothing where nobody does."""
    denied = sorted(
        {
            str(c.value)
            for c in context.claims
            if c.stance == "denied" and c.predicate in (HAS_NAME, HAS_IDENTIFIER) and c.subject == context.subject.id
        }
    )
    return (f"Denied names and identifiers: {'; '.join(denied)}.",) if denied else ()


def build_facts_table(context: DossierContext) -> Table | None:
    """The entity's own properties; None where it has none."""
    type_ = context.ontology.types.get(context.subject.type)
    captions = type_.properties if type_ else {}
    rows = [
        (p.caption, _format_property(p, context.subject.properties[p.name]))
        for p in captions.values()
        if p.name not in _OWN and context.subject.properties.get(p.name) not in (None, "", [])
    ]
    return Table(("Fact", "As recorded"), (30, 70), tuple(rows)) if rows else None


def describe_designations(context: DossierContext) -> tuple[str, ...]:
    """Whether anyone designates the entity, in plain words, also where the data holds nothing of it."""
    lines = _list_own_lines(context, "designation")
    standing = [r for r in lines if r.stance != "denied" and not r.properties.get("withdrawn_on")]
    gone = [r for r in lines if r.stance != "denied" and r.properties.get("withdrawn_on")]
    caveat = "Only the lists that are loaded can show here (see “About this file”); others may know more."
    parts = []
    if standing:
        parts.append(
            f"Designated by {path_overlay.join_words([_append_standing(context.other(r), r) for r in standing])}."
        )
    else:
        where = "is shown in this redacted version" if context.briefing.material.redacted else "in the data"
        parts.append(f"No designation of {context.subject.name} {where}.")
    if gone:
        parts.append(
            f"No longer designated by {path_overlay.join_words([_append_standing(context.other(r), r) for r in gone])}."
        )
    for state, words in (
        (listings.SAID_NOT, "Said not to be listed by"),
        (listings.MISSED, "Not found on the list of"),
    ):
        absent = [context.names.get(one.authority, one.authority) for one in context.listings if one.state == state]
        if absent:
            parts.append(f"{words} {path_overlay.join_words(absent)}; that is no denial.")
    return " ".join(parts), caveat


def build_designations_table(context: DossierContext) -> Table | None:
    """Authority by authority: the state of the listing, since when, its number and programme, and who says so."""
    rows = []
    for one in context.listings:
        claims = [context.briefing.claims[i] for i in one.claims if i in context.briefing.claims]
        row = listing_rows.describe_listing(one, context.names)
        state = f"{row.state}. Of a like name: {row.near}" if row.near else row.state
        rows.append((row.authority, state, row.dates, row.entry, row.edition, row.who, context.cites(claims)))
    marked = frozenset(n for n, one in enumerate(context.listings) if one.is_disputed)
    heads = (
        "Authority",
        "Listing",
        "Since, until",
        "Number, programme",
        "Edition",
        "Who says so, or looked",
        "Sources",
    )
    return Table(heads, (20, 14, 12, 16, 14, 15, 9), tuple(rows), marked) if rows else None


def build_posts_table(context: DossierContext) -> Table | None:
    """Post by post: what, where, from when to when, and how it stands."""
    lines = _list_own_lines(context, "post")
    rows = []
    for line in lines:
        claims = context.briefing.list_claims(line)
        details = "; ".join(map(str, line.properties.get("details") or ())) or "post not named"
        rows.append(
            (
                details,
                context.other(line),
                sentences.describe_validity(line) or "no dates given",
                sentences.describe_stances(claims),
                context.cites(claims),
            )
        )
    marked = frozenset(n for n, r in enumerate(lines) if r.stance in DISPUTED)
    heads = ("Post", "In", "Held", "For and against", "Sources")
    return Table(heads, (25, 25, 18, 20, 12), tuple(rows), marked) if rows else None


def list_other_claims(context: DossierContext) -> tuple[Row, ...]:
    """Claims that no other section tells: those of predicates that the ontology does not know."""
    elsewhere = {*context.ontology.relationships, HAS_NAME, HAS_IDENTIFIER, "HAS_PROPERTY", "STATEMENT"}
    return context.build_rows(c for c in context.claims if c.predicate not in elsewhere and not c.topic)


def list_lines_without_claims(context: DossierContext) -> tuple[str, ...]:
    """Statements of lines that no claim carries, as those of a foreign database."""
    return tuple(sorted(context.briefing.statement(r) for r in context.lines if not context.briefing.list_claims(r)))


def build_grades_table(context: DossierContext) -> Table:
    """What the letters and digits of grades mean."""
    rows = [(k, v, "Source") for k, v in context.ontology.reliability.items()]
    rows += [(k, v, "Information") for k, v in context.ontology.credibility.items()]
    return Table(("Sign", "Meaning", "Of"), (12, 60, 28), tuple(rows))


def build_about_table(metadata: Mapping[str, object], origin: Sequence[str]) -> Table:
    """What the file says of itself: title, day, filters, counts, what it was made from, and its hash."""
    filters = metadata["filters"]
    rows = [
        ("Title", str(metadata["title"])),
        ("Mark", str(metadata["mark"]) or "none"),
        ("As of", str(metadata["as_of"]) or "no date"),
        ("Told here", str(metadata["shows"])),
        ("Filters", " ".join(map(str, filters)) if isinstance(filters, list) and filters else "none"),
        *(("Made from", words) for words in origin),
        ("Redacted", "yes" if metadata["redacted"] else "no"),
        ("Content (SHA-256)", str(metadata["content_sha256"])),
    ]
    return Table(("Entry", "Content"), (24, 76), tuple(rows))


def describe_missing_chain(context: DossierContext, chain: Briefing | None = None) -> str:
    """Why no chain is shown: the data has none, or nothing is left of it."""
    return (
        "Nothing of its chain is shown in this version."
        if chain
        else str(chain_overlay.ChainNotFound(context.subject.name))
    )


def _list_own_lines(context: DossierContext, role: str) -> list[Relationship]:
    lines = [
        r for r in context.lines if context.ontology.is_relationship(r.type, role) and r.source == context.subject.id
    ]
    return sorted(lines, key=lambda r: (r.stance == "denied", context.other(r), r.id))


def _describe_post(context: DossierContext, line: Relationship) -> str:
    details = "; ".join(map(str, line.properties.get("details") or ()))
    where = f"{details}, {context.other(line)}" if details else context.other(line)
    remarks = ", ".join(
        part for part in (sentences.describe_validity(line), line.stance if line.stance != "asserted" else "") if part
    )
    return where + (f" ({remarks})" if remarks else "")


def _append_standing(words: str, line: Relationship) -> str:
    standing = path_overlay.describe_dispute(line)
    return f"{words} ({standing})" if standing else words


def _build_value_table(
    context: DossierContext,
    heads: tuple[str, str],
    claims: Sequence[Claim],
    first: list[tuple[str, str, str, str, str]],
) -> Table | None:
    rows, marked = list(first), set()
    for claim in claims:
        row = context.row(claim)
        if row.denies or row.withdrawn:
            marked.add(len(rows))
        remark = "DENIED by " if row.denies else "INFERRED by " if row.infers else ""
        who = "" if not claim.asserted_by and not row.denies else row.who
        origin = ", ".join(part for part in (who, row.when if row.when != "no date" else "") if part)
        rows.append((str(claim.value), claim.detail, f"{remark}{origin}", row.grade, row.where))
    return (
        Table((*heads, "Given by, when", "Grade", "Source"), (32, 18, 26, 9, 15), tuple(rows), frozenset(marked))
        if rows
        else None
    )


def _format_property(prop: Property, value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if prop.type == "number" and isinstance(value, (int, float)):
        value = sentences.format_number(value)
    return f"{value} {prop.unit}".strip()
