"""What an exchange file holds, learned in a first reading, in little memory."""

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from graph.formats.graphml_read import ExchangeRecord

NAMED = ("HAS_NAME", "HAS_IDENTIFIER")


class HashSet:
    """A set of texts in 8 bytes each, filled first and asked then. Python's keyed hash can't be steered by a file."""

    def __init__(self) -> None:
        self._held = array("Q")

    def add(self, *parts: str) -> None:
        """Adds a text, or several that belong together."""
        self._held.append(hash(parts) & 0xFFFF_FFFF_FFFF_FFFF)

    def seal(self) -> None:
        """Sorts in place: from now on it can be asked."""
        if self._held:
            np.frombuffer(self._held, dtype=np.uint64).sort()

    def __contains__(self, parts: tuple[str, ...]) -> bool:
        digest = hash(parts) & 0xFFFF_FFFF_FFFF_FFFF
        at = bisect_left(self._held, digest)
        return at < len(self._held) and self._held[at] == digest


@dataclass
class FirstPass:
    """What a file holds, learned before it is loaded."""

    claims: HashSet = field(default_factory=HashSet)
    names: HashSet = field(default_factory=HashSet)  # predicate, subject, value
    entities: HashSet = field(default_factory=HashSet)
    ends: HashSet = field(default_factory=HashSet)  # ids that claims are about

    def take(self, record: ExchangeRecord) -> None:
        """Learns of a record."""
        values = record.values
        texts = {k: v for k, v in values.items() if isinstance(v, str)}
        if record.kind == "entity":
            self.entities.add(texts.get("id", ""))
        elif record.kind == "claim":
            self.claims.add(texts.get("id", ""))
            self.ends.add(texts.get("subject", ""))
            self.ends.add(texts.get("object", ""))
            if texts.get("predicate") in NAMED:
                self.names.add(texts["predicate"], texts.get("subject", ""), texts.get("value", ""))

    def seal(self) -> None:
        """Ends the reading: from now on it can be asked."""
        for hashes in (self.claims, self.names, self.entities, self.ends):
            hashes.seal()
