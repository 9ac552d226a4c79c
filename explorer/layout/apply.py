"""A layout of a whole canvas, around what is pinned. Pure, and light to import: a process of its own does it too."""

from collections.abc import Callable, Mapping

from explorer.layout import force
from explorer.layout.geometry import OccupancyGrid, Point, build_boxes
from graph.model import Entity, Subgraph
from graph.ontology import Ontology

Report = Callable[[int], None]  # hears how many nodes have a place


def compute_layout(
    ontology: Ontology,
    drawn: Subgraph,
    whole: Subgraph,
    layout: str,
    *,
    pins: Mapping[str, Point],
    report: Report = lambda _: None,
) -> dict[str, Point]:
    """A place for everything drawn, around the `pins`, which stay; then for what the canvas holds unseen."""
    places = _align_with_pins(drawn, force.arrange(drawn, ontology, layout, report), pins)
    # What is placed without being an entity, such as headings, keeps its place.
    return {**places, **force.extend_layout(combine_subgraphs(drawn, whole), ontology, places)} if places else places


def combine_subgraphs(drawn: Subgraph, whole: Subgraph) -> Subgraph:
    """What is drawn and what the canvas holds beside it: for all of it there must be room, as it may be seen again."""
    entities: dict[str, Entity] = {e.id: e for e in (*drawn.entities, *whole.entities)}
    lines = {r.id: r for r in (*whole.relationships, *drawn.relationships)}
    return Subgraph(tuple(entities.values()), tuple(lines.values()))


def _align_with_pins(drawn: Subgraph, places: dict[str, Point], pins: Mapping[str, Point]) -> dict[str, Point]:
    """The places moved as a whole to where the pinned nodes stand; who would stand on one of them steps aside."""
    held = {i: p for i, p in pins.items() if i in places}
    if not held:
        return places
    right = sum(p[0] - places[i][0] for i, p in held.items()) / len(held)
    down = sum(p[1] - places[i][1] for i, p in held.items()) / len(held)
    room, board = build_boxes(drawn), OccupancyGrid()
    for i, place in held.items():
        board.put(room[i], place)
    aligned = dict(held)
    crowded = []
    for i, (x, y) in places.items():
        if i in held:
            continue
        at = (round(x + right, 1), round(y + down, 1))
        if i not in room:
            aligned[i] = at
        elif board.free(room[i], at):
            aligned[i] = at
            board.put(room[i], at)
        else:
            crowded.append((i, at))
    for i, at in crowded:
        aligned[i] = force.find_nearest_free(board, room[i], at)
        board.put(room[i], aligned[i])
    return aligned
