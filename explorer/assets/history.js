/* Undo and redo: every canvas that was, in order. A drag, a filter, an expansion are each one step.
   Kept as texts: a canvas of 1,000 entities is some 60 KB, and what is kept in all has a limit. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const here = app.here = app.here || {};
  const MOST = 100, LETTERS = 12e6; // steps; letters of both lists together
  const OWN = "history "; // stamps of canvases that come from here
  const past = [], future = [];
  const seen = new Map(); // stamp of a canvas -> zoom and pan when it was left
  let back = null; // {stamp, zoom, pan} of a canvas that comes back
  let count = 0;

  /* What is seen of the canvas, in its own units: left, top, right, bottom. */
  app.extent = () => {
    const e = window.cy && window.cy.extent();
    return e && isFinite(e.w) && e.w > 0 ? [e.x1, e.y1, e.x2, e.y2].map((v) => Math.round(v * 1e4) / 1e4) : [];
  };
  app.show = ([left, top, right, bottom]) => {
    const cy = window.cy;
    cy.resize();
    const zoom = Math.min(cy.width() / (right - left), cy.height() / (bottom - top));
    if (!(zoom > 0) || !isFinite(zoom)) return;
    const held = Math.min(cy.maxZoom(), Math.max(cy.minZoom(), zoom));
    cy.viewport({ zoom: held, pan: { x: cy.width() / 2 - held * (left + right) / 2,
      y: cy.height() / 2 - held * (top + bottom) / 2 } });
  };
  /* Called when another canvas has been drawn, before the picture moves for it. */
  app.leaving = () => {
    if (!app.painted) return;
    seen.set(app.painted, { zoom: window.cy.zoom(), pan: { ...window.cy.pan() } });
    if (seen.size > 3 * MOST) seen.delete(seen.keys().next().value);
  };
  /* Moves the picture for what was drawn: as it was left, to the part that was kept, or so that all is seen. */
  app.look = (drawn, fit) => {
    if (back && back.stamp === drawn.stamp) window.cy.viewport({ zoom: back.zoom, pan: back.pan });
    else if (drawn.extent && drawn.extent.length === 4) app.show(drawn.extent);
    else fit();
  };

  function entry(canvas) { return { stamp: canvas.stamp, text: JSON.stringify(canvas) }; }
  function trim() {
    const size = () => [...past, ...future].reduce((sum, e) => sum + e.text.length, 0);
    while (past.length > MOST || (past.length > 1 && size() > LETTERS)) past.shift();
  }

  /* Whether one canvas is another picture than the other: most of it stands elsewhere, or wasn't there. */
  function another(canvas, now) {
    const ids = canvas.ids || [], from = (now && now.positions) || {}, to = canvas.positions || {};
    const still = ids.filter((i) => from[i] && to[i] && Math.hypot(from[i][0] - to[i][0], from[i][1] - to[i][1]) < 1);
    return ids.length > 0 && still.length * 2 < ids.length;
  }

  function show(step) {
    const canvas = JSON.parse(step.text), moves = another(canvas, app.canvas);
    // Another stamp, so that it is drawn again though the server has drawn it before; at once ours, so that a second
    // undo starts from here though the page has not heard of the first yet.
    app.canvas = { ...canvas, fit: moves, extent: moves ? canvas.extent || [] : [], stamp: OWN + (count += 1) };
    const left = seen.get(step.stamp);
    back = left ? { ...left, stamp: app.canvas.stamp } : null;
    app.set("canvas", app.canvas);
  }

  here.undo = () => {
    if (!past.length || !app.canvas) return;
    future.push(entry(app.canvas));
    show(past.pop());
  };
  here.redo = () => {
    if (!future.length || !app.canvas) return;
    past.push(entry(app.canvas));
    show(future.pop());
  };
  /* A canvas that undo shall lead back to, such as the one before a link was opened. */
  app.before = (canvas) => { past.push(entry(canvas)); };
  app.steps = () => ({ past: past.length, future: future.length,
    letters: [...past, ...future].reduce((sum, e) => sum + e.text.length, 0) });

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (typing || !(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector("[role=dialog]")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) here.redo(); else here.undo();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    history: {
      /* Hears of every canvas; says whether undo and redo have nothing to do. A canvas with a stamp of ours is an undo
         or redo; any other is a new step, also the answer to something that was asked before an undo. */
      remember(canvas) {
        if (canvas && canvas !== app.canvas) {
          const own = (canvas.stamp || "").startsWith(OWN);
          if (own && Number(canvas.stamp.slice(OWN.length)) < count) return [!past.length, !future.length]; // outrun
          if (!own && !app.quiet && app.canvas && canvas.stamp !== app.canvas.stamp) {
            past.push(entry(app.canvas));
            future.length = 0;
            trim();
          }
          app.canvas = canvas;
        }
        if (canvas && app.keep) app.keep(canvas);
        return [!past.length, !future.length];
      },
    },
  });
})();
