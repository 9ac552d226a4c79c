"""The saved queries a user can run: the shipped ones in cypher/, those shared here, and the user's own."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from graph import queryfile
from graph.errors import QueryError
from graph.queryfile import SavedQuery

SHIPPED = Path(__file__).resolve().parent.parent / "cypher"


@cache
def shipped(folder: Path = SHIPPED) -> Mapping[str, SavedQuery]:
    """The saved queries of a folder by name. Raises QueryError naming the file and the rule."""
    files = sorted(folder.glob("*.cypher"))
    return {f.stem: queryfile.parse(f.stem, f.read_text(encoding="utf-8"), shelf="shipped") for f in files}


class Library:
    """What one user can run."""

    def __init__(self, user: str = "") -> None:
        self.user = user

    def all(self) -> Mapping[str, SavedQuery]:
        """Every query by name, the shipped ones first."""
        return shipped()

    def find(self, name: str) -> SavedQuery:
        """The query of that name. Raises QueryError that names near ones."""
        known = self.all()
        if name not in known:
            raise QueryError(f"there is no saved query {name!r}; there are: {', '.join(known)}")
        return known[name]
