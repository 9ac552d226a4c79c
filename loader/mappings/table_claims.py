"""Makes the claims of a table's row, as the mapping's relationships and claims describe them. Pure; made once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph import imo
from graph.model import Claim, Source
from graph.ontology import Ontology
from loader import reference
from loader.mappings import cell_text
from loader.mappings.cell_text import Cells
from loader.mappings.model import ClaimMapping, SpeakerMapping, TableMapping, Value
from loader.mappings.table_entities import ResolvedEntity, build_condition, get_column_label
from loader.statements import compute_digest

_READERS = {"valid_from": "date", "valid_to": "date", "reported_on": "date", "low": "number", "high": "number"}
_NOBODY = (None,)
_QUANTITY = {"value", "low", "high"}
NoticeText = tuple[str, str]  # a kind of notice, and its text


@dataclass(frozen=True, slots=True)
class RowAttribution:
    """Who speaks in a row, from which document, with which grade.

    `own` goes into the claims' ids where that is not the table's: so two documents may say the same.
    """

    dataset: str
    source: str
    asserted_by: str
    reliability: str
    credibility: str
    reported_on: str = ""
    own: tuple[str, ...] = ()

    def names(self, subject: str, name: str, kind: str) -> Claim:
        """The claim that an entity is also named so."""
        return self.text("HAS_NAME", subject, name, kind, f"The table gives the name {name}")

    def build_identifier_claim(self, subject: str, scheme: str, number: str) -> Claim:
        """The claim that an entity has an identifier."""
        scheme, number = imo.normalize_identifier(scheme, number)
        value = f"{scheme} {number}"
        return self.text("HAS_IDENTIFIER", subject, value, scheme, f"The table gives the identifier {value}")

    def build_property_claim(self, subject: str, prop: str, value: str) -> Claim:
        """The claim that an entity has a property."""
        return self.text("HAS_PROPERTY", subject, value, prop, f"The table gives {prop}: {value}")

    def text(self, predicate: str, subject: str, value: str, detail: str, words: str) -> Claim:
        """A claim that carries a text; its id is that of loader/statements.py."""
        kind = f" ({detail})" if detail and predicate == "HAS_NAME" else ""
        return Claim(
            id=f"{self.dataset}-{compute_digest(subject, predicate, value, detail, *self.own)}",
            subject=subject,
            predicate=predicate,
            stance="asserted",
            source=self.source,
            value=value,
            detail=detail,
            asserted_by=self.asserted_by,
            reported_on=self.reported_on,
            reliability=self.reliability,
            credibility=self.credibility,
            summary=f"{words}{kind}.",
        )


class AttributionResolver:
    """Finds who speaks in a row."""

    def __init__(self, plan: TableMapping, ontology: Ontology, teller: str) -> None:
        self._plan, self._teller = plan, teller
        self._grades = {
            key: (cell_text.build_choice_reader(value, plan.empty), get_column_label(value), allowed, default)
            for key, value, allowed, default in (
                ("reliability", plan.reliability, ontology.reliability, "F"),
                ("credibility", plan.credibility, ontology.credibility, "6"),
            )
        }
        self._source = {key: cell_text.build_text_reader(value, plan.empty) for key, value in plan.source.items()}
        self._date = cell_text.build_date_reader(plan.dates)
        self._block = plan.speaker if isinstance(plan.speaker, str) else ""
        rows_own = self._source or self._block or plan.reliability.columns or plan.credibility.columns
        self.same = (
            None
            if rows_own
            else self._build_attribution("", teller, plan.reliability.constant or "F", plan.credibility.constant or "6")
        )

    def _build_attribution(
        self, source: str, teller: str, reliability: str, credibility: str, reported_on: str = ""
    ) -> RowAttribution:
        own = tuple(part for part in (source, teller if teller != self._teller else "") if part)
        return RowAttribution(
            self._plan.dataset, source or self._plan.document.id, teller, reliability, credibility, reported_on, own
        )

    def find(
        self, row: Cells, entities: Mapping[str, Sequence[ResolvedEntity]], notices: list[NoticeText]
    ) -> tuple[RowAttribution, Source | None]:
        """The row's voice and, where the row names a document of its own, that document."""
        source = self._document(row, notices) if self._source else None
        speaker = next(iter(entities.get(self._block, ())), None)
        grades = []
        for read, column, allowed, default in self._grades.values():
            try:
                grade = read(row)
                if grade and grade not in allowed:
                    raise ValueError(f"{grade!r} is not one of {', '.join(allowed)}")
            except ValueError as error:
                notices.append(("unknown grade", f"{column}: {error}; {default} stands for it"))
                grade = ""
            grades.append(grade or default)
        teller = speaker.id if speaker and speaker.id else self._teller
        attribution = self._build_attribution(
            source.id if source else "", teller, grades[0], grades[1], source.date if source else ""
        )
        return attribution, source

    def _document(self, row: Cells, notices: list[NoticeText]) -> Source | None:
        texts = {key: read(row) for key, read in self._source.items()}
        if not any(texts.values()):
            return None
        if texts.get("date"):
            try:
                texts["date"] = self._date(texts["date"])
            except ValueError as error:
                notices.append(("not a date", f"{get_column_label(self._plan.source['date'])}: {error}; left out"))
                texts["date"] = ""
        if texts.get("url") and not texts["url"].startswith(("http://", "https://")):
            notices.append(
                (
                    "not an address",
                    f"{get_column_label(self._plan.source['url'])}: {texts['url']!r} does not begin with "
                    "http:// or https://; left out",
                )
            )
            texts["url"] = ""
        document = self._plan.document
        return Source(
            id=f"{self._plan.dataset}-{compute_digest('source', *texts.values())}",
            publisher=texts.get("publisher") or document.publisher,
            title=texts.get("title") or document.title,
            date=texts.get("date", ""),
            url=texts.get("url", ""),
            kind=texts.get("kind", ""),
            language=texts.get("language", ""),
        )


