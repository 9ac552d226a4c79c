"""Zip containers that come out the same, byte for byte, whenever they are written.

Office files (docx, pptx, xlsx) are zips, and their writers stamp every member with the clock: two exports of one canvas
would differ, and nobody could show that an exhibit is the file that was sent. Here every member gets the same time and
the same attributes; what is inside, and the order it stands in, stay as they were.
"""

import io
import zipfile
from collections.abc import Mapping

# The first moment that a zip can hold (its clock starts in 1980).
EPOCH = (1980, 1, 1, 0, 0, 0)
# A regular file that everyone may read and its owner write, in the upper half, as Unix zips keep it.
MODE = 0o100644 << 16
UNIX = 3
LEVEL = 6


def normalise(data: bytes) -> bytes:
    """The zip in `data` with a constant time and constant attributes on each member, deflated, in the order they stand.

    Raises zipfile.BadZipFile for what is no zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return _write_members([(name.filename, old.read(name)) for name in old.infolist()])


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of `files` (bytes by their name in it), in the order of the mapping."""
    return _write_members(list(files.items()))


def _write_members(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as new:
        for name, data in members:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = UNIX
            info.external_attr = MODE
            new.writestr(info, data)
    return out.getvalue()
