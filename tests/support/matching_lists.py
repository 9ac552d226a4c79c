"""Small lists for the tests of matching: parties without a database, and feeds for one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from loader.matching import names
from loader.matching.identifiers import Identifier, read
from loader.matching.party import Name, Party
from loader.records import Feed, Item, Row
from loader.statements import Attribution
from tests.support.reading import load_feed

KINDS = {
    "Person": names.PERSON,
    "Company": names.ORGANISATION,
    "Organization": names.ORGANISATION,
    "Ship": names.SHIP,
    "Aircraft": names.AIRCRAFT,
    "Factory": names.ORGANISATION,
}


def build_party(
    name: str,
    type_: str = "Person",
    *,
    id_: str = "",
    dataset: str = "a",
    also: Sequence[str] = (),
    numbers: Sequence[tuple[str, str]] = (),
    **fields: Any,
) -> Party:
    """A party as a list would give it; `numbers` are (scheme, text)."""
    numbers_read: set[Identifier] = {i for scheme, text in numbers for i in read(scheme, text)}
    fields = {k: frozenset(v) if k in ("countries", "flags") else v for k, v in fields.items()}
    return Party(
        id_ or f"{dataset}-{name}",
        type_,
        KINDS[type_],
        dataset,
        (Name(name), *map(Name, also)),
        frozenset(numbers_read),
        **fields,
    )


def load_list(store: Store, ontology: Ontology, dataset: str, entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Loads a list of its own: id → type, name, and where wanted `also`, `numbers` and properties."""
    row = Row(Path(f"{dataset}.csv"), 1)
    source = Source(dataset, "A publisher", f"The list {dataset}", reliability="A")
    authority = Entity(f"{dataset}-authority", "Regime", ontology.types["Regime"].labels, f"Authority of {dataset}")
    speaker = Attribution(dataset, dataset, authority.id, "A", "1")
    items: list[Source | Entity | Claim] = [source, authority]
    for entity_id, entry in entries.items():
        own = {k: v for k, v in entry.items() if k not in ("type", "name", "also", "numbers")}
        items.append(
            Entity(entity_id, entry["type"], ontology.types[entry["type"]].labels, entry["name"], properties=own)
        )
        items.append(
            speaker.build_relationship_claim(entity_id, "DESIGNATED_BY", authority.id, f"{entry['name']} is listed.")
        )
        items += [speaker.names(entity_id, name) for name in entry.get("also", ())]
        items += [speaker.build_identifier_claim(entity_id, *number) for number in entry.get("numbers", ())]
    load_feed(
        store,
        ontology,
        Feed(dataset, "2024-01-01", [Item(item, row) for item in items], keeps_history=True),
        force=True,
    )
