"""Who says what a FollowTheMoney file says: each data set is a source of its own, with the one who speaks in it.

An entity that was merged from several data sets does not say which of its values is whose, unless it holds its
statements (statements.py). Then nobody speaks for another: whoever merged them does, and the document names them all.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from graph.model import Entity, Source
from graph.ontology import Ontology
from loader import reference
from loader.records import Item, Row
from loader.sources.ftm import rules
from loader.statements import Attribution

LIMIT = 5_000  # names of data sets; a hostile file's further ones speak as the file itself
_NAMED = 8  # of the merged data sets in a title; all of them stand in the note


@dataclass(frozen=True, slots=True)
class DatasetSpeaker:
    """A data set's speaker, its name, and the regime that its listings are of where the graph knows it.

    `shared` says that the speaker belongs to no list: a sanctions authority that speaks in its own list too. `merged`
    says that it stands for several data sets.
    """

    speaker: Attribution
    name: str
    regime: str
    source: Source
    body: Entity
    shared: bool = False
    merged: bool = False

    @property
    def hedged(self) -> Attribution:
        """The same speaker on what nobody has confirmed: a candidate that an enrichment found."""
        return replace(self.speaker, credibility=rules.load_manifest()["external"])


class SpeakerRegistry:
    """The speakers of one file."""

    def __init__(self, dataset: str, edition: str, ontology: Ontology) -> None:
        self.dataset, self.ontology = dataset, ontology
        self.dataset_entries = rules.load_manifest()["datasets"]
        self.order = {name: number for number, name in enumerate(self.dataset_entries)}
        self.date = edition if rules.is_date(edition) else ""
        self._speakers: dict[tuple[str, ...], DatasetSpeaker] = {}
        self._announced: set[str] = set()

    def of(self, names: Collection[str]) -> DatasetSpeaker:
        """The speaker for what stands in these data sets; of several nobody knows which says it.

        An entity that names none is the file's own word.
        """
        ranked = tuple(sorted(set(names), key=self.rank)) or (self.dataset,)
        if ranked not in self._speakers:
            if len(self._speakers) >= LIMIT:
                ranked = (self.dataset,)
            if ranked not in self._speakers:
                speaker = self._build_single(ranked[0]) if len(ranked) == 1 else self._build_merged(ranked)
                self._speakers[ranked] = speaker
        return self._speakers[ranked]

    def rank(self, name: str) -> tuple[int, str]:
        """What data sets are sorted by: the one that the manifest names first, else by name."""
        return self.order.get(name, len(self.order)), name

    def introduce(self, attribution: DatasetSpeaker, row: Row) -> Iterator[Item]:
        """The source and the speaker, the first time that they are needed."""
        if attribution.name not in self._announced:
            self._announced.add(attribution.name)
            if attribution.body.id not in self._announced:
                self._announced.add(attribution.body.id)
                yield Item(attribution.body, row, shared=attribution.shared)
            yield Item(attribution.source, row)

    def _build_single(self, name: str) -> DatasetSpeaker:
        raw = rules.load_manifest()
        entry = self.dataset_entries.get(name)
        details = entry or {"publisher": name[:200], "title": f"Data set {name[:200]}"}
        # An authority that speaks in a list of its own, too, is one voice and not two.
        regime = reference.get_regime(details["regime"]) if "regime" in details else None
        body = regime or self._build_body(
            name,
            details["publisher"],
            details.get("body", raw["unknown"]["body"]),
            f"Publisher of the data set {name[:200]}",
        )
        note = f"The FollowTheMoney data set {name[:200]}."
        source = self._build_source((name,), details["publisher"], details["title"], note)
        return self._build_speaker(name, details.get("regime", ""), source, body, shared=regime is not None)

    def _build_merged(self, names: tuple[str, ...]) -> DatasetSpeaker:
        """Whoever merged these data sets; the grade is that of the least reliable."""
        name = "+".join(names)
        ours = any(n in self.dataset_entries for n in names)
        publisher = rules.load_manifest()["compiler"] if ours else f"The compiler of {self.dataset}"
        titles = [self._describe(n) for n in names[:_NAMED]]
        titles += [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
        title = f"Merged from {', '.join(titles[:-1])} and {titles[-1]}"
        note = f"The file does not say which of these data sets says it: {', '.join(names)[:2000]}."
        body = self._build_body(
            "merged",
            f"{publisher}, merged from several lists",
            rules.load_manifest()["unknown"]["body"],
            "Says what was merged from several lists, where the file does not tell which of them says it",
        )
        regimes = {self.dataset_entries.get(n, {}).get("regime", "") for n in names}
        source = self._build_source(names, publisher, title, note)
        regime = regimes.pop() if len(regimes) == 1 else ""
        return replace(self._build_speaker(name, regime, source, body), merged=True)

    def _describe(self, name: str) -> str:
        entry = self.dataset_entries.get(name)
        return f"{entry['publisher']} ({entry['title']})" if entry else name[:200]

    def _build_source(self, names: tuple[str, ...], publisher: str, title: str, note: str) -> Source:
        raw = rules.load_manifest()
        grade = raw["grade"] if all(n in self.dataset_entries for n in names) else raw["unknown"]
        source_id = rules.build_safe_id(f"{self.dataset}-source", "+".join(names))
        return Source(
            source_id, publisher, title, date=self.date, kind="list", reliability=grade["reliability"], note=note
        )

    def _build_body(self, name: str, publisher: str, type_name: str, description: str) -> Entity:
        type_ = self.ontology.types[type_name]
        body_id = rules.build_safe_id(f"{self.dataset}-publisher", name)
        return Entity(body_id, type_.name, type_.labels, publisher, properties={"description": description})

    def _build_speaker(
        self, name: str, regime: str, source: Source, body: Entity, *, shared: bool = False
    ) -> DatasetSpeaker:
        raw = rules.load_manifest()
        credibility = raw["unknown" if source.reliability == raw["unknown"]["reliability"] else "grade"]["credibility"]
        speaker = Attribution(self.dataset, source.id, body.id, source.reliability, credibility)
        return DatasetSpeaker(speaker, name, regime, source, body, shared)
