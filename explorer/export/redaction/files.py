"""The texts that a finished file holds, out of whatever they are packed in. All pure.

Archives are opened (documents, slides, tables, archives in them), compressed parts of a PDF and the text blocks of a
PNG are unpacked, escapes of XML, JSON, addresses and spreadsheets are undone, and texts that tags divide are put
together. Out of reach are pixels and outlines, and the letters of a PDF's pages, which are numbers of a font's shapes:
read those with another program first.
"""

import base64
import binascii
import gzip
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

_DEPTH = 5
_PNG, _GZIP, _ZIP, _PDF = b"\x89PNG\r\n\x1a\n", b"\x1f\x8b", b"PK\x03\x04", b"%PDF-"
_OPAQUE = (b"\xff\xd8\xff", b"GIF8", b"wOF", b"\x00\x01\x00\x00", b"OTTO", b"ttcf", b"RIFF")  # pictures and fonts
_DATA = re.compile(r"data:[\w.+/;=-]{0,80}base64,([A-Za-z0-9+/=\s]{8,})")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_HEX = re.compile(rb"<((?:[0-9A-Fa-f]{2}\s*){4,})>")
_OCTAL = re.compile(r"\\([0-3][0-7]{2})")
_ESCAPED = re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?|\\x([0-9A-Fa-f]{2})|_x([0-9A-Fa-f]{4})_")
_SIGN = re.compile(r"\\[nrtbf\"'/\\]")
_MERMAID = re.compile(r"(?<!&)#(?:(\d{1,7})|(\w{1,8}));")
# Tags between texts that have nothing to do with each other; others may divide one text, such as the runs of Word.
_BLOCK = re.compile(
    r"</?(?:\w+:)?(?:text|title|desc|g|p|div|section|td|th|tr|li|dt|dd|h\d|a|option|button|script|style|data|node|edge|"
    r"si|is|c|v|row|key|attvalue|tbl|tc|svg|meta|head|body)(?:\s[^<>]*)?/?>"
)
_BESIDE = re.compile(r"[\"']\s*[,:\]\[{}]+\s*[\"']")  # items of a list in JSON
_TAG = re.compile(r"<[^<>]*>")
_PRINTED = re.compile(rb"[^\x00-\x08\x0b\x0c\x0e-\x1f]{6,}")
_NULS = 0.2  # the share of zero bytes from which on bytes are taken for UTF-16 text


def extract_texts(data: bytes | str, depth: int = _DEPTH, *, across: bool = False) -> Iterator[str]:
    """All texts in a file: as they stand, with escapes undone, and without tags.

    A sign "|" stands between the texts of a markup, table or list; `across` leaves it out, so that a name is found that
    was cut in two, and words that stand beside each other by chance are too.
    """
    if isinstance(data, str):
        yield from _list_readings(across, data)
        for packed in _DATA.findall(data) if depth else ():
            try:
                yield from extract_texts(base64.b64decode(packed), depth - 1, across=across)
            except (binascii.Error, ValueError):
                continue  # it only looked like base64; its letters were searched as they stand
    elif data.startswith(_OPAQUE):
        return
    elif data.startswith(_ZIP) and depth:
        yield from _extract_archive(data, depth, across)
    elif data.startswith(_PNG):
        yield from _extract_png(data, across)
    elif data.startswith(_GZIP) and depth:
        try:
            yield from extract_texts(gzip.decompress(data), depth - 1, across=across)
        except (OSError, EOFError, zlib.error):
            yield from _extract_plain(data, depth, across)
    elif data.startswith(_PDF):
        yield from _extract_pdf(data, depth, across)
    else:
        yield from _extract_plain(data, depth, across)


def _extract_plain(data: bytes, depth: int, across: bool) -> Iterator[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield from extract_texts(data.decode("utf-16", "replace"), depth, across=across)
        return
    readable = _is_utf8(data)
    if not readable or data.count(0) > len(data) * _NULS:
        for coding in ("utf-16-le", "utf-16-be"):
            yield from extract_texts(data.decode(coding, "replace"), depth, across=across)
    yield from extract_texts(data.decode("utf-8", "replace"), depth, across=across)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _extract_archive(data: bytes, depth: int, across: bool) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from _list_readings(across, archive.comment.decode("utf-8", "replace"))
            for item in archive.infolist():
                yield from _list_readings(across, f"{item.filename}\n{item.comment.decode('utf-8', 'replace')}")
                yield from extract_texts(archive.read(item), depth - 1, across=across)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        yield from _extract_plain(data, depth, across)


def _extract_png(data: bytes, across: bool) -> Iterator[str]:
    at = len(_PNG)
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if kind in (b"tEXt", b"iTXt", b"zTXt", b"eXIf"):
            yield from _list_readings(across, body.decode("utf-8", "replace"))
            packed = body.find(b"x\x9c")
            if packed >= 0:
                yield from _list_readings(across, _decompress(body[packed:]).decode("utf-8", "replace"))
        at += size + 12


def _extract_pdf(data: bytes, depth: int, across: bool) -> Iterator[str]:
    yield from _extract_pdf_strings(_STREAM.sub(b"", data), across)
    for part in _STREAM.findall(data):
        body = _decompress(part) or part
        if body.startswith((_PNG, _ZIP, _GZIP)) and depth:
            yield from extract_texts(body, depth - 1, across=across)
        elif not body.startswith(_OPAQUE):
            yield from _extract_pdf_strings(b"\n".join(_PRINTED.findall(body)), across)


def _extract_pdf_strings(data: bytes, across: bool) -> Iterator[str]:
    text = data.decode("utf-8", "replace")
    yield from _list_readings(across, text)
    yield from _list_readings(across, _OCTAL.sub(lambda m: chr(int(m[1], 8)), text))
    for digits in _HEX.findall(data):
        body = bytes.fromhex(digits.decode("ascii"))
        yield from _list_readings(
            across, body.decode("utf-16" if body[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8", "replace")
        )
    for start in (b"\xfe\xff", b"\xff\xfe"):
        for part in data.split(start)[1:]:
            yield from _list_readings(
                across, part[:2_000].decode("utf-16-be" if start == b"\xfe\xff" else "utf-16-le", "replace")
            )


def _decompress(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return b""


def _list_readings(across: bool, text: str) -> Iterator[str]:
    if across:
        bare = [_TAG.sub(" ", text), _TAG.sub("", text)]
    else:
        apart = _BESIDE.sub("|", _BLOCK.sub("|", text))
        bare = [_BESIDE.sub("|", text), apart, _TAG.sub(" ", apart), _TAG.sub("", apart)]
    seen: set[str] = set()
    for reading in bare:
        decoded = reading
        for _ in range(3):  # a text may be escaped for JSON and then for XML
            if decoded not in seen:
                seen.add(decoded)
                yield decoded
            decoded = _unescape(decoded)


def _unescape(text: str) -> str:
    def letter(hit: re.Match[str]) -> str:
        code = int(hit[1] or hit[2] or hit[3], 16)
        return chr(code) if code <= 0x10FFFF else hit[0]

    text = html.unescape(_MERMAID.sub(lambda m: f"&#{m[1]};" if m[1] else f"&{m[2]};", text) if "#" in text else text)
    text = unquote(_ESCAPED.sub(letter, text))
    text = _SIGN.sub(" ", text) if "\\" in text else text
    # JSON writes what lies beyond 16 bits as a pair.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
