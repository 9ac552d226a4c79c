/* The table beside the canvas: opening it, and keeping its selection and the canvas's the same without asking the server. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const here = app.here = app.here || {};
  const ROOT = document.documentElement;
  const GRIDS = ["table-entities", "table-lines"];
  const LEAST = 140;
  let tab = GRIDS[0], bound = null, waiting = null, height = 280, wanted = "";
  const heard = new WeakSet();

  const open = () => ROOT.dataset.table === "open";
  const props = (id, values) => window.dash_clientside.set_props(id, values);

  function api(name) {
    const frame = document.getElementById(name);
    if (!frame || !frame.querySelector(".ag-root")) return null; // not drawn yet
    const found = window.dash_ag_grid.getApi(name);
    return found && !found.isDestroyed() ? found : null;
  }

  /* ---- opening and its height ---- */

  here.table = () => {
    if (app.allSeen()) window.setTimeout(() => here.fit(), 80);
    ROOT.dataset.table = open() ? "" : "open";
    const button = document.querySelector("header [data-verb=table]");
    if (button) button.setAttribute("aria-expanded", String(open()));
    props("table-open", { data: open() });
    if (open()) window.setTimeout(() => document.getElementById("table-search").focus(), 50);
    else document.getElementById("paper").focus();
  };

  function tall(pixels) {
    const most = Math.max(LEAST, window.innerHeight - 330);
    height = Math.round(Math.max(LEAST, Math.min(most, pixels)));
    ROOT.style.setProperty("--table-height", height + "px");
    const handle = document.getElementById("table-handle");
    handle.setAttribute("aria-valuemax", String(most));
    handle.setAttribute("aria-valuenow", String(height));
  }

  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "table-handle") return;
    const step = { ArrowUp: 40, ArrowDown: -40 }[event.key];
    if (!step) return;
    event.preventDefault();
    tall(height + step);
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target.id !== "table-handle") return;
    const from = event.clientY, was = height;
    const move = (moved) => tall(was + from - moved.clientY);
    event.target.setPointerCapture(event.pointerId);
    event.target.addEventListener("pointermove", move);
    event.target.addEventListener("pointerup", () => event.target.removeEventListener("pointermove", move), { once: true });
  });

  /* ---- one selection ---- */

  /* From the canvas to the table. */
  function follow() {
    if (!open() || !window.cy) return;
    const shown = app.selected && app.selected.id;
    for (const name of GRIDS) {
      const grid = api(name);
      if (!grid) continue;
      const on = [], off = [];
      grid.forEachNode((row) => {
        const element = window.cy.getElementById(row.id);
        const wish = (element.length > 0 && element.selected()) || row.id === shown;
        if (wish !== Boolean(row.isSelected())) (wish ? on : off).push(row);
      });
      if (off.length) grid.setNodesSelected({ nodes: off, newValue: false, source: "api" });
      if (!on.length) continue;
      grid.setNodesSelected({ nodes: on, newValue: true, source: "api" });
      if (name === tab && on[0].displayed) grid.ensureNodeVisible(on[0]);
    }
  }
  function later() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(follow, 40);
  }
  app.tableFollows = later;

  /* From the table to the canvas: only what a person did, so that the two don't chase each other. */
  function lead(event) {
    if (!window.cy || event.source.startsWith("api") || event.source === "rowDataChanged") return;
    const cy = window.cy, rows = event.api.getSelectedRows();
    const other = api(GRIDS.find((name) => name !== tab));
    if (other) other.deselectAll("all", "api");
    window.clearTimeout(waiting);
    cy.batch(() => {
      cy.$(":selected").unselect();
      rows.forEach((row) => cy.getElementById(row.id).select());
    });
    if (rows.length === 1) app.set("selected", { kind: rows[0].kind, id: rows[0].id });
    else if (!rows.length) app.set("selected", null);
    window.clearTimeout(waiting); // the canvas only repeats what the table said
  }

  function bind(cy) {
    bound = cy;
    cy.on("select unselect", later);
  }

  function hear() {
    for (const name of GRIDS) {
      const grid = api(name);
      if (!grid || heard.has(grid)) continue;
      heard.add(grid);
      grid.addEventListener("selectionChanged", lead);
      // Space adds a row to the selection; Enter selects it alone, as a click does.
      grid.addEventListener("cellKeyDown", ({ event, node }) => {
        if (event.key === "Enter") node.setSelected(true, true, "rowClicked");
      });
      grid.addEventListener("filterChanged", tell);
      grid.addEventListener("modelUpdated", tell);
      name_(name);
    }
  }

  /* AG Grid gives its own root the role; a screen reader wants its name. */
  function name_(name) {
    const root = document.querySelector(`#${name} [role=grid], #${name} [role=treegrid]`);
    const frame = document.getElementById(name + "-frame");
    if (root) root.setAttribute("aria-label", frame.getAttribute("aria-label"));
  }

  window.setInterval(() => {
    if (window.cy && window.cy !== bound) bind(window.cy);
    if (open()) hear();
  }, 150);

  /* ---- filters ---- */

  function filtered(grid) { return grid.isAnyFilterPresent(); }

  function left(grid) {
    const rows = new Set();
    grid.forEachNodeAfterFilter((row) => rows.add(row.id));
    return rows;
  }

  function tell() {
    const grid = api(tab), note = document.getElementById("table-note");
    if (!grid) return;
    let all = 0;
    grid.forEachNode(() => { all += 1; });
    const some = filtered(grid), count = left(grid).size;
    note.textContent = some ? `${count.toLocaleString("en")} of ${all.toLocaleString("en")} rows. ` +
      "Filters here hide nothing on the canvas." : "";
    props("table-hide", { disabled: !some || count === all });
  }

  /* A cell that a spreadsheet would take for a formula begins with an apostrophe in the file: the pattern is that of
     graph/formats/spreadsheet_guard.py. */
  function guarded() {
    const formula = new RegExp(document.getElementById("table-csv").dataset.formula);
    return ({ value }) => {
      const text = value === null || value === undefined ? "" : value;
      return typeof text === "string" && formula.test(text) ? "'" + text : text;
    };
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    table: {
      ask(drawn, isOpen) {
        return drawn && isOpen ? drawn.stamp + " " + Date.now() : window.dash_clientside.no_update;
      },
      show(chosen) {
        tab = chosen || GRIDS[0];
        ROOT.dataset.tab = tab;
        later();
        window.setTimeout(tell, 0);
      },
      search(text) {
        wanted = text || "";
        GRIDS.forEach((name) => { const grid = api(name); if (grid) grid.setGridOption("quickFilterText", wanted); });
      },
      filled() { window.setTimeout(() => { hear(); follow(); tell(); }, 120); },
      rest() {
        const grid = api(tab);
        if (!grid || !filtered(grid)) return window.dash_clientside.no_update;
        const kept = left(grid), ids = [];
        grid.forEachNode((row) => { if (!kept.has(row.id)) ids.push(row.id); });
        return { ids, at: Date.now() };
      },
      csv(_, canvas) {
        const grid = api(tab);
        if (!grid) return;
        const name = ((canvas && canvas.name) || "canvas") + (tab === GRIDS[0] ? "-entities" : "-lines");
        grid.exportDataAsCsv({ fileName: "armsgraph-" + name + ".csv", processCellCallback: guarded() });
      },
    },
  });
})();
