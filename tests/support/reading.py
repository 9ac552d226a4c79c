"""What tests share about feeds: reading one without a database, and loading one."""

from dataclasses import dataclass
from typing import Any

from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from loader.loading import pipeline
from loader.loading.staging import StagingStore
from loader.records import Feed, Notice, RejectedRow


@dataclass
class CollectedFeed:
    """A feed that was read and checked: what is to be loaded, by id, and what is not."""

    entities: dict[str, Entity]
    sources: dict[str, Source]
    claims: dict[str, Claim]
    shared: dict[str, Entity]
    rejected: list[RejectedRow]
    notices: list[Notice]

    @property
    def problems(self) -> list[str]:
        """The problems as a user reads them."""
        return [str(p) for r in self.rejected for p in r.problems]


def collect(feed: Feed, ontology: Ontology, stored_types: Any = lambda _: {}) -> CollectedFeed:
    """A feed as the loader takes it, without a database."""
    with StagingStore(ontology, feed) as staged:
        staged.fill(stored_types)
        entities = [e for speakers in (True, False) for e in staged.entities(speakers=speakers)]
        claims = [c for *_, own in entities for c, _ in own]
        claims += [c for c, _ in staged.read_other_statements()] + [c for c, *_ in staged.lines()]
        return CollectedFeed(
            {e.id: e for e, *_ in sorted(entities, key=lambda x: x[0].id)},
            {s.id: s for s, _ in staged.sources()},
            {c.id: c for c in sorted(claims, key=lambda c: c.id)},
            {e.id: e for e, _ in staged.shared()},
            list(staged.rejected()),
            list(staged.notices()),
        )


def load_feed(store: Store, ontology: Ontology, feed: Feed, **options: Any) -> pipeline.LoadReport:
    """Loads a feed as the command does."""
    with StagingStore(ontology, feed) as staged:
        staged.fill(pipeline.build_type_lookup(store), stored_premises=pipeline.build_premise_lookup(store))
        return pipeline.load(store, ontology, staged, **options)
