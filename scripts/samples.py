"""Makes the sample exports in docs/samples/ anew, from the shipped data: a PDF, slides, a dossier and a web page.

    armsgraph load articles && python scripts/samples.py

Each is made by the same commands that a user has; this only names them.
"""

import subprocess
import sys
from pathlib import Path

import click

OUT = Path(__file__).resolve().parent.parent / "docs" / "samples"
CHAIN = ["--query", "full-chain"]
SAMPLES: dict[str, list[str]] = {
    "command-to-customer.pdf": [*CHAIN, "--format", "pdf", "--paper", "a3", "--mark", "Sample"],
    "command-to-customer.html": [*CHAIN, "--format", "html", "--mark", "Sample"],
    "export-routes.pptx": ["--query", "export-chain", "--format", "pptx", "--mark", "Sample"],
    "dossier-kanggye.docx": ["--entity", "kanggye-general-tractor-plant", "--format", "docx", "--mark", "Sample"],
}


@click.command()
@click.option("--date", "day", default="today", show_default=True, help="The day that the files say they were made on.")
def main(day: str) -> None:
    """Writes the files."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, arguments in SAMPLES.items():
        command = [sys.executable, "-m", "armsgraph", "export", *arguments, "--date", day, "-o", str(OUT / name)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
