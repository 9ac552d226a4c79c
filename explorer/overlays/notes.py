"""The analyst's own notes as elements of the canvas: paper cards that can't be taken for a claim. All pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from explorer.appearance import icons
from explorer.layout import force
from explorer.layout.geometry import GAP, Box, OccupancyGrid, Point
from explorer.state.canvas import Canvas, Note
from graph.errors import DataError
from graph.saved_views.viewfile import LONGEST_NOTE

CAPTION = "NOTE"  # stands on every card, also in pictures and in print
TIP = "A note of the analyst, not a claim. Double-click to change it."
MAX_NOTES = 100
_LETTERS, _LEAST = 27, 9  # on a line of a card
_LETTER, _LINE, _PAD = 7.3, 17.0, 12.0
_PAPER, _RIM, _INK = "#fff6c9", "#a8841a", "#3b2f05"


def write_note(canvas: Canvas, identity: str, text: str, at: Point) -> Canvas | None:
    """With a note changed, or a new one at a place; a note that is emptied goes. None where nothing changes.

    Raises DataError for a text that is too long, and where there are too many notes.
    """
    tidy = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if len(tidy) > LONGEST_NOTE:
        raise DataError(f"a note has at most {LONGEST_NOTE} letters; this one has {len(tidy)}")
    notes = {n.id: n for n in canvas.notes}
    if identity in notes:
        if not tidy:
            return canvas.without([identity])
        changed = {**notes, identity: Note(identity, tidy)}
        same = notes[identity].text == tidy
        return None if same else replace(canvas, notes=tuple(changed.values()), fit=False)
    if not tidy:
        return None
    if len(notes) >= MAX_NOTES:
        raise DataError(f"the canvas holds {MAX_NOTES} notes already")
    return replace(canvas, notes=(*canvas.notes, Note(identity, tidy))).placed({identity: at}, fit=False)


def build_elements(canvas: Canvas) -> list[dict[str, Any]]:
    """A node for every note."""
    elements = []
    for note in canvas.notes:
        width, height = estimate_size(note.text)
        x, y = canvas.positions.get(note.id, (0.0, 0.0))
        label = "\n".join((CAPTION, *wrap_text(note.text)))
        data = {
            "id": note.id,
            "kind": "note",
            "label": label,
            "name": "Note",
            "tip": TIP,
            "caption": "Note",
            "text": note.text,
            "width": width,
            "height": height,
            "shown": 1,
        }
        elements.append({"group": "nodes", "data": data, "position": {"x": x, "y": y}})
    return elements


def build_style_rules() -> list[tuple[str, Mapping[str, Any]]]:
    """How notes are drawn: yellow paper with a rim, which stays to be seen in print."""
    return [
        (
            'node[kind = "note"]',
            {
                "shape": "rectangle",
                "width": "data(width)",
                "height": "data(height)",
                "background-color": _PAPER,
                "background-image": icons.build_icon_uri("note", _RIM),
                "background-width": 15,
                "background-height": 15,
                "background-position-x": "100%",
                "background-position-y": "0%",
                "background-offset-x": -6,
                "background-offset-y": 6,
                "background-clip": "node",
                "border-width": 1.5,
                "border-color": _RIM,
                "color": _INK,
                "font-size": 14,
                "font-weight": 400,
                "text-valign": "center",
                "text-halign": "center",
                "text-margin-y": 0,
                "text-justification": "left",
                "text-max-width": 1_000,
                "text-background-opacity": 0,
                "line-height": 1.2,
                "z-index": 5,
            },
        )
    ]


def wrap_text(text: str) -> list[str]:
    """The lines of a note on its card; a word that is too long for a line is broken."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            joined = f"{line} {word}" if line else word
            if _estimate_width(joined) <= _LETTERS:
                line = joined
                continue
            if line:
                lines.append(line)
            line = word
            while _estimate_width(line) > _LETTERS:
                fits = next(n for n in range(len(line), 0, -1) if _estimate_width(line[:n]) <= _LETTERS)
                lines.append(line[:fits])
                line = line[fits:]
        lines.append(line)
    return lines


def estimate_size(text: str) -> tuple[float, float]:
    """How wide and high a card must be for a text, estimated."""
    lines = wrap_text(text)
    broadest = max((_estimate_width(line) for line in lines), default=0)
    return round(max(broadest, _LEAST) * _LETTER + 2 * _PAD), round((len(lines) + 1) * _LINE + 2 * _PAD - 4)


def list_note_boxes(canvas: Canvas) -> list[tuple[Box, Point]]:
    """The room that the notes take."""
    return [(_build_box(n), canvas.positions[n.id]) for n in canvas.notes if n.id in canvas.positions]


def move_notes_aside(canvas: Canvas, room: Mapping[str, Box], only: str = "") -> Canvas:
    """With each note that stands where a node of `room` does moved to the nearest free place, or `only` that note."""
    if not canvas.notes:
        return canvas
    board = OccupancyGrid()
    for identity, box in room.items():
        if identity in canvas.positions:
            board.put(box, canvas.positions[identity])
    places = {}
    for note in canvas.notes:
        at, box = canvas.positions.get(note.id, (0.0, 0.0)), _build_box(note)
        stays = (only and note.id != only) or board.free(box, at)
        places[note.id] = at if stays else force.find_nearest_free(board, box, at)
        board.put(box, places[note.id])
    return canvas.placed(places, fit=canvas.fit)


def _build_box(note: Note) -> Box:
    width, height = estimate_size(note.text)
    return Box(width + GAP, (height + GAP) / 2, (height + GAP) / 2)


def _estimate_width(text: str) -> float:
    return sum(1.85 if ord(c) > 0x2E7F else 1 for c in text)
