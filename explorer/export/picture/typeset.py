"""PDF and PNG through Typst (https://typst.app), which embeds what is used of our fonts and writes real text.

Texts reach Typst as JSON data, never as its markup, so that nothing from the graph can be read as a command.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

from explorer.export.common import text_metrics
from explorer.export.picture import svg_parts
from graph.errors import ArmsgraphError

TEMPLATES = Path(__file__).with_name("typst")


class TypesettingFailed(ArmsgraphError):
    """A page could not be set."""


def render_pdf(template: str, data: Mapping[str, object], pictures: Sequence[str] = ()) -> bytes:
    """A PDF from a template of ours, its data, and SVG pictures, which it finds as picture-0.svg and so on."""
    return _compile(template, data, pictures, format="pdf", timestamp=0)[0]


def render_png(picture: str, *, width: float, pixels: int) -> bytes:
    """An SVG picture of a width in points as a PNG so many pixels wide."""
    return _compile("picture", {"width": width}, [picture], format="png", ppi=pixels / width * 72)[0]


def render_first_page(
    template: str, data: Mapping[str, object], pictures: Sequence[str] = (), *, ppi: float = 110
) -> bytes:
    """The first page of what `pdf` makes, as a PNG."""
    return _compile(template, data, pictures, format="png", ppi=ppi)[0]


def _compile(template: str, data: Mapping[str, object], pictures: Sequence[str], **options: Any) -> list[bytes]:
    with tempfile.TemporaryDirectory(prefix="armsgraph-") as name:
        folder = Path(name)
        (folder / "main.typ").write_bytes((TEMPLATES / f"{template}.typ").read_bytes())
        (folder / "data.json").write_text(
            json.dumps(svg_parts.apply_to_texts(data, _clean_text), ensure_ascii=False), encoding="utf-8"
        )
        for n, picture in enumerate(pictures):
            (folder / f"picture-{n}.svg").write_text(picture, encoding="utf-8")
        try:
            compiled = typst.compile(
                str(folder / "main.typ"), root=str(folder), font_paths=[str(text_metrics.FOLDER)], **options
            )
        except typst.TypstError as error:
            raise TypesettingFailed(f"The page could not be set: {error}") from error
    return compiled if isinstance(compiled, list) else [compiled]


def _clean_text(text: str) -> str:
    """A text without the control characters and halves of letters that no font has and no file may hold."""
    return svg_parts.clean(text_metrics.to_printable(text))
