"""In what order the tests run, and which of them need neither a database nor a browser nor another program."""

import pytest

NEEDS = {"neo4j_server": "database", "spare_server": "database", "browser": "browser"}
HEAVY = ("database", "browser", "programs", "slow")


def sort_and_mark(items: list[pytest.Item], *, spread: bool) -> None:
    """Marks tests by what they need, and sorts them: pure ones first, so that a slip shows in a minute.

    With `spread` over several processes, tests that share what their module made stay together, and long ones begin
    early, so that the processes end at about the same time.
    """
    for item in items:
        for mark in {NEEDS[name] for name in NEEDS.keys() & set(list_fixtures(item))}:
            item.add_marker(mark)
        if not any(item.get_closest_marker(mark) for mark in HEAVY):
            item.add_marker("pure")
    slow_files = {item.path for item in items if item.get_closest_marker("slow") and shares_module(item)}

    def rank(item: pytest.Item) -> int:
        if item.get_closest_marker("pure"):
            return 0
        if shares_module(item):
            return 1 if item.path in slow_files else 2
        return 3 if item.get_closest_marker("slow") else 4

    items.sort(key=rank)
    if spread:
        for item in items:
            if not item.get_closest_marker("xdist_group") and shares_module(item):
                kind = "pure" if item.get_closest_marker("pure") else "whole"
                item.add_marker(pytest.mark.xdist_group(f"{kind} {item.path.stem} {item.path.parent.name}"))


def list_fixtures(item: pytest.Item) -> list[str]:
    """The names of all fixtures that a test uses, also through others."""
    return getattr(item, "fixturenames", [])


def shares_module(item: pytest.Item) -> bool:
    """Whether a test uses what is made once for its module."""
    definitions = item._fixtureinfo.name2fixturedefs
    return any(
        definition.scope == "module" for name in list_fixtures(item) for definition in definitions.get(name, ())[-1:]
    )
