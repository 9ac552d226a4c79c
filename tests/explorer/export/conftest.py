"""What the tests of exports share: LibreOffice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.exports import run_program


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """Converts files with LibreOffice, several at once: `convert(folder, "a.pptx", "b.pptx", to="pdf")`.

    Its settings are this process' own, since a second LibreOffice with the same would not start.
    """
    profile = tmp_path_factory.mktemp("office").as_uri()

    def run(folder: Path, *names: str, to: str = "pdf") -> None:
        files = [folder / name for name in names]
        settings = f"-env:UserInstallation={profile}"
        run_program("soffice", settings, "--headless", "--convert-to", to, "--outdir", folder, *files, timeout=300)

    return run
