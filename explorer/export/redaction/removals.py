"""What is noted down while a material is redacted: the list for the exporter, and the texts that must not survive."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RemovedItem:
    """One thing that was taken out or changed: what it is ("source", "line" …), its id, words for it, by which rule."""

    what: str
    id: str
    words: str
    rule: str


@dataclass
class RedactionLog:
    """What is noted down while a material is redacted.

    `strict` are texts that must stand nowhere, whoever says them: hidden sources. `texts` are those that must not stand
    anywhere but where evidence that is left says the same.
    """

    rows: list[RemovedItem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    strict: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def note(self, what: str, identity: str, words: str, rule: str) -> None:
        """Adds a row."""
        self.rows.append(RemovedItem(what, identity, words, rule))


def collect_texts(values: Iterable[object]) -> list[str]:
    """The texts among plain values, and in their lists and tables."""
    texts: list[str] = []
    for value in values:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, list | tuple):
            texts += collect_texts(value)
        elif isinstance(value, Mapping):
            texts += [*collect_texts(value), *collect_texts(value.values())]
    return texts
