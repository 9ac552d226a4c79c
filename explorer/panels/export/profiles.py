"""The window in which a redaction profile is made or changed: a form for what a YAML file holds."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import TypedDict

import dash
import dash_mantine_components as dmc
from dash import Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS
from explorer.export.redaction import Profile, Replacement
from explorer.export.redaction.profiles import ProfileStore
from explorer.panels.export.choices import list_profiles
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.errors import DataError
from graph.evidence import GRADES
from graph.reading import browse
from graph.saved_views import viewfile

ABOUT = (
    "A profile leaves things out of files for others, or names them by a label. The same rules hold for every format, "
    "and a file in which anything hidden would still stand is not written."
)
CHANGED, NAMES = "profiles-changed", "profile-names"


class ReplacedName(TypedDict):
    """A name that a profile replaces: of which entity, by which label, and other spellings that go too."""

    entity: str
    label: str
    name: str
    also: list[str]


class DroppedName(TypedDict):
    """What a button tells: the entity whose name is not to be replaced."""

    entity: str


def layout() -> Component:
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


def register(callbacks: CanvasCallbacks) -> None:
    """Opens, fills, saves and deletes."""
    callbacks.add_callback(
        open_window,
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
    callbacks.add_callback(
        fill_form,
        Output("profile-name", "value", allow_duplicate=True),
        Output("profile-kinds", "value", allow_duplicate=True),
        Output("profile-grade", "value", allow_duplicate=True),
        Output(NAMES, "data", allow_duplicate=True),
        Output("profile-notes", "checked", allow_duplicate=True),
        Input("profile-pick", "value"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        change_names,
        Output(NAMES, "data", allow_duplicate=True),
        Output("profile-label", "value"),
        Input("profile-add", "n_clicks"),
        Input(page_commands.get_event_id("drop-name"), "data"),
        State("profile-entity", "value"),
        State("profile-label", "value"),
        State(NAMES, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(render_names, Output("profile-list", "children"), Input(NAMES, "data"))
    callbacks.add_callback(
        keep_profile,
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


def open_window(
    context: Context, clicks: int | None, current: str | None, stored: Mapping[str, object] | None
) -> tuple[object, ...]:
    """The window, open on the current profile: what its lists hold, with the entities of the canvas among them."""
    if not clicks:
        return (no_update,) * 6
    names = [p.name for p in ProfileStore().all()]
    entities = [{"value": e.id, "label": e.name} for e in browse.read_entities(context.store, Canvas.read(stored).ids)]
    return True, names, current if current in names else None, list_source_kinds(context.store), entities, None


def fill_form(context: Context, name: str | None) -> tuple[str, list[str], str, list[ReplacedName], bool]:
    """The form of a saved profile: name, kinds of sources, grade, names and whether notes go; empty for none.

    Raises DataError where there is none of the name.
    """
    if not name:
        return "", [], "", [], False
    profile = ProfileStore().find(name)
    names = {e.id: e.name for e in browse.read_entities(context.store, [r.entity for r in profile.names])}
    rows: list[ReplacedName] = [
        {"entity": r.entity, "label": r.label, "name": names.get(r.entity, r.entity), "also": list(r.also)}
        for r in profile.names
    ]
    return profile.name, list(profile.source_kinds), profile.grade, rows, profile.drop_notes


def change_names(
    context: Context,
    _clicks: int | None,
    dropped: DroppedName | None,
    entity: str | None,
    label: str | None,
    rows: Sequence[ReplacedName],
) -> tuple[list[ReplacedName], str | NoUpdate]:
    """The names to be replaced with one more or one less, and what stands in the field for a label.

    Raises DataError where an entity or a label is missing.
    """
    if dash.ctx.triggered_id != "profile-add":
        return [r for r in rows if not dropped or r["entity"] != dropped["entity"]], no_update
    label = (label or "").strip()
    if not entity or not label:
        raise DataError("choose an entity and give the label that shall stand in place of its name")
    name = next((e.name for e in browse.read_entities(context.store, [entity])), entity)
    added: ReplacedName = {"entity": entity, "label": label, "name": name, "also": []}
    return [*(r for r in rows if r["entity"] != entity), added], ""


def render_names(_: Context, rows: Sequence[ReplacedName] | None) -> list[Component]:
    """The names to be replaced, each with a button that takes it off the list."""
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


def keep_profile(
    _: Context,
    saves: int | None,
    deletes: int | None,
    name: str | None,
    source_kinds: Sequence[str] | None,
    grade: str | None,
    rows: Sequence[ReplacedName] | None,
    drop_notes: bool | None,
) -> tuple[object, ...]:
    """Saves or deletes the profile of the form.

    Returns a mark that profiles changed, words about it, the profiles and the chosen one for the export window, and
    whether this window stays open. A form that is not complete is told in it.
    """
    if not (saves or deletes):
        return (no_update,) * 5
    try:
        tidy = viewfile.clean_name(name or "", empty=True)
        if dash.ctx.triggered_id == "profile-delete":
            ProfileStore().delete(tidy)
            return f"deleted {deletes}", f"Deleted “{tidy}”.", list_profiles(), "", no_update
        profile = build_profile(tidy, source_kinds or (), grade or "", rows or (), drop_notes=bool(drop_notes))
        ProfileStore().save(profile)
    except DataError as error:
        return no_update, html.P(str(error), className="refusal"), *(no_update,) * 3
    return f"saved {saves} {tidy}", None, list_profiles(), tidy, False


def list_source_kinds(store: Store) -> list[dict[str, str]]:
    """The kinds of sources there are, for a list, with their numbers."""
    rows = store.read("MATCH (s:Source) RETURN coalesce(s.kind, '') AS kind, count(*) AS n ORDER BY kind")
    return [{"value": r["kind"], "label": f"{r['kind'] or 'of no kind'} ({r['n']:,})"} for r in rows]


def build_profile(
    name: str, source_kinds: Sequence[str], grade: str, rows: Sequence[ReplacedName], *, drop_notes: bool
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
