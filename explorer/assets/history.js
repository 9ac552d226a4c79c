/* Undo and redo: every canvas that was, in order. A drag, a filter, an expansion are each one step. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const here = app.here = app.here || {};
  const MOST = 60;
  const past = [], future = [];

  function show(canvas) {
    // Another stamp, so that it is drawn again though the server has drawn it before.
    app.moving = { ...canvas, fit: false, stamp: "history " + Date.now() };
    app.set("canvas", app.moving);
  }

  here.undo = () => {
    if (!past.length) return;
    future.push(app.canvas);
    show(past.pop());
  };
  here.redo = () => {
    if (!future.length) return;
    past.push(app.canvas);
    show(future.pop());
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    history: {
      /* Hears of every canvas; says whether undo and redo have nothing to do. */
      remember(canvas) {
        if (canvas && app.canvas && canvas.stamp !== app.canvas.stamp && !(app.moving && app.moving.stamp === canvas.stamp)) {
          past.push(app.canvas);
          if (past.length > MOST) past.shift();
          future.length = 0;
        }
        app.canvas = canvas;
        return [!past.length, !future.length];
      },
    },
  });
})();
