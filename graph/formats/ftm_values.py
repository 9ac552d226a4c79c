"""Texts as FollowTheMoney keeps them: what its own cleaning would leave as it is, or nothing.

After followthemoney/types/*.py and rigour (MIT). A value that its reader would drop or change is better not written:
the whole record travels beside it, in the line's `armsgraph` key.
"""

import re
import unicodedata
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlparse

import pycountry

from graph import dates, imo
from graph.formats.ftm_model import Model, Property

_SPACES = "\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u0a00"
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2060-\u2064\ufeff\ud800-\udfff]")
_SPACE = re.compile(f"[{_SPACES}]")
_RUN = re.compile(r"\s+")
_QUOTED = re.compile(r"""^["'](.*)["']$""")
_BREAKS = re.compile(r"(\r\n|\n|<BR/>|<BR>|\t|ESQ\.,|ESQ,|;)")
_COMMATA = re.compile(r"(,\s?[,.])")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_LABEL = re.compile(r"[\w-]{1,63}")
ENTITY_ID = re.compile(r"[0-9a-zA-Z](?:[0-9a-zA-Z.\-]{0,198}[0-9a-zA-Z])?\Z")


class PropertyValues:
    """The properties of one line: only what its schema has, and as FollowTheMoney keeps it."""

    def __init__(self, model: Model, schema: str) -> None:
        self.model, self.schema = model, schema
        self.properties: dict[str, list[str]] = {}

    def add(self, name: str, text: str) -> bool:
        """Adds a value, once; False where the schema has no such property or it takes no such value."""
        prop = self.model.schemata[self.schema].properties.get(name) if text else None
        value = clean_value(prop, text, self.model) if prop else None
        if value is None:
            return False
        held = self.properties.setdefault(name, [])
        if value not in held:
            held.append(value)
        return True

    def find_by_label(self, type_: str, label: str) -> str:
        """The schema's property of a type with this label, such as "Tax Number"; "" where it has none."""
        properties = self.model.schemata[self.schema].properties.values()
        return next((p.name for p in properties if p.type == type_ and p.label.lower() == label.lower()), "")

    def plain(self, name: str) -> bool:
        """Whether the schema has the property, and it holds a value and not another entity's id."""
        prop = self.model.schemata[self.schema].properties.get(name)
        return prop is not None and prop.type != "entity"


def clean_value(prop: Property, value: str, model: Model) -> str | None:
    """The value as FollowTheMoney keeps it under this property; None where it would keep nothing, or something else.

    A text longer than FollowTheMoney's limit is cut, except where that makes it another value.
    """
    if prop.stub:
        return None
    plain = _repeat_until_stable(_sanitize, value)
    text = _clean_by_type(prop, plain, model) if plain else None
    if text and len(text) > prop.max_length:
        return text[: prop.max_length - 1].rstrip(" ,") + "…" if prop.type in ("text", "string", "name") else None
    return text or None


def _clean_by_type(prop: Property, text: str, model: Model) -> str | None:  # noqa: PLR0911 - one answer for each type
    match prop.type:
        case "text" | "string":
            return text
        case "name":
            return _repeat_until_stable(_clean_name, text)
        case "address":
            return _repeat_until_stable(_clean_address, text)
        case "date":
            return _clean_date(text)
        case "country":
            return model.find_country_code(text) or None
        case "number":
            return text if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) else None
        case "url":
            return _clean_url(text)
        case "identifier":
            return _clean_identifier(prop.format, text)
        case "entity":
            return text if ENTITY_ID.match(text) else None
        case "language":
            return _clean_language(text, model)
        case "topic":
            return text if text in model.topics else None
        case "gender":
            return text if text in model.genders else None
    return None  # phone, email, ip and others have checks of their own that we don't repeat


def _repeat_until_stable(step: Callable[[str], str], text: str) -> str:
    """What a step leaves when it is repeated until nothing changes."""
    while (after := step(text)) != text:
        text = after
    return text


def _sanitize(text: str) -> str:
    return _UNSAFE.sub("", _SPACE.sub(" ", unicodedata.normalize("NFC", text))).strip()


def _clean_name(text: str) -> str:
    return _RUN.sub(" ", _QUOTED.sub(r"\1", text)).strip()


def _clean_address(text: str) -> str:
    return _RUN.sub(" ", _COMMATA.sub(", ", _BREAKS.sub(", ", text))).strip()


def _clean_date(text: str) -> str | None:
    """A partial date without its "-early": FollowTheMoney knows year, month and day."""
    try:
        dates.parse_range(text)
    except ValueError:
        return None
    match = _DATE.match(text)
    return match.group() if match and text.isascii() else None  # digits of other scripts are digits to Python


def _clean_identifier(form: str, text: str) -> str | None:
    if not form:
        return text
    if form == "imo":
        digits = imo.strip_head(text)
        return f"IMO{digits}" if imo.is_ship_number(digits) or imo.is_company_number(digits) else None
    if form == "wikidata":
        return text if re.fullmatch(r"Q[1-9]\d{0,14}", text, re.ASCII) else None
    return None  # check digits of other registers, which the package would test


def _clean_language(text: str, model: Model) -> str | None:
    code = text.lower()
    if len(code) == 2:
        language = pycountry.languages.get(alpha_2=code)
        code = language.alpha_3 if language else ""
    return code if code in model.languages else None


def _clean_url(text: str) -> str | None:
    try:
        parsed = urlparse(text)
        host, _port = parsed.hostname or "", parsed.port
    except ValueError:
        return None
    if parsed.scheme not in ("http", "https") or not _is_host(host) or re.search(r"\s", text):
        return None
    return parsed._replace(path=parsed.path or "/").geturl()


def _is_host(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        labels = host.rstrip(".").split(".")
        named = all(_LABEL.fullmatch(part) and re.search(r"[^\W_]", part) for part in labels)
        return named and (len(labels) == 1 or (len(labels[-1]) >= 2 and not labels[-1].isdigit()))
    return True
