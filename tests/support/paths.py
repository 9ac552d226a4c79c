"""Where the tests find things: the repository, their fixtures, and real lists that may stand beside a checkout."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
SHARED = ROOT.parent / "shared"


def find_shared(*parts: str) -> Path:
    """A file or folder of real data; the test is skipped, also in CI, where it does not stand beside the checkout."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(('shared', *parts))} is not part of the project")
    return path