class ClaimBuilder:
    """Makes the claims of one entry under `relationships` or `claims`."""

    def __init__(self, saying: ClaimMapping, plan: TableMapping, ontology: Ontology) -> None:
        empty = plan.empty
        self._mapping, self._plan, self._known = saying, plan, ontology
        self._about, self._to = saying.about, saying.to
        self._holds = build_condition(saying.when, empty) if saying.when else None
        self._predicate, self._stance = (
            cell_text.build_choice_reader(v, empty) for v in (saying.predicate, saying.stance)
        )
        texts = dict(saying.texts)
        summary = texts.pop("summary", None)
        self._summary = cell_text.build_text_reader(summary, empty) if summary else None
        self._in_summary = summary.columns if summary else ()
        self._texts = [
            (key, cell_text.build_text_reader(value, empty), get_column_label(value)) for key, value in texts.items()
        ]
        self._apart = [key for key in ("valid_from", "valid_to", "topic", "low", "high", "unit") if key in texts]
        self._read: Mapping[str, Callable[[str], str | int | float]] = {
            "date": cell_text.build_date_reader(plan.dates),
            "number": cell_text.build_number_reader(plan.decimal, plan.thousands),
        }

    def make(
        self,
        row: Cells,
        entities: Mapping[str, Sequence[ResolvedEntity]],
        attribution: RowAttribution,
        notices: list[NoticeText],
    ) -> Iterator[Claim]:
        """The row's claims; `notices` takes what could not be read."""
        if self._holds and not self._holds(row):
            return
        for about in entities[self._about]:
            for to in entities[self._to] if self._to else _NOBODY:
                if claim := self._build_claim(row, about, to, attribution, notices):
                    yield claim

    def _build_claim(
        self,
        row: Cells,
        about: ResolvedEntity,
        to: ResolvedEntity | None,
        attribution: RowAttribution,
        notices: list[NoticeText],
    ) -> Claim | None:
        try:
            predicate, stance = self._predicate(row), self._stance(row)
        except ValueError as error:
            column = get_column_label(self._mapping.predicate) or get_column_label(self._mapping.stance)
            notices.append(("unknown word", f"{column}: {error}; no claim is made"))
            return None
        if not (about.id and (to is None or to.id)):
            return self._build_unknown_state_claim(predicate, about, to, attribution)
        if to and about.id == to.id:
            notices.append(("line to itself", f"{about.name!r} {predicate} itself; no line is drawn"))
            return None
        statement = self._known.statements.get(predicate, "")
        fields = self._read_fields(row, statement, notices) if self._texts else {}
        summary = self._summary(row) if self._summary else ""
        if (statement == "quantity" and not _QUANTITY & fields.keys()) or (
            (statement == "text" and not fields.get("value")) or (statement == "none" and not summary)
        ):
            return None  # nothing is said
        # The id begins as in loading/statements.py. What the mapping reads beside that tells claims of one pair apart:
        # two posts with other dates are two claims.
        id_parts = [about.id, predicate, to.id if to else str(fields.get("value", "")), str(fields.get("detail", ""))]
        id_parts += [f"{key}={fields.get(key, '')}" for key in self._apart]
        id_parts += [f"{column}={row[column]}" for column in self._in_summary]
        id_parts += [stance] if stance != "asserted" else []
        if "inferred_from" in fields:
            fields["inferred_from"] = " ".join(fields["inferred_from"].split())
            id_parts.append("inferred")
        if attribution.reported_on:
            fields.setdefault("reported_on", attribution.reported_on)
        return Claim(
            id=f"{attribution.dataset}-{compute_digest(*id_parts, *attribution.own)}",
            subject=about.id,
            predicate=predicate,
            stance=stance,
            source=attribution.source,
            object=to.id if to else None,
            asserted_by=attribution.asserted_by,
            reliability=attribution.reliability,
            credibility=attribution.credibility,
            summary=summary or self._words(predicate, stance, about, to, fields),
            **fields,
        )

    def _build_unknown_state_claim(
        self, predicate: str, about: ResolvedEntity, to: ResolvedEntity | None, attribution: RowAttribution
    ) -> Claim | None:
        """A state that nobody knows can't be an end of a line: its name is kept with the other end."""
        if to is None or not (about.id or to.id):
            return None
        caption = self._known.relationships[predicate].caption
        return attribution.build_property_claim(about.id or to.id, caption, to.name if about.id else about.name)

    def _read_fields(self, row: Cells, statement: str, notices: list[NoticeText]) -> dict[str, Any]:
        """The claim's further fields, as far as the row has them."""
        fields: dict[str, Any] = {}
        for key, read, column in self._texts:
            text = read(row)
            kind = "number" if key == "value" and statement == "quantity" else _READERS.get(key)
            if text and kind:
                try:
                    fields[key] = self._read[kind](text)
                except ValueError as error:
                    notices.append((f"not a {kind}", f"{column}: {error}; left out"))
            elif text:
                fields[key] = text
        if "value" in fields and ("low" in fields or "high" in fields):
            fields.pop("low", None)
            fields.pop("high", None)
            notices.append(("value and range", "a value, and low or high beside it: the value is kept"))
        return fields

    def _words(
        self, predicate: str, stance: str, about: ResolvedEntity, to: ResolvedEntity | None, fields: Mapping[str, Any]
    ) -> str:
        detail = f" ({fields['detail']})" if fields.get("detail") else ""
        if to:
            if absence := self._known.absences.get(stance):
                return f"{about.name} {absence[0]} {to.name}{detail}."
            words = f"{about.name} {self._known.relationships[predicate].caption} {to.name}{detail}"
        elif self._known.statements[predicate] == "quantity":
            number = fields.get("value", " to ".join(str(fields[key]) for key in ("low", "high") if key in fields))
            words = f"{about.name}: {fields.get('topic', '')} {number} {fields.get('unit', '')}{detail}"
        else:
            words = f"The table says of {about.name}: {fields.get('detail', '')} {fields.get('value', '')}"
        return f"{words}." if stance == "asserted" else f"It is denied that {words}."


def find_speaker(plan: TableMapping) -> tuple[str, SpeakerMapping | None]:
    """The id of who says what the table says, and what is to be made an entity of, if it is not there already.

    Where a block speaks, this is who speaks in rows that leave the block empty: the publisher.
    """
    teller = plan.speaker if isinstance(plan.speaker, SpeakerMapping) else SpeakerMapping(name=plan.document.publisher)
    if teller.id:
        return teller.id, None
    if teller.state:
        state = reference.find_state(teller.state)
        return (state.id if state else ""), teller
    return f"{plan.dataset}-{compute_digest('speaker', teller.name)}", teller


def build_rest_readers(plan: TableMapping, columns: tuple[str, ...]) -> list[tuple[str, Callable[[Cells], str]]]:
    """The columns that the mapping does not name, to be kept as properties."""
    used = {column for _, column in plan.columns()} | set(plan.ignore)
    left = [column for column in columns if column not in used]
    return [(column, cell_text.build_text_reader(Value((("", column),)), plan.empty)) for column in left]
