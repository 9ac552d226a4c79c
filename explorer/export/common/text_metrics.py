"""The fonts of exported files, and how wide a text is in them. They come with the program: every machine draws alike.

Noto Sans draws Latin, Greek and Cyrillic, Noto Sans CJK KR draws Hangul, Chinese and signs (scripts/renew_fonts.py).
Widths are in the unit of the size given, usually points (1/72 inch).
"""

from functools import cache, lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).with_name("fonts")
CSS = "'Noto Sans', 'Noto Sans CJK KR', 'Noto Sans KR', 'Malgun Gothic', 'Apple SD Gothic Neo', sans-serif"
_FILES = {
    False: ("NotoSans-Regular.ttf", "NotoSansCJKkr-Regular.otf"),
    True: ("NotoSans-Bold.ttf", "NotoSansCJKkr-Bold.otf", "NotoSansCJKkr-Regular.otf"),
}
_UNKNOWN = 0.6  # the width of a letter that none of the fonts has, which another font must draw
_WORDS = str.maketrans({"✕": "×", "\u200b": "", "\ufeff": ""})  # signs that the fonts lack


def to_printable(text: str) -> str:
    """A text with signs that the fonts lack replaced by their like."""
    return text.translate(_WORDS)


def measure_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is in one line."""
    return sum(_get_advance(c, bold) for c in text) * size


def find_missing_letters(text: str) -> str:
    """The letters of a text that the fonts do not have: each once, in order."""
    return "".join(dict.fromkeys(c for c in to_printable(text) if not c.isspace() and not _has_glyph(c)))


def wrap_text(text: str, size: float, most: float, *, bold: bool = False) -> list[str]:
    """A text in lines at most so wide. Breaks at spaces and after hyphens; a longer word is broken where it must be."""
    lines: list[str] = []
    for paragraph in to_printable(text).split("\n"):
        line, wide = "", 0.0
        for word in _split_words(paragraph):
            bare = measure_width(word.rstrip(), size, bold=bold)
            if line and wide + bare > most:
                lines.append(line.rstrip())
                line, wide = "", 0.0
            if bare > most:
                *whole, rest = _break_word(word, size, most, bold)
                lines += whole
            else:
                rest = word
            line += rest
            wide += measure_width(rest, size, bold=bold)
        lines.append(line.rstrip())
    return lines


def _break_word(word: str, size: float, most: float, bold: bool) -> list[str]:
    """A word that is wider than a line, in pieces."""
    pieces, piece, wide = [], "", 0.0
    for letter in word:
        step = _get_advance(letter, bold) * size
        if piece and wide + step > most:
            pieces.append(piece)
            piece, wide = "", 0.0
        piece += letter
        wide += step
    return [*pieces, piece]


def _split_words(text: str) -> list[str]:
    """Pieces that a line may be broken after, each with the space behind it."""
    pieces, piece = [], ""
    for n, letter in enumerate(text):
        piece += letter
        after = text[n + 1 : n + 2]
        wide = (
            ord(letter) > 0x2E7F and after != "" and ord(after) > 0x2E7F and letter < "\uac00"
        )  # Chinese has no spaces
        if (letter == " " and after != " ") or (letter in "-/–" and after.isalpha()) or wide:
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces


@cache
def _load_fonts(bold: bool) -> list[tuple[dict[int, str], dict[str, tuple[int, int]], int]]:
    fonts = []
    for name in _FILES[bold]:
        font = TTFont(FOLDER / name, lazy=True)
        fonts.append((font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm))
    return fonts


@lru_cache(maxsize=20_000)
def _get_advance(letter: str, bold: bool) -> float:
    for characters, metrics, units in _load_fonts(bold):
        glyph = characters.get(ord(letter))
        if glyph is not None:
            return metrics[glyph][0] / units
    return _UNKNOWN


def _has_glyph(letter: str) -> bool:
    return any(ord(letter) in characters for characters, _, _ in _load_fonts(False))
