"""How well a line and a path are evidenced, in Python and in Cypher alike.

A path's worth is that of its weakest link (`compute_strength`).
"""

from graph.evidence import GRADE_RANKS
from graph.model import INFERRED, Path, Relationship

_UNGRADED = len(GRADE_RANKS)
_STANCES = {"denied": 0, INFERRED: 1, "contested": 2}  # a line that nobody reports is worse than one that some deny
CLASSES = (len(_STANCES) + 1) * (_UNGRADED + 1)
Strength = tuple[int, int, int]  # of a line: class (stance, then grade), number of speakers, 1 unless withdrawn
WEAKEST: Strength = (0, 0, 0)
# The same in Cypher, of a line `r`; GRADE and AT_LEAST take the parameter $ranks, and AT_LEAST those of a strength.
_STANCE_CASES = " ".join(f"WHEN '{stance}' THEN {rank}" for stance, rank in _STANCES.items())
GRADE = f"coalesce($ranks[coalesce(toStringOrNull(r.grade), '')], {_UNGRADED})"
_CLASS = (
    f"(CASE toStringOrNull(r.stance) {_STANCE_CASES} ELSE {len(_STANCES)} END * "
    f"{_UNGRADED + 1} + {_UNGRADED} - {GRADE})"
)
_SPEAKERS = "CASE WHEN r.speakers IS :: LIST<ANY> THEN size(coalesce(r.speakers, [])) ELSE 0 END"
_STILL = "(CASE WHEN r.withdrawn_on IS NULL THEN 1 ELSE 0 END)"
AT_LEAST = (
    f"({_CLASS} > $class OR ({_CLASS} = $class AND ({_SPEAKERS} > $speakers OR "
    f"({_SPEAKERS} = $speakers AND {_STILL} >= $standing))))"
)


def compute_strength(line: Relationship) -> Strength:
    """How well a line is evidenced: by stance, then grade, then speakers, then whether it stands.

    Denied lines come last, and before them those that nobody reports; then contested and asserted ones.
    """
    stance = _STANCES.get(line.stance, len(_STANCES))
    grade = GRADE_RANKS.get(str(line.properties.get("grade", "")), _UNGRADED)
    speakers = len(line.properties.get("speakers") or ())
    return stance * (_UNGRADED + 1) + _UNGRADED - grade, speakers, int(not line.properties.get("withdrawn_on"))


def compute_path_strength(path: Path) -> Strength:
    """That of the path's weakest line."""
    return min(map(compute_strength, path.relationships))


def find_weakest(path: Path) -> tuple[Relationship, ...]:
    """The lines that none is weaker than, in the order of the path."""
    least = compute_path_strength(path)
    return tuple(line for line in path.relationships if compute_strength(line) == least)


def get_sort_key(path: Path) -> tuple[list[int], list[str]]:
    """Sorts the best evidenced first: by the weakest line, then by the second weakest, and so on."""
    return [-part for line in sorted(map(compute_strength, path.relationships)) for part in line], [
        e.id for e in path.entities
    ]
