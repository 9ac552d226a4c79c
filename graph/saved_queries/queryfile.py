"""A saved query as a file: a header of `//` lines that hold one YAML mapping, and the Cypher behind it. All pure.

    // title: Chain of reporting            what an analyst would ask
    // description: Everyone above …
    // theme: reporting                     one of THEMES; "own" where there is none
    // parameters:                          name -> type and bounds (graph/saved_queries/parameters.py)
    //   depth: {type: integer, default: 4, min: 1, max: 8}
    // result: graph                        one of RESULTS
    // chart: {kind: bar, x: topic, y: count, by: publisher}     for result chart: columns of the answer
    // unit: claims                         for result number: what is counted

The kind `figures` is for numbers that speakers give for one thing: `x` is the partial date that a number counts up to.
It reads the columns `stance`, `on`, `unit` and `note`, where the answer has them (explorer/answers/charts/figures.py).

A chart's `y` is a column of numbers; `low` and `high` may name columns that give a range instead; `by` gives each of
its values a colour.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import yaml

from graph.errors import QueryError, QueryFileError
from graph.guard import lexer, rules
from graph.saved_queries import parameters
from graph.saved_queries.parameters import Parameter

THEMES = {
    "reporting": "Command and reporting",
    "production": "Production",
    "export": "Export and shipment",
    "evasion": "Evasion at sea and on paper",
    "components": "Components and origins",
    "finance": "Finance and what comes back",
    "designations": "Designations",
    "evidence": "Evidence and disagreement",
    "housekeeping": "Housekeeping",
    "own": "Your own",
}
RESULTS = ("graph", "table", "number", "chart")
CHARTS = ("bar", "line", "figures")
LARGEST = rules.LONGEST  # letters of a file: what is longer could not run
NAME_RULE = "a name is words in lower case and digits, joined by hyphens, at most 60 letters"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_USED = re.compile(r"\$([A-Za-z_]\w*)")
_HEADER = {"title", "description", "theme", "parameters", "result", "chart", "unit"}
_CHART = {"kind", "x", "y", "by", "low", "high"}
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Chart:
    """Which columns of an answer a chart draws, as in the module's docstring."""

    kind: str
    x: str
    y: str = ""
    by: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class SavedQuery:
    """A query file: what it asks, what it needs, and the Cypher text as it stands in the file.

    `shelf` says whose it is: "shipped", "shared" or "personal"; "" for one that is not saved.
    """

    name: str
    title: str
    description: str
    result: str
    text: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    theme: str = "own"
    chart: Chart | None = None
    unit: str = ""
    shelf: str = ""

    @property
    def hash(self) -> str:
        """The SHA-256 of the text, in hexadecimal digits: what the audit log names."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def parse(name: str, text: str, *, shelf: str = "") -> SavedQuery:
    """A saved query from the text of its file. Raises QueryFileError."""
    file = f"{name}.cypher"

    def need(ok: object, rule: str) -> None:
        if not ok:
            raise QueryFileError(rule, file=file)

    need(is_name(name), NAME_RULE)
    need(len(text) <= LARGEST, f"a query has at most {LARGEST:,} letters")
    head, body = split_header(text)
    try:
        header = yaml.safe_load("\n".join(line[2:].removeprefix(" ") for line in head))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise QueryFileError(f"the header is not YAML: {error}", file=file) from error
    need(isinstance(header, dict), "it must open with a header of // lines")
    need(set(header) <= _HEADER, f"the header has an unknown key; it may have {', '.join(sorted(_HEADER))}")
    need(
        all(isinstance(header.get(k), str) and header[k].strip() for k in ("title", "description")),
        "title and description are texts",
    )
    need(header.get("result") in RESULTS, f"result must be one of {', '.join(RESULTS)}")
    need(header.get("theme", "own") in THEMES, f"theme must be one of {', '.join(THEMES)}")
    need(isinstance(header.get("unit", ""), str), "unit is a text")
    specs = header.get("parameters") or {}
    need(isinstance(specs, dict) and all(isinstance(n, str) for n in specs), "parameters is a table of names")
    need((header["result"] == "chart") == ("chart" in header), "a chart says what it draws, and nothing else does")
    try:
        needs = {n: parameters.parse(n, spec, body) for n, spec in specs.items()}
    except QueryError as error:
        raise QueryFileError(str(error), file=file) from error
    chart = _parse_chart(header["chart"], need) if "chart" in header else None
    need(lexer.strip_literals(body).strip(), "there is no Cypher after the header")
    asks = find_used_parameters(body)
    need(asks == set(needs), f"declared and used parameters differ: {sorted(asks ^ set(needs))}")
    return SavedQuery(
        name,
        header["title"].strip(),
        header["description"].strip(),
        header["result"],
        text,
        needs,
        header.get("theme", "own"),
        chart,
        header.get("unit", ""),
        shelf,
    )


def split_header(text: str) -> tuple[list[str], str]:
    """The lines of a text's header, and the text behind it."""
    lines = _LINE_END.split(text)  # where Neo4j ends a comment; splitlines() sees more ends
    head = list(takewhile(lambda line: line.startswith("//"), lines))
    return head, "\n".join(lines[len(head) :])


def find_used_parameters(body: str) -> set[str]:
    """The names of the parameters that a Cypher text uses; what stands in comments and quotation marks is none."""
    return set(_USED.findall(lexer.strip_literals(body)))


def is_name(name: str) -> bool:
    """Whether a query may be called so; such a name is safe as part of a path and of an address."""
    return bool(_NAME.fullmatch(name)) and len(name) <= 60


def _parse_chart(spec: Any, need: Any) -> Chart:
    ok = isinstance(spec, dict) and set(spec) <= _CHART and all(isinstance(v, str) for v in spec.values())
    need(
        ok and spec.get("kind") in CHARTS and spec.get("x"),
        f"chart has a kind among {', '.join(CHARTS)}, an x and "
        f"may have {', '.join(sorted(_CHART - {'kind', 'x'}))}, each a column",
    )
    need(spec.get("y") or (spec.get("low") and spec.get("high")), "chart needs a y, or low and high")
    return Chart(**spec)
