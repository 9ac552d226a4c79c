"""What the buttons of the saved views do: keep the canvas, take a file in, rename, delete and bring back."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import dash
from dash import NoUpdate, no_update

from explorer.canvas import rendered_view, view_actions
from explorer.dash_kit.callbacks import Context
from explorer.panels.views import view_list
from explorer.state.canvas import Canvas
from graph.errors import DataError
from graph.saved_views import viewfile
from graph.saved_views.store import ViewStore
from graph.saved_views.viewfile import SUFFIX, View


class KeepRequest(TypedDict):
    """What a button asks for ("save", "link" or "download"), the name that stands there, and the part that is seen."""

    do: str
    name: str
    extent: list[float] | None
    at: float


class LinkedView(TypedDict):
    """The id of a view that a link leads to."""

    id: str
    at: float


class DownloadedFile(TypedDict):
    """A file for `dcc.Download`."""

    content: str
    filename: str
    type: str


def keep_canvas(
    context: Context, request: KeepRequest | None, stored: Mapping[str, Any] | None
) -> tuple[str | NoUpdate, str | NoUpdate | None, LinkedView | NoUpdate, DownloadedFile | NoUpdate]:
    """Saves the canvas as a view, makes a link to it, or hands it out as a file, as the request says.

    Returns the key of what was saved, words about it, the link and the file. Raises DataError for a name that is none.
    """
    if not request or not stored:
        return (no_update,) * 4
    rendered = rendered_view.read(context.store, context.ontology, Canvas.read(stored))
    view, name = view_actions.build_view(context.store, rendered, request.get("extent")), str(request.get("name") or "")
    if request["do"] == "link":
        return no_update, None, {"id": ViewStore().keep(view), "at": request["at"]}, no_update
    if request["do"] == "download":
        return no_update, None, no_update, build_download(view, name)
    earlier = ViewStore().list_versions(viewfile.clean_name(name))
    saved = ViewStore().save(name, view)
    return saved.key, view_list.describe_save(saved, len(earlier)), no_update, no_update


def save_upload(_: Context, contents: str | None, filename: str | None) -> tuple[str | NoUpdate, str | NoUpdate]:
    """Saves the view of an uploaded file under the name in it, else that of the file. Raises DataError."""
    if not contents:
        return no_update, no_update
    view = parse_upload(contents, filename or "the file")
    saved = ViewStore().save(view.name or re.sub(r"\..*", "", filename or "") or "Without name", view)
    return saved.key, f"Taken over as “{saved.name}”. Open it below."


def change_view(_: Context, clicks: Sequence[int | None]) -> tuple[object, ...]:
    """What a row's menu does: deletes a view, brings it back, hands it out as a file, or asks for another name.

    Returns what changed, words about it, the file, whether the window for a name opens, the name and the key in it.
    """
    button = dash.ctx.triggered_id
    if not button or not any(clicks) or not dash.ctx.triggered[0]["value"]:
        return (no_update,) * 6
    store, key = ViewStore(), button["key"]
    if button["do"] == "restore":
        return key, f"“{store.restore(key.split(','))}” is back.", *(no_update,) * 4
    save = store.get_version(key)
    if button["do"] == "delete":
        keys = store.delete(save.name)
        return ",".join(keys), view_list.render_deletion(save.name, keys), *(no_update,) * 4
    if button["do"] == "rename":
        return *(no_update,) * 3, True, save.name, key
    return no_update, None, build_download(store.opened(save), save.name), *(no_update,) * 3


def rename_view(
    _: Context, clicks: int | None, key: str | None, name: str | None
) -> tuple[str | NoUpdate, str | NoUpdate, bool | NoUpdate]:
    """Renames a view with all its saves. Raises DataError for a name that is none or taken."""
    if not clicks or not key:
        return (no_update,) * 3
    new = ViewStore().rename(ViewStore().get_version(str(key)).name, name or "")
    return f"{key} {new}", f"Renamed to “{new}”.", False


def parse_upload(contents: str, filename: str) -> View:
    """The view of an uploaded file. Raises DataError."""
    try:
        return viewfile.parse(base64.b64decode(contents.partition(",")[2], validate=True), file=filename[:80])
    except binascii.Error as error:
        raise DataError("did not arrive whole", file=filename[:80]) from error


def build_download(view: View, name: str) -> DownloadedFile:
    """A view as a file for the browser."""
    tidy = viewfile.clean_name(name, empty=True)
    safe = re.sub(r"[^\w-]+", "-", tidy).strip("-") or "canvas"
    return {"content": view.named(tidy, view.saved_at).text(), "filename": safe + SUFFIX, "type": "application/json"}
