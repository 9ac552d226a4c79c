"""What an export says in words, whatever its format: title, rules, numbered sources, disputes, legend, origin. Pure.

Footnotes are numbered by source, as a line rests on several and a source carries many: every line bears the numbers of
the sources of its claims. A line that anyone denies is told in full beside them, with who says so and who denies it.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from explorer.appearance import encoding
from explorer.canvas.rendered_view import RenderedView
from explorer.claims import sentences
from explorer.export.common import material as materials
from explorer.export.common.material import Edition, Material
from explorer.filters import descriptions
from explorer.overlays import grouping, highlight, path_overlay
from graph import collectives
from graph.model import DISPUTED, INFERRED, Claim, Relationship, Source, Subgraph
from graph.plurals import format_count

REDACTED = "Redacted version: something was left out or renamed on purpose."


@dataclass(frozen=True)
class Footnote:
    """A source with its number, counted from 1."""

    number: int
    source: Source

    @property
    def text(self) -> str:
        """Publisher, title and date; the address is apart."""
        return format_citation(self.source)

    @property
    def url(self) -> str:
        """The address, where it is one of the web; '' otherwise."""
        return sentences.sanitise_url(self.source.url)


@dataclass(frozen=True)
class Dispute:
    """A line that someone denies: the statement, and who asserts and who denies it, with grades and source numbers."""

    line: str
    statement: str
    asserted: tuple[str, ...]
    denied: tuple[str, ...]

    @property
    def text(self) -> str:
        """ "A exports arms to B – said by X (B2) [1]; denied by Y (D4) [2]"."""
        parts = [
            f"said by {', '.join(self.asserted)}" if self.asserted else "nobody asserts it",
            f"denied by {', '.join(self.denied)}",
        ]
        return f"{self.statement}: {'; '.join(parts)}."


@dataclass(frozen=True)
class Briefing:
    """A material put into words. `mark` is a word such as "Draft"; `made_on` a day (YYYY-MM-DD) or ''."""

    material: Material
    mark: str = ""
    made_on: str = ""
    title_given: str = ""

    @cached_property
    def rendered(self) -> RenderedView:
        """The picture."""
        return materials.build_rendered_view(self.material)

    @cached_property
    def shown(self) -> Subgraph:
        """What is shown, with its evidence."""
        return materials.select_shown(self.material)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """The claims that count, by id."""
        return {c.id: c for c in self.shown.claims}

    @property
    def title(self) -> str:
        """The title given, or the canvas's own."""
        return self.title_given or self.material.canvas.title or "Without title"

    @property
    def note(self) -> str:
        """What the page says under the title: what the canvas holds, what was cut and why."""
        return self.material.canvas.note

    @cached_property
    def as_of(self) -> str:
        """For which day the picture holds: the filter's dates, or the day on which the data was loaded."""
        period = descriptions.format_period(self.material.canvas.filter)
        loaded = max((e.loaded_on for e in self.editions), default="")
        data = f"data as loaded on {descriptions.format_day(loaded)}" if loaded else ""
        return "; ".join(part for part in (period, data) if part)

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        """The editions of the claims that are shown."""
        shown = {c.id for c in self.shown.claims}
        return tuple(e for e in self.material.editions if e.claims & shown)

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """What is hidden, each rule in force as a sentence, and what size, colour and marks mean."""
        rendered = self.rendered
        hidden, explanation = descriptions.describe_filter_parts(
            rendered.ontology, rendered.whole, rendered.shown, rendered.canvas.filter
        )
        emphasis = rendered.canvas.emphasis
        emphasised = "" if emphasis.kind == highlight.KIND else emphasis.sentence
        own = "Yellow cards are the analyst’s own notes, not claims." if rendered.canvas.notes else ""
        drawn = grouping.describe_grouping(rendered.shown, rendered.drawn).lstrip(", ")
        folded = f"{drawn[:1].upper()}{drawn[1:]}." if drawn else ""
        parts = (
            hidden,
            explanation,
            encoding.describe_encoding(rendered.looks),
            highlight.describe_highlight(emphasis),
            emphasised,
            folded,
            own,
        )
        return tuple(part for part in parts if part)

    @property
    def counts(self) -> str:
        """ "12 entities, 20 lines, 3 of them contested"."""
        lines = self.rendered.shown.relationships
        kinds = (*DISPUTED, INFERRED)
        disputed = [f"{n} {stance}" for stance in kinds if (n := sum(r.stance == stance for r in lines))]
        shown = self.rendered.shown.entities
        entities = format_count(len(shown), "entity", "entities") + collectives.describe_groups(shown)
        base = f"{entities}, {format_count(len(lines), 'line', 'lines')}"
        return f"{base} ({', '.join(disputed)})" if disputed else base

    @cached_property
    def footnotes(self) -> tuple[Footnote, ...]:
        """The sources of the lines shown, the earliest first, numbered from 1."""
        carrying = (c for line in self.rendered.shown.relationships for c in self.list_claims(line))
        cited = {source for claim in carrying for source in claim.sources}
        documents = self.material.sources
        sources = [documents.get(i) or Source(i, i, "") for i in cited]
        return build_footnotes(sources)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of a source, by its id."""
        return {f.source.id: f.number for f in self.footnotes}

    def list_claims(self, line: Relationship) -> tuple[Claim, ...]:
        """The claims that carry a line (or one drawn in place of several), denials first."""
        return sentences.sort_claims(self.claims[i] for i in line.claims if i in self.claims)

    def cites(self, line: Relationship) -> tuple[int, ...]:
        """The footnote numbers of a line, each once, in order."""
        return tuple(sorted({self.numbers[s] for c in self.list_claims(line) for s in c.sources if s in self.numbers}))

    def statement(self, line: Relationship) -> str:
        """A line as a sentence: "A exports arms to B"."""
        return path_overlay.describe_relationship(self.material.ontology, self.material.names, line)

    def says(self, claim: Claim) -> str:
        """Who makes a claim, its grade and its source's number: "KCNA (D3) [4]"."""
        who = self.material.names.get(claim.asserted_by, claim.asserted_by) or "somebody unnamed"
        number = f" [{self.numbers[claim.source]}]" if claim.source in self.numbers else ""
        taken_back = f", withdrawn {claim.withdrawn_on}" if claim.withdrawn_on else ""
        return f"{who} ({claim.grade}{taken_back}){number}"

    def reason(self, claim: Claim) -> str:
        """Why a claim is inferred: "because … (said by …)"."""
        return sentences.describe_reason(claim, self._counting, self.material.names)

    @cached_property
    def _counting(self) -> dict[str, Claim]:
        """All claims of the material that count, by id, also those that nothing shown carries."""
        return {c.id: c for c in materials.filter_claims(self.material.whole.claims, self.material.canvas.filter)}

    def sides(self, line: Relationship) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who asserts a line and who denies it, each once, as `says` has it; who infers it does neither."""
        speakers = {True: dict[str, None](), False: dict[str, None]()}
        for claim in (c for c in self.list_claims(line) if not c.is_inferred):
            speakers[claim.stance != "asserted"][self.says(claim)] = None
        return tuple(speakers[False]), tuple(speakers[True])

    def list_inferences(self, line: Relationship) -> tuple[str, ...]:
        """Who infers a line, and why: "the editors (B3) [4], because … (said by …)", each once."""
        reasons = (f"{self.says(c)}, {self.reason(c)}" for c in self.list_claims(line) if c.is_inferred)
        return tuple(dict.fromkeys(reasons))

    @cached_property
    def disputes(self) -> tuple[Dispute, ...]:
        """The lines shown that someone denies, in the order of their statements."""
        disputes = []
        for line in self.rendered.shown.relationships:
            asserted, denied = self.sides(line)
            if denied:
                disputes.append(Dispute(line.id, self.statement(line), asserted, denied))
        return tuple(sorted(disputes, key=lambda d: (d.statement, d.line)))

    @cached_property
    def origin(self) -> tuple[str, ...]:
        """Where the picture comes from: query and parameters, editions of the data, day and hash, a line each."""
        lines = []
        if self.material.query:
            values = "; ".join(f"{k}: {v}" for k, v in self.material.parameters.items())
            lines.append(f"Saved query “{self.material.query}”" + (f" ({values})" if values else ""))
        lines += [
            f"{e.title}, edition {e.edition}" + (f", loaded {e.loaded_on}" if e.loaded_on else "")
            for e in self.editions
        ]
        maker = f"Made with Armsgraph{f' on {descriptions.format_day(self.made_on)}' if self.made_on else ''}"
        view = f"; view {self.material.view}" if self.material.view else ""
        lines.append(f"{maker}{view}; content {self.digest[:16]}")
        if self.material.redacted:
            lines.append(REDACTED)
        return tuple(lines)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canvas and all that is shown of it with its evidence: equal content, equal hash."""
        canvas = {k: v for k, v in self.material.canvas.write().items() if k not in ("stamp", "fit", "extent")}
        text = json.dumps(
            [canvas, self.shown.as_dict(), [e.as_row() for e in self.editions]],
            sort_keys=True,
            ensure_ascii=False,
            default=list,
        )
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def metadata(self) -> dict[str, object]:
        """What every file carries about itself, in plain values."""
        return {
            "title": self.title,
            "mark": self.mark,
            "view": self.material.view,
            "query": self.material.query,
            "parameters": dict(self.material.parameters),
            "filters": list(self.rules),
            "as_of": self.as_of,
            "editions": [e.as_row() for e in self.editions],
            "shows": self.counts,
            "redacted": self.material.redacted,
            "made_on": self.made_on,
            "content_sha256": self.digest,
        }

    @property
    def analyst_notes(self) -> tuple[str, ...]:
        """The analyst's own notes on the canvas."""
        return tuple(n.text for n in self.material.canvas.notes)


def build_footnotes(sources: Iterable[Source]) -> tuple[Footnote, ...]:
    """Sources as footnotes: the earliest first, those without a date last."""
    ranked = sorted(sources, key=lambda s: (s.date or "9999", s.publisher, s.title, s.id))
    return tuple(Footnote(n, s) for n, s in enumerate(ranked, 1))


def format_citation(source: Source) -> str:
    """A source as a footnote has it: publisher, “title”, date."""
    title = f"“{source.title}”" if source.title else ""
    return ", ".join(part for part in (source.publisher, title, source.date) if part)


def format_ranges(numbers: Iterable[int]) -> str:
    """Numbers as a reader expects them: "1, 4–6"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 2 else ", ".join(map(str, r)) for r in runs)


def format_footnote_numbers(numbers: Sequence[int]) -> str:
    """Footnote numbers in brackets: "[1, 4–6]"; '' for none."""
    return f"[{format_ranges(numbers)}]" if numbers else ""
