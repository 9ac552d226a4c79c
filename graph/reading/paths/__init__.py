"""Paths between two entities, found on the server, and the nearest designated party."""

from graph.reading.paths.finding import KINDS, find_paths, suggest_relaxations
from graph.reading.paths.nearest import NearestDesignated, find_nearest_designated
from graph.reading.paths.path_filter import MOST_HOPS, PathFilter
from graph.reading.paths.search import MOST_PATHS, PathResult
from graph.reading.paths.strength import Strength, compute_path_strength, compute_strength, find_weakest

__all__ = [
    "KINDS",
    "MOST_HOPS",
    "MOST_PATHS",
    "NearestDesignated",
    "PathFilter",
    "PathResult",
    "Strength",
    "compute_path_strength",
    "compute_strength",
    "find_nearest_designated",
    "find_paths",
    "find_weakest",
    "suggest_relaxations",
]
