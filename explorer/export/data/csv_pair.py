"""CSV: a zip of nodes.csv, lines.csv, claims.csv, disputes.csv, sources.csv and about.csv, for tables and programs.

Each is UTF-8 as formats/tables.py writes it (RFC 4180, formulas made harmless), led by a byte order mark: Excel takes a
CSV file without one for the code page of its own machine, and would show Hangul and dashes as rubbish. pandas, R and
LibreOffice know the mark. Entities that claims alone name are in named.csv.
"""

from explorer.export.common import zips
from explorer.export.common.briefing import Briefing
from explorer.export.data import rows, tables
from graph.formats.tables import csv_text

BOM = "\ufeff"


def make(briefing: Briefing) -> bytes:
    """The zip file."""
    lines = rows.line_facts(briefing)
    grids = {
        "nodes": tables.entities(briefing, rows.entity_facts(briefing)),
        "lines": tables.lines(briefing, lines),
        "claims": tables.claims(briefing, lines),
        "disputes": tables.disputes(briefing),
        "sources": tables.sources(briefing),
        "named": tables.others(briefing),
        "about": tables.about(briefing),
    }
    return zips.pack({f"{name}.csv": (BOM + csv_text(g.table())).encode() for name, g in grids.items()})
