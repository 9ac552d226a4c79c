"""Callbacks called by a test: what they are handed, what is said to have called them, what they set by themselves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dash._callback_context import context_value
from dash._utils import AttributeDict, stringify_id

from explorer.dash_kit.callbacks import Context
from explorer.export.jobs import build_export_jobs
from graph.database.store import Address, Store
from graph.ontology import Ontology
from graph.saved_queries.executor import QueryExecutor


def build_context(store: Store, ontology: Ontology) -> Context:
    """What the explorer over a store hands to its callbacks."""
    return Context(store, ontology, QueryExecutor(store, ontology), build_export_jobs())


@contextmanager
def open_unreachable_context(ontology: Ontology) -> Iterator[Context]:
    """The same over a database that nobody serves: whatever asks it raises StoreUnavailable."""
    with Store(lambda: Address("bolt://127.0.0.1:1", "neo4j", "nobody", "neo4j"), patience=0.1) as store:
        yield build_context(store, ontology)


@contextmanager
def triggered(by: str | Mapping[str, str], value: Any = 1, property_: str = "n_clicks") -> Iterator[dict[str, Any]]:
    """Within, a callback is called by this component's property. Yields by id what it sets with `dash.set_props`."""
    identity = by if isinstance(by, str) else stringify_id(by)
    set_props: dict[str, Any] = {}
    called = {"prop_id": f"{identity}.{property_}", "value": value}
    token = context_value.set(AttributeDict(triggered_inputs=[called], updated_props=set_props))
    try:
        yield set_props
    finally:
        context_value.reset(token)
