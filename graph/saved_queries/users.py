"""What a user is called: nothing proves a name, it keeps people's own queries, turns and histories apart."""

import getpass
import unicodedata

LONGEST = 60  # letters


def get_local_user() -> str:
    """The name of the user of this machine, the same for the command line and for an explorer without a password."""
    try:
        return clean_name(getpass.getuser()) or "user"
    except (OSError, KeyError):  # a container's user may have no name
        return "user"


def clean_name(name: str) -> str:
    """A name in one line, without control characters; '' where nothing is left."""
    kept = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C" or c.isspace())
    return " ".join(kept.split())[:LONGEST]
