"""The words that the editor completes: of the ontology, of the database, and of Cypher as this server speaks it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

from graph.database.store import Store
from graph.errors import QueryError
from graph.guard import rules
from graph.ontology import Ontology

MAX_NAMES = 2_000  # names of a kind; a database of others may have many
TIMEOUT = 5.0
VERSIONS = ("CYPHER 5", "CYPHER 25")


class Vocabulary(TypedDict):
    """What the editor completes: `db` in the shape of @neo4j-cypher/language-support, and captions by name."""

    db: dict[str, object]
    captions: dict[str, str]


def read_vocabulary(store: Store, ontology: Ontology) -> Vocabulary:
    """What assets/editor/window.js hands to the editor: names, and their captions.

    `db` is in the shape that @neo4j-cypher/language-support takes. A list that the server does not give stays that of
    the ontology. Raises StoreError.
    """
    names = [sorted(names) for names in ontology.list_cypher_names()]
    labels, types, properties = (
        _merge_names(mine, _run_query(store, text))
        for mine, text in zip(names, (_LABELS, _TYPES, _PROPERTIES), strict=True)
    )
    return {
        "db": {
            "labels": labels,
            "relationshipTypes": types,
            "propertyKeys": properties,
            "functions": dict.fromkeys(VERSIONS, _index_by_name(_run_query(store, _FUNCTIONS), _describe_function)),
            "procedures": dict.fromkeys(
                VERSIONS,
                _index_by_name(_run_query(store, _PROCEDURES, names=sorted(rules.PROCEDURES)), _describe_procedure),
            ),
            "defaultLanguage": VERSIONS[0],
        },
        "captions": list_captions(ontology),
    }


def list_captions(ontology: Ontology) -> dict[str, str]:
    """The ontology's words for names of its types, kinds of relationships and properties."""
    words: dict[str, str] = {}
    for type_ in ontology.types.values():
        words.update({name: prop.caption for name, prop in type_.properties.items() if prop.caption})
    words.update({name: entry.caption for name, entry in ontology.relationships.items()})
    words.update({name: entry.caption for name, entry in ontology.types.items()})
    return {name: caption for name, caption in words.items() if caption.casefold() != name.casefold()}


# Names that the server keeps for deleted things too are not asked for: those of the ontology come first anyway.
_LABELS = f"CALL db.labels() YIELD label AS name RETURN name ORDER BY name LIMIT {MAX_NAMES}"
_TYPES = f"CALL db.relationshipTypes() YIELD relationshipType AS name RETURN name ORDER BY name LIMIT {MAX_NAMES}"
_PROPERTIES = f"CALL db.propertyKeys() YIELD propertyKey AS name RETURN name ORDER BY name LIMIT {MAX_NAMES}"
_FUNCTIONS = (
    "SHOW FUNCTIONS YIELD name, signature, description, isBuiltIn "
    f"WHERE isBuiltIn RETURN name, signature, description ORDER BY name LIMIT {MAX_NAMES}"
)
_PROCEDURES = (
    "SHOW PROCEDURES YIELD name, signature, description, returnDescription WHERE name IN $names "
    "RETURN name, signature, description, returnDescription ORDER BY name"
)


def _run_query(store: Store, text: str, **parameters: object) -> list[dict[str, object]]:
    try:
        return store.read(text, timeout=TIMEOUT, **parameters)
    except QueryError:  # an older server, or a login that may not; completion is then poorer, and nothing else
        return []


def _merge_names(mine: Sequence[str], rows: Sequence[Mapping[str, object]]) -> list[str]:
    return list(dict.fromkeys([*mine, *(str(row["name"]) for row in rows)]))[:MAX_NAMES]


def _index_by_name(
    rows: Sequence[Mapping[str, object]], shape: Callable[[Mapping[str, object]], dict[str, object]]
) -> dict[str, object]:
    return {str(row["name"]): shape(row) for row in rows}


def _describe_function(row: Mapping[str, object]) -> dict[str, object]:
    return {
        **_describe_signature(row),
        "category": "",
        "isBuiltIn": True,
        "returnDescription": "",
        "aggregating": False,
        "isDeprecated": False,
    }


def _describe_procedure(row: Mapping[str, object]) -> dict[str, object]:
    columns = row["returnDescription"]
    returns = [
        {"name": str(r.get("name")), "type": str(r.get("type")), "description": "", "isDeprecated": False}
        for r in (columns if isinstance(columns, list) else ())
    ]
    return {
        **_describe_signature(row),
        "mode": "READ",
        "worksOnSystem": False,
        "returnDescription": returns,
        "admin": False,
        "option": {"deprecated": False},
    }


def _describe_signature(row: Mapping[str, object]) -> dict[str, object]:
    description = " ".join(str(row["description"]).replace("`", "").split())
    return {
        "name": str(row["name"]),
        "signature": str(row["signature"]),
        "description": description,
        "argumentDescription": [],
    }
