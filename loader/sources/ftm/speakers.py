"""Who says what a FollowTheMoney file says: each data set that its entities name is a source with its publisher."""

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Entity, Source
from graph.ontology import Ontology
from loader.sources.ftm import rules
from loader.statements import Attribution

LIMIT = 5_000  # names of data sets; a hostile file's further ones speak as the file itself


@dataclass(frozen=True, slots=True)
class DatasetSpeaker:
    """A data set's speaker, its name, and the regime that its listings are of where the graph knows it."""

    speaker: Attribution
    name: str
    regime: str
    source: Source
    body: Entity


class SpeakerRegistry:
    """The voices of one file."""

    def __init__(self, dataset: str, edition: str, ontology: Ontology) -> None:
        self.dataset, self.ontology = dataset, ontology
        self.known = rules.load_manifest()["datasets"]
        self.order = {name: number for number, name in enumerate(self.known)}
        self.date = edition if rules.is_date(edition) else ""
        self._voices: dict[str, DatasetSpeaker] = {}
        self._announced: set[str] = set()

    def of(self, names: tuple[str, ...]) -> tuple[DatasetSpeaker, tuple[str, ...]]:
        """The voice for these data sets, and the names of the others: the one the manifest names first, else by name.

        An entity that names none is the file's own word.
        """
        ranked = sorted(set(names), key=lambda n: (self.order.get(n, len(self.order)), n)) or [self.dataset]
        name = ranked[0]
        if name not in self._voices:
            if len(self._voices) >= LIMIT:
                name, ranked = self.dataset, [self.dataset, *ranked]
            self._voices.setdefault(name, self._find_dataset_speaker(name))
        return self._voices[name], tuple(ranked[1:])

    def introduce(self, attribution: DatasetSpeaker) -> Iterator[Source | Entity]:
        """The voice's source and publisher, the first time it speaks."""
        if attribution.name not in self._announced:
            self._announced.add(attribution.name)
            yield attribution.body
            yield attribution.source

    def _find_dataset_speaker(self, name: str) -> DatasetSpeaker:
        raw = rules.load_manifest()
        known = self.known.get(name)
        grade = raw["grade"] if known else raw["unknown"]
        given = known or {"publisher": name[:200], "title": f"Data set {name[:200]}"}
        source_id = rules.build_safe_id(f"{self.dataset}-source", name)
        body_id = rules.build_safe_id(f"{self.dataset}-publisher", name)
        note = f"The FollowTheMoney data set {name[:200]}."
        source = Source(
            source_id,
            given["publisher"],
            given["title"],
            date=self.date,
            kind="list",
            reliability=grade["reliability"],
            note=note,
        )
        type_ = self.ontology.types[given.get("body", raw["unknown"]["body"])]
        body = Entity(
            body_id,
            type_.name,
            type_.labels,
            given["publisher"],
            properties={"description": f"Publisher of the data set {name[:200]}"},
        )
        speaker = Attribution(self.dataset, source_id, body_id, grade["reliability"], grade["credibility"])
        return DatasetSpeaker(speaker, name, given.get("regime", ""), source, body)
