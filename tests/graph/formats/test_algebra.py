"""Union, intersection and difference of subgraphs, against Python's own sets."""

from hypothesis import given
from hypothesis import strategies as st

from graph.formats import algebra
from graph.model import Claim, Entity, Relationship, Source, Subgraph

NAMES = "abcdef"


def subgraph(edges: set[tuple[str, str]], alone: set[str] = frozenset()) -> Subgraph:
    ids = sorted({end for edge in edges for end in edge} | set(alone))
    lines = tuple(Relationship(f"{a}|OWNS|{b}", "OWNS", a, b, (f"c-{a}{b}",)) for a, b in sorted(edges))
    claims = tuple(Claim(f"c-{a}{b}", a, "OWNS", "asserted", f"s-{a}", object=b) for a, b in sorted(edges))
    sources = tuple(Source(i, "P", "T") for i in sorted({c.source for c in claims}))
    return Subgraph(tuple(Entity(i, "Company", (), i.upper()) for i in ids), lines, claims, sources)


EDGES = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda e: e[0] != e[1]), max_size=8)
ALONE = st.sets(st.sampled_from(NAMES), max_size=4)


@given(EDGES, ALONE, EDGES, ALONE)
def test_it_is_what_sets_say(e1: set[tuple[str, str]], a1: set[str], e2: set[tuple[str, str]], a2: set[str]) -> None:
    left, right = subgraph(e1, a1), subgraph(e2, a2)
    n1, n2 = {e.id for e in left.entities}, {e.id for e in right.entities}
    kept = e1 - e2
    expected = {
        "union": (n1 | n2, e1 | e2),
        "intersection": (n1 & n2, e1 & e2),
        "difference": ((n1 - n2) | {end for edge in kept for end in edge}, kept),
    }
    for operation, (nodes, edges) in expected.items():
        combined = algebra.combine(operation, left, right)
        assert {e.id for e in combined.entities} == nodes
        assert {(r.source, r.target) for r in combined.relationships} == edges
        assert {c.id for c in combined.claims} == {c for r in combined.relationships for c in r.claims}
        assert {s.id for s in combined.sources} == {c.source for c in combined.claims}


def test_nothing_with_nothing_is_nothing() -> None:
    for operation in algebra.OPERATIONS:
        assert algebra.combine(operation, Subgraph(), Subgraph()) == Subgraph()


def test_parallel_lines_stay_apart() -> None:
    two = Subgraph(
        (Entity("a", "Company", (), "A"), Entity("b", "Company", (), "B")),
        (Relationship("r1", "OWNS", "a", "b"), Relationship("r2", "OWNS", "a", "b")),
    )
    assert [r.id for r in algebra.combine("union", two, Subgraph()).relationships] == ["r1", "r2"]
