"""What this canvas shows beside what a saved view shows."""

from dash import NoUpdate, no_update
from dash.development.base_component import Component

from explorer.canvas import diff, view_actions
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context, notify
from explorer.panels.views import view_list
from explorer.state.canvas import Canvas
from graph.errors import DataError
from graph.saved_views.store import ViewStore


def render_comparison(view: RenderedView) -> tuple[Component]:
    """What a comparison found."""
    return (view_list.render_comparison(view.canvas.emphasis),)


def compare_with_view(
    context: Context, canvas: Canvas, clicks: int | None, key: str | None, how: str
) -> tuple[RenderedView | None, NoUpdate | None]:
    """The canvas with what an operation (a key of `diff.OPERATIONS`) makes of it and a view; None where it is nothing.

    Raises DataError where no view is chosen or it can't be opened.
    """
    if not clicks:
        return None, no_update
    if not key:
        raise DataError("choose a saved view to compare with")
    save = ViewStore().get_version(key)
    opened = view_actions.open_view(context.store, ViewStore().opened(save))
    there = view_actions.show_view(context.store, context.ontology, opened)
    compared = diff.compare_views(context.store, context.ontology, diff.clear_comparison(canvas), there, save.name)
    operation = how if how in diff.OPERATIONS else "union"
    result = diff.show_comparison(context.store, context.ontology, compared, operation)
    if result is None:
        notify(
            f"{compared.sentence()} The canvas stays as it is.",
            title=f"Nothing is {diff.OPERATIONS[operation].lower()}",
            colour="gray",
        )
        return None, no_update
    return result, None


def end_comparison(_: Context, canvas: Canvas, event: object) -> Canvas | None:
    """The canvas without what a comparison picked out; None where there is none."""
    return diff.clear_comparison(canvas) if event and canvas.emphasis.kind == diff.KIND else None
