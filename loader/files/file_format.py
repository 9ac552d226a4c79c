"""What a mapping says of the file itself: its kind, encoding, separator, sheet, header."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How the file is written. `header` counts from 1, and is 0 where `columns` name what has no header."""

    delimiter: str = ""
    encoding: str = "utf-8"
    sheet: str = ""
    header: int = 1
    skip: int = 0
    columns: tuple[str, ...] = ()
    decimal: str = "."
