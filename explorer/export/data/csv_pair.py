"""CSV: a zip of nodes.csv, lines.csv, claims.csv, disputes.csv, sources.csv and about.csv, for tables and programs.

Each is UTF-8 as formats/tables.py writes it (RFC 4180, formulas made harmless), led by a byte order mark: Excel takes a
CSV file without one for the code page of its own machine, and would show Hangul and dashes as rubbish. pandas, R and
LibreOffice know the mark. Entities that claims alone name are in named.csv.
"""

from explorer.export.common import zips
from explorer.export.common.briefing import Briefing
from explorer.export.data import rows, tables
from graph.formats.tables import format_csv

BOM = "\ufeff"


def render(briefing: Briefing) -> bytes:
    """The zip file."""
    lines = rows.build_line_facts(briefing)
    grids = {
        "nodes": tables.build_entity_grid(briefing, rows.build_entity_facts(briefing)),
        "lines": tables.build_line_grid(briefing, lines),
        "claims": tables.build_claim_grid(briefing, lines),
        "disputes": tables.build_dispute_grid(briefing),
        "sources": tables.build_source_grid(briefing),
        "named": tables.build_claim_only_entity_grid(briefing),
        "about": tables.build_about_grid(briefing),
    }
    return zips.pack({f"{name}.csv": (BOM + format_csv(g.table())).encode() for name, g in grids.items()})
