"""What the tests of exports share: canvases of real data, and other programs to open files with."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import which

import numpy as np
from PIL import Image

from explorer.canvas import actions
from explorer.export.common import material, text_metrics
from explorer.export.common.briefing import Briefing
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_queries import guarded_query
from graph.saved_queries.library import load_shipped_queries
from tests.support.servers import missing

DAY = "2026-11-28"
HOSTILE = '<script>alert("x")</script> & =1+1 \' ]]> #set 강계'


def build_canvas(store: Store, ontology: Ontology, what: str) -> Canvas:
    """The canvas of a saved query, or of a chain ("chain:entity")."""
    if what.startswith("chain:"):
        return actions.show_chain(store, ontology, what.removeprefix("chain:")).canvas
    answer = guarded_query.run(store, ontology, load_shipped_queries()[what], {})
    return actions.show_answer(store, ontology, Canvas(), answer, fresh=True).canvas


def build_briefing(store: Store, ontology: Ontology, what: str | Canvas, mark: str = "Draft") -> Briefing:
    """The briefing of such a canvas."""
    canvas = build_canvas(store, ontology, what) if isinstance(what, str) else what
    return Briefing(material.gather(store, ontology, canvas), mark=mark, made_on=DAY)


def run_program(*command: str | Path, data: bytes | None = None, timeout: float = 300, **environment: str) -> str:
    """What another program prints when it is given `data`; the test is skipped (in CI: fails) where there is none."""
    if which(str(command[0])) is None:
        missing(f"there is no {command[0]}")
    done = subprocess.run(
        [str(c) for c in command],
        input=data,
        capture_output=True,
        timeout=timeout,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    return done.stdout.decode("utf-8", "replace")


def write_font_config(folder: Path) -> dict[str, str]:
    """The environment in which another program has our fonts and no others."""
    config = folder / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{text_metrics.FOLDER}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>"
    )
    return {"FONTCONFIG_FILE": str(config)}


def extract_pdf_text(file: Path) -> str:
    """The text of a PDF as Poppler reads it, with all white space as single spaces."""
    return " ".join(run_program("pdftotext", "-enc", "UTF-8", file, "-").split())


def read_picture(file: Path, size: tuple[int, int] | None = None) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """The pixels of an image, at a size if given."""
    with Image.open(file) as opened:
        image = opened.convert("RGB")
        return np.asarray(image.resize(size, Image.Resampling.BOX) if size else image)


def has_colour_at(
    pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", x: float, y: float, colour: str, reach: int = 3
) -> bool:
    """Whether a colour #rrggbb is found near a point, about."""
    expected = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    top, left = max(0, int(y) - reach), max(0, int(x) - reach)
    part = pixels[top : int(y) + reach + 1, left : int(x) + reach + 1].reshape(-1, 3).astype(int)
    return bool(len(part)) and int(np.abs(part - expected).sum(axis=1).min()) < 60


def find_missing_names(names: Sequence[str], text: str) -> list[str]:
    """The names that a text lacks."""
    flat = " ".join(text.split())
    return [name for name in names if " ".join(name.split()) not in flat]
