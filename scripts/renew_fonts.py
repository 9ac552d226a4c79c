"""Makes the fonts of exported files anew: explorer/export/common/fonts/, cut down to the scripts that the data is in.

    pip install fonttools brotli; apt install fonts-noto-cjk
    python scripts/renew_fonts.py --noto "NotoSans[wdth,wght].ttf"

Noto Sans (Latin, Greek, Cyrillic) is instanced from its variable file; Noto Sans CJK KR (Hangul, the Chinese characters
of KS X 1001 and GB 2312, kana) is taken from Debian's collection. Both are under the SIL Open Font License 1.1. Bold
has Hangul, but no Chinese characters: what is missing there is drawn in the regular weight.
"""

from collections.abc import Iterator
from pathlib import Path

import click
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont
from fontTools.varLib import instancer

OUT = Path(__file__).resolve().parent.parent / "explorer" / "export" / "common" / "fonts"
# Latin and its marks, Greek, Cyrillic, phonetic and extended Latin, punctuation, super- and subscripts, currency.
WESTERN = ((0x20, 0x530), (0x1D00, 0x1F00), (0x2000, 0x2150))
# Arrows, mathematical signs, boxes and shapes, CJK signs, kana, Hangul letters, Hangul, full-width forms.
EASTERN = ((0x2150, 0x2800), (0x3000, 0x3200), (0x3200, 0x3400), (0x1100, 0x1200), (0xAC00, 0xD7A4), (0xFF00, 0xFFF0))
KR = 1  # of the collection's fonts


def build_main_font(source: Path, weight: int) -> TTFont:
    """Noto Sans in one weight, cut down."""
    font = instancer.instantiateVariableFont(TTFont(source), {"wght": weight, "wdth": 100}, updateFontNames=True)
    return subset_font(font, {c for low, high in WESTERN for c in range(low, high)})


def build_eastern_font(source: Path, *, chinese: bool) -> TTFont:
    """Noto Sans CJK KR, cut down."""
    code_points = {c for low, high in EASTERN for c in range(low, high)}
    return subset_font(TTCollection(source).fonts[KR], code_points | (set(list_characters()) if chinese else set()))


def list_characters() -> Iterator[int]:
    """The Chinese characters of KS X 1001 and GB 2312."""
    for codec in ("euc_kr", "gb2312"):
        for lead in range(0xA1, 0xFF):
            for trail in range(0xA1, 0xFF):
                text = bytes((lead, trail)).decode(codec, errors="ignore")
                if len(text) == 1 and 0x4E00 <= ord(text) < 0xA000:
                    yield ord(text)


def subset_font(font: TTFont, characters: set[int]) -> TTFont:
    """The font with these characters alone, and without what only editors of fonts need."""
    options = Options(
        layout_features=["kern", "liga", "ccmp", "locl", "mark", "mkmk"],
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
        drop_tables=["DSIG", "VORG", "vhea", "vmtx", "BASE", "GSUB" if "CFF " in font else "DSIG", "STAT"],
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font["head"].modified = font["head"].created
    return font


@click.command()
@click.option("--noto", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--cjk", type=click.Path(exists=True, path_type=Path), default=Path("/usr/share/fonts/opentype/noto"))
def main(noto: Path, cjk: Path) -> None:
    """Writes the four files."""
    for name, font in (
        ("NotoSans-Regular.ttf", build_main_font(noto, 400)),
        ("NotoSans-Bold.ttf", build_main_font(noto, 700)),
        ("NotoSansCJKkr-Regular.otf", build_eastern_font(cjk / "NotoSansCJK-Regular.ttc", chinese=True)),
        ("NotoSansCJKkr-Bold.otf", build_eastern_font(cjk / "NotoSansCJK-Bold.ttc", chinese=False)),
    ):
        font.save(OUT / name, reorderTables=False)
        click.echo(f"{name}: {(OUT / name).stat().st_size:,} bytes, {len(font.getBestCmap()):,} characters")


if __name__ == "__main__":
    main()
