/* The work that only the browser can do: clicks on the canvas, and where nodes stand.
   Everything else is decided on the server; see explorer/panels/. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const here = app.here = app.here || {};
  const set = (id, data) => window.dash_clientside.set_props(id, { data });
  const skip = () => window.dash_clientside.no_update;
  let bound = null; // the cytoscape instance whose events we hear
  let drawn = null, selected = null, dropped = null;

  function places() {
    const at = {};
    window.cy.nodes().forEach((n) => { at[n.id()] = [n.position("x"), n.position("y")]; });
    return at;
  }

  function fit() {
    const cy = window.cy;
    const seen = cy.elements(":visible");
    if (!seen.length) return;
    cy.resize();
    cy.fit(seen, 18);
    if (cy.zoom() > 1.25) { cy.zoom(1.25); cy.center(seen); }
  }

  /* Whether all of the picture is in sight: where a panel opens beside it, it shall be so afterwards too. */
  function allSeen() {
    const cy = window.cy, seen = cy.elements(":visible");
    if (!seen.length) return false;
    const box = seen.renderedBoundingBox();
    return box.x1 > -2 && box.y1 > -2 && box.x2 < cy.width() + 2 && box.y2 < cy.height() + 2;
  }

  /* The neighbourhood of what is selected stays in full colour, the rest steps back. */
  function highlight() {
    const cy = window.cy, chosen = cy.$(":selected");
    cy.batch(() => {
      cy.elements().removeClass("far near");
      if (!chosen.length) return;
      const near = chosen.union(chosen.nodes().closedNeighborhood()).union(chosen.edges().connectedNodes());
      cy.elements().difference(near).addClass("far");
      near.edges().addClass("near");
    });
  }

  /* The component only adds to the data of an element; what is no longer sent must go, or it would still be drawn:
     the colour of a rule that ended, or a withdrawal that had not happened yet. */
  function shed(elements) {
    window.cy.batch(() => {
      for (const { data } of elements) {
        const element = window.cy.getElementById(data.id);
        const old = Object.keys(element.data() || {}).filter((key) => !(key in data));
        if (old.length) element.removeData(old.join(" "));
      }
    });
  }

  function select() {
    const cy = window.cy, id = selected && selected.id;
    const node = id ? cy.getElementById(id) : cy.collection();
    if (!(node.length && node.selected() && cy.$(":selected").length >= 1)) {
      cy.$(":selected").unselect();
      node.select();
    }
    highlight();
    if (!node.length || !node.isNode() || !node.visible()) return;
    const box = node.renderedBoundingBox(), w = cy.width(), h = cy.height();
    if (box.x1 < 0 || box.y1 < 0 || box.x2 > w || box.y2 > h) cy.animate({ center: { eles: node }, duration: 250 });
  }

  function describe(element) {
    if (element.data("tip")) return [element.data("name"), element.data("tip")];
    if (element.isNode()) return [element.data("name"), element.data("caption")];
    const words = [element.source().data("name"), element.data("caption"), element.target().data("name")];
    const withdrawn = element.data("withdrawn") ? `Withdrawn ${element.data("withdrawn")}. ` : "";
    const stance = withdrawn + ({ contested: "Contested. ", denied: "Denied. ", inferred: "Inferred, not reported. " }[element.data("stance")] || "");
    return [words.join(" "), stance + "Click for the claims behind this line"];
  }

  function bind(cy) {
    bound = cy;
    const tip = document.getElementById("tip");
    cy.on("tap", (event) => {
      const on = event.target;
      if (on === cy) set("selected", null);
      else if (!event.originalEvent.shiftKey) {
        set("selected", { kind: on.data("kind"), id: on.id() });
      }
    });
    cy.on("dbltap", "node", (event) => {
      app.say({ entity: "expand", stack: "unstack", note: "edit-note" }[event.target.data("kind")], event.target);
    });
    // A drag is a step like any other: it can be undone, and lines find their way anew.
    cy.on("dragfreeon", "node", () => {
      window.clearTimeout(dropped);
      dropped = window.setTimeout(() => {
        if (app.canvas) set("canvas", { ...app.canvas, positions: { ...app.canvas.positions, ...places() },
          fit: false, stamp: "dragged " + Date.now() });
      }, 30);
    });
    cy.on("select unselect", highlight);
    cy.on("mouseover", "node, edge", (event) => {
      const [name, more] = describe(event.target);
      tip.replaceChildren(Object.assign(document.createElement("strong"), { textContent: name }),
        Object.assign(document.createElement("span"), { textContent: more }));
      tip.style.display = "block";
      cy.container().style.cursor = "pointer";
    });
    cy.on("mousemove", (event) => {
      const at = event.renderedPosition, wide = cy.width();
      tip.style.left = Math.min(at.x + 14, Math.max(0, wide - tip.offsetWidth - 8)) + "px";
      tip.style.top = at.y + 18 + "px";
    });
    cy.on("mouseout pan zoom grab", () => { tip.style.display = "none"; cy.container().style.cursor = ""; });
    new ResizeObserver(() => { cy.resize(); }).observe(cy.container());
  }

  /* How far a turn of the wheel zooms, as the natural logarithm of the factor: a mouse's notch by NOTCH, fingers as far
     as they move. Pinching comes as a wheel with Ctrl, in steps that are small, as are those of a touchpad. */
  const NOTCH = Math.log(1.18), NOTCH_PIXELS = 100, NOTCH_LINES = 3, FINGERS = Math.LN10 / 250;
  function turned({ deltaY, deltaMode }) {
    const pixels = Math.abs(deltaY) * [1, NOTCH_PIXELS / NOTCH_LINES, NOTCH_PIXELS][deltaMode];
    return -Math.sign(deltaY) * Math.min(pixels * FINGERS, NOTCH * Math.max(1, pixels / NOTCH_PIXELS));
  }

  /* cytoscape.js zooms by 10^(-sensitivity * delta / 250), 2.5 times for a notch, and one sensitivity can't be right for
     both mice and fingers: it is set for each event, before cytoscape.js hears of it. */
  document.addEventListener("wheel", (event) => {
    const cy = window.cy;
    if (!cy || !cy.container() || !cy.container().contains(event.target) || !event.deltaY) return;
    const plain = -event.deltaY * (event.deltaMode === 1 ? 33 : 1) * FINGERS; // 33: cytoscape.js' pixels of a line
    cy.renderer().wheelSensitivity = turned(event) / plain;
  }, { capture: true, passive: true });

  /* React draws a moment after the server has answered: wait until the canvas holds what was sent. */
  function whenDrawn(wanted, then, patience = 80) {
    const cy = window.cy;
    if (wanted !== drawn) return; // a later drawing came in between
    const ready = cy && (wanted.first === null ? cy.elements().empty()
      : cy.getElementById(wanted.first).data("mark") === wanted.stamp);
    if (ready || patience === 0) { if (cy) then(); return; }
    window.setTimeout(() => whenDrawn(wanted, then, patience - 1), 25);
  }

  window.setInterval(() => { if (window.cy && window.cy !== bound) bind(window.cy); }, 100);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    armsgraph: {
      settle(newlyDrawn, newlySelected, elements) {
        const changed = newlyDrawn !== drawn;
        drawn = newlyDrawn; selected = app.selected = newlySelected;
        if (drawn) whenDrawn(drawn, () => {
          if (changed) shed(elements || []);
          if (changed && app.leaving) app.leaving();
          // The same canvas drawn again, as when the database is back, leaves the picture where it is.
          if (changed && drawn.fit && drawn.stamp !== app.painted) app.look(drawn, fit);
          select();
          if (changed) app.painted = drawn.stamp;
        });
      },
      /* Asks the server for a drawing of a canvas that it has not drawn, such as one of before. */
      stale(canvas, last) {
        return canvas && (!last || last.stamp !== canvas.stamp) ? canvas.stamp : skip();
      },
    },
  });

  here.fit = fit;
  app.allSeen = allSeen;
})();
