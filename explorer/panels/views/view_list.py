"""What the panel of saved views shows: rows, and words about what was done. Pure."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from explorer.canvas import diff, view_actions
from explorer.dash_kit.parts import render_icon
from explorer.state import page_commands
from explorer.state.canvas import Emphasis
from graph.plurals import format_count
from graph.saved_views.store import ViewVersion

MAX_VERSIONS = 10  # earlier saves of a name that the menu offers


def render_row(versions: Sequence[ViewVersion], west: int = 0) -> Component:
    """A saved view: its name, which opens it, when it was saved, and a menu.

    `versions` are all saves of the name, the latest first; `west` is as in `views.when`.
    """
    save = versions[0]
    earlier = versions[1 : MAX_VERSIONS + 1]
    menu: list[Component] = [
        _render_menu_item("Rename …", "rename", save),
        _render_menu_item("Download", "download", save),
        _render_menu_item("Delete", "delete", save, color="red"),
    ]
    if earlier:
        menu += [dmc.MenuDivider(), dmc.MenuLabel("Open an earlier save")]
        menu += [
            dmc.MenuItem(
                f"{view_actions.format_time(v.saved_at, west)} · {format_count(v.entities, 'entity', 'entities')}",
                id={"type": "view-open", "key": v.key},
            )
            for v in earlier
        ]
    facts = format_count(save.entities, "entity", "entities") + (f" · {len(versions)} saves" if earlier else "")
    from_ = " · ".join(text for text in (view_actions.format_time(save.saved_at, west), save.title) if text)
    return html.Div(
        [
            html.Div(
                [
                    html.Button(
                        save.name,
                        id={"type": "view-open", "key": save.key},
                        className="link view-open",
                        title=f"Open “{save.name}”",
                    ),
                    html.Div(facts, className="view-facts"),
                    html.Div(from_, className="view-facts", title=from_),
                ],
                className="spring",
            ),
            dmc.Menu(
                [
                    dmc.MenuTarget(
                        dmc.ActionIcon(
                            render_icon("dots-vertical", 17),
                            variant="subtle",
                            color="gray",
                            **{"aria-label": f"More about “{save.name}”"},
                        )
                    ),
                    dmc.MenuDropdown(menu),
                ],
                position="bottom-end",
                withinPortal=True,
            ),
        ],
        className="view-row",
    )


def render_empty_list() -> Component:
    """Says that no view is saved yet."""
    return html.P(
        "None yet. A saved view keeps entities, places, filters and notes, and can be opened on any day.",
        className="quiet small-print",
    )


def describe_save(save: ViewVersion, earlier: int) -> str:
    """A word about a save."""
    return f"Saved as “{save.name}”." + (f" {_format_times(earlier)}." if earlier else "")


def render_deletion(name: str, keys: Sequence[str]) -> list[Component | str]:
    """A word about a deletion, and the way back."""
    undo = html.Button("Undo", className="link", id={"type": "view-do", "do": "restore", "key": ",".join(keys)})
    return [f"“{name}” was deleted. ", undo]


def render_comparison(emphasis: Emphasis) -> Component:
    """What a comparison found, and how to end it; nothing where there is none."""
    if emphasis.kind != diff.KIND:
        return html.Div(hidden=True)
    marks = [
        html.Div([html.Span(diff.SIGNS[side], className=f"compared {side}"), words], className="view-facts")
        for side, words in ((diff.HERE, "only here"), (diff.THERE, "only in the other view"))
    ]
    end = html.Button(
        "End the comparison",
        id="compare-end",
        className="link small",
        **page_commands.build_event_attributes("end-comparison"),
    )
    return html.Div([html.P(emphasis.sentence), *marks, end], className="compared-box")


def render_arrival(text: str, *, afresh: bool = True, again: bool = False) -> Component:
    """The card that says what the page opened on; with a button to start afresh instead, or to try it again."""
    parts: list[Component] = [html.Span(" ".join(text.split()))]
    if afresh:
        parts.append(html.Button("Start afresh", id="start-afresh", className="link"))
    if again:
        event = page_commands.build_event_attributes("open-again")
        parts.append(html.Button("Try again", id="open-again", className="link", **event))
    close = html.Button(
        "×", className="arrival-close", **{"aria-label": "Close this message", "data-closes": "arrived"}
    )
    return html.Div([*parts, close], className="arrival-card")


def _render_menu_item(caption: str, do: str, save: ViewVersion, **options: object) -> Component:
    return dmc.MenuItem(caption, id={"type": "view-do", "do": do, "key": save.key}, **options)


def _format_times(count: int) -> str:
    return "The earlier save of it is kept" if count == 1 else f"The {count} earlier saves of it are kept"
