"""The sizes of pages, in points (1/72 inch)."""

from dataclasses import dataclass

from graph.errors import UsageError

LEAST_NAME = 5.5  # points: smaller names can't be read in print


@dataclass(frozen=True)
class Paper:
    """A page: width, height and what everything beside the picture is scaled by."""

    name: str
    caption: str
    width: float
    height: float
    scale: float = 1.0

    @property
    def slide(self) -> bool:
        """Whether it is shown on a screen or wall: read from afar, and never turned upright."""
        return self.name.startswith("slide")


PAPERS = {
    "slide": Paper("slide", "Slide 16:9", 960.0, 540.0),  # as PowerPoint's wide slides, 13.333 x 7.5 inches
    "slide-4-3": Paper("slide-4-3", "Slide 4:3", 720.0, 540.0),
    "a4": Paper("a4", "A4", 841.89, 595.28),  # ISO 216
    "a3": Paper("a3", "A3", 1190.55, 841.89, 1.2),
    "a2": Paper("a2", "A2", 1683.78, 1190.55, 1.5),
}


def find_paper(name: str) -> Paper:
    """The page of a name. Raises UsageError for another."""
    if name not in PAPERS:
        raise UsageError(f"there is no page {name!r}; there are {', '.join(PAPERS)}")
    return PAPERS[name]
