/* The canvas by keyboard, the panels that come and go, and what a screen reader hears of it all. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const here = app.here = app.here || {};
  const ROOT = document.documentElement;
  const PAN = 90, STEP = 1.25;
  let bound = null, telling = null, onLine = -1;

  const props = (id, values) => window.dash_clientside.set_props(id, values);
  const paper = () => document.getElementById("paper");

  /* ---- what is selected, in words ---- */

  function many(count, one, more) { return count + " " + (count === 1 ? one : more); }

  function words(element) {
    const data = element.data();
    if (element.isEdge()) {
      const ends = [element.source().data("name"), data.caption, element.target().data("name")].join(" ");
      const withdrawn = data.withdrawn ? ", withdrawn " + data.withdrawn : "";
      return ends + (data.stance && data.stance !== "asserted" ? ", " + data.stance : "") + withdrawn;
    }
    const lines = element.connectedEdges(":visible");
    const disputed = lines.filter((e) => e.data("stance") === "contested").length;
    const denied = lines.filter((e) => e.data("stance") === "denied").length;
    return [data.name || data.label, data.caption, many(lines.length, "line", "lines"),
      disputed ? disputed + " contested" : "", denied ? denied + " denied" : ""].filter(Boolean).join(", ");
  }

  function tell(text) { document.getElementById("said").textContent = text; }

  function tellSelection() {
    window.clearTimeout(telling);
    telling = window.setTimeout(() => {
      const chosen = window.cy.$(":selected:visible");
      if (chosen.length === 1) tell(words(chosen[0]));
      else if (chosen.length) tell(many(chosen.nodes().length, "entity", "entities") + " and " +
        many(chosen.edges().length, "line", "lines") + " selected");
      else tell("Nothing selected");
    }, 60);
  }

  /* ---- moving about ---- */

  /* The element one stands on: the selected one, or the one the details show. */
  function current() {
    const cy = window.cy, shown = app.selected ? cy.getElementById(app.selected.id) : cy.collection();
    if (shown.length && shown.visible()) return shown;
    return cy.$(":selected:visible").first();
  }

  function choose(element, adding) {
    const cy = window.cy;
    if (!adding) cy.$(":selected").unselect();
    element.select();
    if (!adding) app.set("selected", { kind: element.data("kind"), id: element.id() });
  }

  /* The nearest node in a direction; what lies straight ahead counts as nearer than what lies aside. */
  function neighbour(from, [dx, dy]) {
    const at = from.position();
    let best = null, least = Infinity;
    window.cy.nodes(":visible").forEach((node) => {
      const x = node.position("x") - at.x, y = node.position("y") - at.y;
      const ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (node.same(from) || ahead <= 1 || aside > ahead * 2.5) return;
      if (ahead + aside * 2 < least) { least = ahead + aside * 2; best = node; }
    });
    return best;
  }

  /* Where one begins: the node nearest to the middle of what is seen. */
  function first() {
    const cy = window.cy, view = cy.extent();
    const middle = { x: (view.x1 + view.x2) / 2, y: (view.y1 + view.y2) / 2 };
    const far = (n) => Math.hypot(n.position("x") - middle.x, n.position("y") - middle.y);
    return cy.nodes(":visible").sort((a, b) => far(a) - far(b)).first();
  }

  function go(direction) {
    const from = current();
    if (!from.length) { if (first().length) choose(first()); return; }
    if (from.isEdge()) {
      const ends = from.connectedNodes().sort((a, b) => (b.position("x") - a.position("x")) * direction[0] +
        (b.position("y") - a.position("y")) * direction[1]);
      choose(ends.first());
      return;
    }
    const next = neighbour(from, direction);
    if (next) choose(next); else tell("Nothing further in this direction");
  }

  /* From the selected entity to its first line, and from a line to the next one of the same entity. */
  function nextLine() {
    const from = current();
    if (!from.length) return;
    const cy = window.cy;
    if (from.isNode()) app.linesOf = from.id(), onLine = -1;
    const node = cy.getElementById(app.linesOf || "");
    const lines = (node.length ? node : from.source()).connectedEdges(":visible");
    if (!lines.length) { tell("No lines"); return; }
    onLine = (onLine + 1) % lines.length;
    choose(lines[onLine]);
  }

  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function zoom(factor) {
    const cy = window.cy;
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  function menu() {
    const cy = window.cy, on = current(), box = cy.container().getBoundingClientRect();
    if (!on.length) {
      const view = cy.extent();
      app.menu(null, box.x + box.width / 2, box.y + box.height / 2, [(view.x1 + view.x2) / 2, (view.y1 + view.y2) / 2]);
      return;
    }
    const at = on.isNode() ? on.renderedPosition() : on.renderedMidpoint();
    const place = on.isNode() ? on.position() : on.midpoint();
    app.menu(on, box.x + at.x, box.y + at.y, [place.x, place.y]);
  }

  function pressed(event) {
    const cy = window.cy;
    if (!cy || event.target !== paper() || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (way && event.shiftKey) cy.panBy({ x: -way[0] * PAN, y: -way[1] * PAN });
    else if (way) go(way);
    else if (event.key === ".") nextLine();
    else if (event.key === "Enter") focusDetails();
    else if (event.key === "+" || event.key === "=") zoom(STEP);
    else if (event.key === "-") zoom(1 / STEP);
    else if (event.key === " ") toggle();
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) menu();
    else return;
    event.preventDefault();
  }

  /* Adds what one stands on to the selection, so that the next arrow key does not lose it; or takes it out. */
  function toggle() {
    const on = current();
    if (!on.length) return;
    app.held = app.held || new Set();
    if (app.held.has(on.id())) app.held.delete(on.id()); else app.held.add(on.id());
    hold();
    const count = app.held.size;
    tell(words(on) + (app.held.has(on.id()) ? ", kept in the selection, " : ", taken out, ") +
      many(count, "element", "elements") + " kept");
  }

  function hold() {
    if (app.held) app.held.forEach((id) => window.cy.getElementById(id).select());
  }

  function focusDetails() {
    here.right(null, true);
    const panel = document.getElementById("details");
    panel.focus();
  }

  /* ---- panels that come and go ---- */

  function side(name) {
    return (_, open) => {
      const away = open === true ? false : ROOT.dataset[name] !== "away";
      ROOT.dataset[name] = away ? "away" : "";
      const button = document.getElementById(name);
      if (button) button.setAttribute("aria-expanded", String(!away));
    };
  }
  here.left = side("left");
  here.right = side("right");
  here.help = () => props("help-window", { opened: true });

  /* ---- hearing ---- */

  function bind(cy) {
    bound = cy;
    cy.on("select unselect", tellSelection);
    cy.on("tap", () => { app.held = null; paper().focus({ preventScroll: true }); });
    cy.on("select", (event) => {
      if (app.held && !app.held.has(event.target.id())) window.setTimeout(hold, 0);
    });
    // The picture has no words of its own for a screen reader: the frame around it speaks.
    cy.container().setAttribute("aria-hidden", "true");
  }
  window.setInterval(() => {
    if (window.cy && window.cy !== bound) bind(window.cy);
    // Dash's field for files takes no label of its own.
    document.querySelectorAll("input[type=file]:not([aria-label])").forEach((field) => {
      field.setAttribute("aria-label", "File");
    });
  }, 100);
  document.addEventListener("keydown", pressed);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") app.held = null; });

  /* A button with data-focus leads to the part of the page that it has changed. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-focus]");
    if (button) window.setTimeout(() => document.getElementById(button.dataset.focus).focus(), 400);
  });

  /* The link at the top moves the focus, not the page. */
  document.addEventListener("click", (event) => {
    if (!(event.target.closest && event.target.closest(".skip"))) return;
    event.preventDefault();
    paper().focus();
  });
})();
