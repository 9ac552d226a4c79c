"""The ontology: reads and checks ontology.yaml, the only place that knows types.

Every label, relationship type and property name that ever enters a Cypher text comes from here, and each
is checked against a narrow pattern at load, so that none of them can carry anything but a name.
"""

from functools import cache
from pathlib import Path

import yaml

from graph.errors import OntologyError
from graph.ontology_model import (
    ROOT,
    ChainGroup,
    Column,
    EntityType,
    FigureKind,
    Group,
    Ontology,
    Property,
    RelationshipType,
)
from graph.ontology_reader import OntologyReader

__all__ = [
    "DEFAULT",
    "ROOT",
    "ChainGroup",
    "Column",
    "EntityType",
    "FigureKind",
    "Group",
    "Ontology",
    "Property",
    "RelationshipType",
    "load",
]
DEFAULT = Path(__file__).with_name("ontology.yaml")


@cache
def load(path: Path = DEFAULT) -> Ontology:
    """The ontology in `path`, checked. Raises OntologyError, naming entry and rule, where it is not usable."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OntologyError(f"can't be read: {error}", file=path.name) from error
    return OntologyReader(path.name).read(raw)
