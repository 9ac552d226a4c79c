"""The window in which a redaction profile is made or changed: a form for what a YAML file holds."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, State, dcc, html, no_update

from explorer.dash_kit.callbacks import register_callback
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS
from explorer.export.redaction import Profile, Replacement
from explorer.export.redaction.profiles import ProfileStore
from explorer.panels.export.choices import list_profiles
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.errors import DataError
from graph.evidence import rank_grade
from graph.reading import browse
from graph.saved_views import viewfile

ABOUT = (
    "A profile leaves things out of files for others, or names them by a label. The same rules hold for every format, "
    "and a file in which anything hidden would still stand is not written."
)
CHANGED, NAMES = "profiles-changed", "profile-names"
GRADES = sorted((f"{letter}{digit}" for letter in "ABCDEF" for digit in "123456"), key=rank_grade)


def layout() -> Any:
    """The window, closed."""
    fields = [
        html.P(ABOUT, className="quiet"),
        dmc.Select(
            id="profile-pick",
            label="Change a saved profile",
            data=[],
            value=None,
            clearable=True,
            placeholder="Or make a new one",
        ),
        dmc.TextInput(id="profile-name", label="Name", value="", inputProps={"maxLength": viewfile.LONGEST}),
        dmc.MultiSelect(
            id="profile-kinds",
            label="Hide sources of these kinds, with all that they alone say",
            data=[],
            value=[],
            placeholder="None",
        ),
        dmc.Select(
            id="profile-grade",
            label="Hide claims graded worse than",
            data=["", *GRADES[:-1]],
            value="",
            placeholder="None",
            clearable=True,
        ),
        html.Div(
            [
                dmc.Select(
                    id="profile-entity",
                    label="Replace the name of",
                    data=[],
                    searchable=True,
                    value=None,
                    placeholder="An entity on the canvas",
                    nothingFoundMessage="Not on this canvas",
                ),
                dmc.TextInput(
                    id="profile-label", label="by", value="", placeholder="Official A", inputProps={"maxLength": 60}
                ),
                dmc.Button("Add", id="profile-add", variant="default"),
            ],
            className="profile-line",
        ),
        html.Ul(id="profile-list", className="profile-list"),
        dmc.Checkbox(id="profile-notes", label="Drop the analyst’s notes, and the notes on sources", checked=False),
        html.Div(id="profile-said", role="status"),
        dmc.Group(
            [
                dmc.Button("Delete", id="profile-delete", variant="default", color="red"),
                dmc.Button("Save", id="profile-save"),
            ],
            justify="flex-end",
            mt="sm",
        ),
    ]
    return html.Div(
        [
            dmc.Modal(
                dmc.Stack(fields, gap="sm"),
                id="profile-window",
                title="Redaction profiles",
                size=640,
                opened=False,
                closeButtonProps={"aria-label": "Close"},
            ),
            dcc.Store(id=CHANGED),
            dcc.Store(id=NAMES, data=[]),
        ]
    )


def register(stage: CanvasCallbacks) -> None:
    """Opens, fills, saves and deletes."""
    app, store = stage.app, stage.store
    fields = [
        Output(i, p, allow_duplicate=True)
        for i, p in (
            ("profile-name", "value"),
            ("profile-kinds", "value"),
            ("profile-grade", "value"),
            (NAMES, "data"),
            ("profile-notes", "checked"),
        )
    ]

    @register_callback(
        app,
        Output("profile-window", "opened"),
        Output("profile-pick", "data"),
        Output("profile-pick", "value"),
        Output("profile-kinds", "data"),
        Output("profile-entity", "data"),
        Output("profile-said", "children"),
        Input("export-profile-edit", "n_clicks"),
        State("export-profile", "value"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    def edit(clicks: Any, current: str | None, stored: Any) -> Any:
        if not clicks:
            return (no_update,) * 6
        names = [p.name for p in ProfileStore().all()]
        entities = [{"value": e.id, "label": e.name} for e in browse.read_entities(store, Canvas.read(stored).ids)]
        return True, names, current if current in names else None, list_source_kinds(store), entities, None

    @register_callback(app, *fields, Input("profile-pick", "value"), prevent_initial_call=True)
    def fill(name: str | None) -> Any:
        if not name:
            return "", [], "", [], False
        found = ProfileStore().find(name)
        named = {e.id: e.name for e in browse.read_entities(store, [r.entity for r in found.names])}
        rows = [
            {"entity": r.entity, "label": r.label, "name": named.get(r.entity, r.entity), "also": list(r.also)}
            for r in found.names
        ]
        return found.name, list(found.source_kinds), found.grade, rows, found.drop_notes

    @register_callback(
        app,
        Output(NAMES, "data", allow_duplicate=True),
        Output("profile-label", "value"),
        Input("profile-add", "n_clicks"),
        Input(page_commands.get_event_id("drop-name"), "data"),
        State("profile-entity", "value"),
        State("profile-label", "value"),
        State(NAMES, "data"),
        prevent_initial_call=True,
    )
    def change(_: Any, dropped: Any, entity: str | None, label: str | None, rows: Any) -> Any:
        if dash.ctx.triggered_id != "profile-add":
            return [r for r in rows if not dropped or r["entity"] != dropped["entity"]], no_update
        if not entity or not (label or "").strip():
            raise DataError("choose an entity and give the label that shall stand in place of its name")
        name = next((e.name for e in browse.read_entities(store, [entity])), entity)
        return [
            *(r for r in rows if r["entity"] != entity),
            {"entity": entity, "label": (label or "").strip(), "name": name, "also": []},
        ], ""

    @register_callback(app, Output("profile-list", "children"), Input(NAMES, "data"))
    def draw(rows: Any) -> list[Any]:
        return [
            html.Li(
                [
                    html.Span(f"{r['name']} → {r['label']}", className="spring"),
                    html.Button(
                        "×",
                        className="link",
                        **{"aria-label": f"Don’t replace {r['name']}"},
                        **page_commands.build_event_attributes("drop-name", entity=r["entity"]),
                    ),
                ]
            )
            for r in rows or ()
        ]

    @register_callback(
        app,
        Output(CHANGED, "data"),
        Output("profile-said", "children", allow_duplicate=True),
        Output("export-profile", "data", allow_duplicate=True),
        Output("export-profile", "value", allow_duplicate=True),
        Output("profile-window", "opened", allow_duplicate=True),
        Input("profile-save", "n_clicks"),
        Input("profile-delete", "n_clicks"),
        State("profile-name", "value"),
        State("profile-kinds", "value"),
        State("profile-grade", "value"),
        State(NAMES, "data"),
        State("profile-notes", "checked"),
        prevent_initial_call=True,
    )
    def keep(saves: Any, deletes: Any, *form: Any) -> Any:
        if not (saves or deletes):
            return (no_update,) * 5
        name, kinds_, grade, rows, notes = form
        try:
            tidy = viewfile.clean_name(name or "", empty=True)
            if dash.ctx.triggered_id == "profile-delete":
                ProfileStore().delete(tidy)
                return f"deleted {deletes}", f"Deleted “{tidy}”.", list_profiles(), "", no_update
            ProfileStore().save(build_profile(tidy, kinds_ or (), grade or "", rows or (), drop_notes=bool(notes)))
        except DataError as error:
            return no_update, html.P(str(error), className="refusal"), *(no_update,) * 3
        return f"saved {saves} {tidy}", None, list_profiles(), tidy, False


def list_source_kinds(store: Store) -> list[dict[str, str]]:
    """The kinds of sources there are, for a list, with their numbers."""
    rows = store.read("MATCH (s:Source) RETURN coalesce(s.kind, '') AS kind, count(*) AS n ORDER BY kind")
    return [{"value": r["kind"], "label": f"{r['kind'] or 'of no kind'} ({r['n']:,})"} for r in rows]


def build_profile(
    name: str, source_kinds: Sequence[str], grade: str, rows: Sequence[Any], *, drop_notes: bool
) -> Profile:
    """The profile of a form. Raises DataError for one that is not complete."""
    if not name:
        raise DataError("give the profile a name")
    replaced = tuple(Replacement(str(r["entity"]), str(r["label"]), tuple(r.get("also") or ())) for r in rows)
    if not (source_kinds or grade or replaced or drop_notes):
        raise DataError("the profile has no rule yet")
    return Profile(name, tuple(source_kinds), grade, replaced, drop_notes)


def decode_upload(contents: str) -> bytes:
    """An uploaded file. Raises DataError where it did not arrive whole."""
    try:
        return base64.b64decode(contents, validate=True)
    except binascii.Error as error:
        raise DataError("the template did not arrive whole") from error
