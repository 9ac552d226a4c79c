"""Ties panels to the canvas: what each panel draws of it, and the actions that change it.

An action answers with the changed canvas and everything the page shows of it at once, so that a click costs one
journey to the server. A canvas that changes in the browser (undo, a drag) is drawn by `redraw`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import dash
from dash import ClientsideFunction, Input, Output, State, dcc, no_update
from dash.dependencies import DashDependency

from explorer.answers import cypher_log
from explorer.canvas import rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context, log_statements, register_callback
from explorer.dash_kit.ids import CANVAS, DATABASE, DRAWN, REDRAW
from explorer.dash_kit.user import get_user
from explorer.state.canvas import Canvas
from explorer.state.stores import DatabaseState, DrawnStamp
from graph.database.store import record_statements

Change = Canvas | RenderedView | None  # of an action: the next canvas, or the view of it where it was read, or none
Renderer = Callable[[RenderedView], Sequence[object]]


class CanvasCallbacks:
    """The app, what callbacks are handed, and what panels have added; `finish` makes callbacks of it."""

    def __init__(self, app: dash.Dash, context: Context) -> None:
        self.app, self.context = app, context
        self._draws: list[tuple[tuple[Output, ...], Renderer]] = []
        self._actions: list[tuple[Callable[..., Any], tuple[Any, ...], tuple[Output, ...], dict[str, Any]]] = []

    def add_callback(
        self, function: Callable[..., Any], *dependencies: DashDependency, behind: str = "", **options: Any
    ) -> None:
        """Has Dash call `function(context, *values)`, which returns the values of the Outputs among `dependencies`.

        `values` are those of the Inputs and States, in order. With `behind`, a panel of answers/cypher_log.py, what it
        reads can be seen as that panel's Cypher. `options` are those of `dash.Dash.callback`.
        """
        log = self.context.cypher_log
        register_callback(self.app, *dependencies, behind=behind, log=log, **options)(partial(function, self.context))

    def add_action(
        self,
        function: Callable[..., Any],
        *dependencies: DashDependency,
        also: Sequence[Output] = (),
        behind: str = "",
        **options: Any,
    ) -> None:
        """Has Dash call `function(context, canvas, *values)`, which returns the next canvas, or None for no change.

        An action that has read the view of the next canvas returns that instead, and it is drawn without being read
        again. With further outputs (`also`) it returns a tuple of the canvas and their values.
        """
        self._actions.append(
            (partial(function, self.context), dependencies, tuple(also), {"behind": behind, **options})
        )

    def add_renderer(self, function: Renderer, *outputs: Output) -> None:
        """Has `function(view)` return the values of `outputs` whenever the canvas has changed."""
        self._draws.append((outputs, function))

    def add_script(self, namespace: str, name: str, *dependencies: DashDependency, **options: Any) -> None:
        """Has the browser call a function of assets/, which sets the Outputs among `dependencies`."""
        self.app.clientside_callback(ClientsideFunction(namespace, name), *dependencies, **options)

    def finish(self) -> None:
        """Registers the callbacks; to be called when all panels have registered."""
        for function, dependencies, also, options in self._actions:
            self._register(function, dependencies, also, options)
        outputs = [output for group, _ in self._draws for output in group]

        @register_callback(
            self.app,
            *outputs,
            Output(DRAWN, "data"),
            Input(REDRAW, "data"),
            Input(DATABASE, "data"),
            State(CANVAS, "data"),
            prevent_initial_call=True,
        )
        def redraw(_: object, database: DatabaseState, stored: Mapping[str, object] | None) -> tuple[object, ...]:
            if stored is None or not database["up"]:
                return (no_update,) * (len(outputs) + 1)
            return self._draw(rendered_view.read(self.context.store, self.context.ontology, Canvas.read(stored)))

        self.app.clientside_callback(
            ClientsideFunction("armsgraph", "stale"),
            Output(REDRAW, "data"),
            Input(CANVAS, "data"),
            Input(DRAWN, "data"),
            prevent_initial_call=True,
        )

    def _register(self, function: Any, dependencies: tuple[Any, ...], also: tuple[Output, ...], options: Any) -> None:
        outputs = [output for group, _ in self._draws for output in group]
        panel = options.pop("behind", "")
        again = [Output(o.component_id, o.component_property, allow_duplicate=True) for o in outputs]

        @register_callback(
            self.app,
            Output(CANVAS, "data", allow_duplicate=True),
            *again,
            Output(DRAWN, "data", allow_duplicate=True),
            *also,
            *dependencies,
            State(CANVAS, "data"),
            **{"prevent_initial_call": True, **options},
        )
        def act(*values: Any) -> tuple[object, ...]:
            return self._answer(function, values, len(outputs), panel, further=bool(also))

    def _answer(
        self, function: Callable[..., Any], values: Sequence[Any], outputs: int, panel: str, *, further: bool
    ) -> tuple[object, ...]:
        """What an action's callback returns: canvas, drawing and what else it sets."""
        with record_statements() as statements:
            answer = function(replace(Canvas.read(values[-1]), extent=()), *values[:-1])
        if panel:
            log_statements(self.context.cypher_log, panel, statements)
        changed, *more = answer if further else (answer,)
        if changed is None:
            return (no_update,) * (outputs + 2) + tuple(more)
        stamp = uuid4().hex
        if isinstance(changed, RenderedView):
            view = replace(changed, canvas=replace(changed.canvas, stamp=stamp))
            canvas = view.canvas
            parts = [cypher_log.StatementGroup("What was asked for and drawn", tuple(statements))]
        else:
            canvas = replace(changed, stamp=stamp)
            with record_statements() as drawn:
                view = rendered_view.read(self.context.store, self.context.ontology, canvas)
            parts = [
                cypher_log.StatementGroup("What was asked for", tuple(statements)),
                cypher_log.StatementGroup("What was drawn", tuple(drawn)),
            ]
        cypher_log.keep_statements(self.context.cypher_log, parts, stamp, user=get_user())
        return (canvas.write(), *self._draw(view), *more)

    def _draw(self, view: RenderedView) -> tuple[object, ...]:
        """The values of all outputs of all panels, and what was drawn."""
        values = [value for _, function in self._draws for value in function(view)]
        canvas = view.canvas
        first = next(iter([e.id for e in view.whole.entities[:1]] + [n.id for n in canvas.notes]), None)
        drawn: DrawnStamp = {"fit": canvas.fit, "extent": canvas.extent, "stamp": canvas.stamp, "first": first}
        return (*values, drawn)


def build_stores() -> list[dcc.Store]:
    """The stores behind the canvas."""
    return [dcc.Store(id=name) for name in (CANVAS, REDRAW, DRAWN)]
