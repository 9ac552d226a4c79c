"""Paths between two entities, found on the server, and the nearest designated party."""

from graph.reading.paths.exclusions import MOST_LOOKED_AT, count_exclusions
from graph.reading.paths.finding import KINDS, find_paths, suggest_relaxations
from graph.reading.paths.nearest import NearestDesignated, find_nearest_designated
from graph.reading.paths.path_filter import MOST_HOPS, PathFilter, build_default_filter
from graph.reading.paths.routes import MOST_ROUTES
from graph.reading.paths.search import MOST_PATHS, Exclusion, PathResult
from graph.reading.paths.strength import Strength, compute_path_strength, compute_strength, find_weakest

__all__ = [
    "KINDS",
    "MOST_HOPS",
    "MOST_LOOKED_AT",
    "MOST_PATHS",
    "MOST_ROUTES",
    "Exclusion",
    "NearestDesignated",
    "PathFilter",
    "PathResult",
    "Strength",
    "build_default_filter",
    "compute_path_strength",
    "compute_strength",
    "count_exclusions",
    "find_nearest_designated",
    "find_paths",
    "find_weakest",
    "suggest_relaxations",
]
