/* Views and notes, the browser's part: what the page opens on, the canvas kept from visit to visit, links, and where a
   new note stands. What is kept is in localStorage, under the database's own id. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const PAUSE = 700; // milliseconds of rest before the canvas is kept
  let place = ""; // the key in localStorage
  let first = null, live = false, restored = false; // the canvas the page opened on; whether there are steps since
  let timer = null, told = false, bound = null;

  const props = (id, values) => window.dash_clientside.set_props(id, values);
  const triggered = () => {
    const one = (window.dash_clientside.callback_context.triggered || [])[0];
    return one ? one.prop_id : "";
  };

  /* "14:02" today, "21 Nov, 14:02" on another day. */
  function when(iso) {
    const at = new Date(iso), now = new Date();
    if (isNaN(at)) return "your last visit";
    const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    return at.toDateString() === now.toDateString() ? time
      : at.toLocaleDateString("en-GB", { day: "numeric", month: "short" }) + ", " + time;
  }

  function kept() {
    try {
      const stored = JSON.parse(window.localStorage.getItem(place));
      return stored && typeof stored === "object" && stored.canvas ? stored : null;
    } catch (error) {
      console.info("The canvas of the last visit can't be read:", error.message);
      return null;
    }
  }

  function write() {
    window.clearTimeout(timer); timer = null;
    if (!place || !app.canvas || !window.cy) return;
    const names = {};
    for (const node of window.cy.nodes('[kind = "entity"]').toArray()) names[node.id()] = node.data("name");
    const canvas = { ...app.canvas, extent: app.extent() };
    try {
      window.localStorage.setItem(place, JSON.stringify({ canvas, names, at: new Date().toISOString() }));
    } catch (error) {
      if (told) return;
      told = true;
      props("notices", { sendNotifications: [{ action: "show", color: "yellow", autoClose: 12000,
        title: "This browser keeps no copy of your canvas",
        message: "Its storage is full or switched off. Save the view under a name to be sure of it." }] });
    }
  }
  function soon() { window.clearTimeout(timer); timer = window.setTimeout(write, PAUSE); }

  /* Hears of every canvas. What the page opened on is kept only when there has been a step since. */
  app.keep = (canvas) => {
    if (!first) { first = canvas.stamp; return; }
    if (canvas.stamp === first) return;
    if (!live) { live = true; props("arrived", { children: null }); }
    soon();
  };
  window.addEventListener("pagehide", () => { if (timer) write(); });
  window.setInterval(() => {
    if (!window.cy || window.cy === bound) return;
    bound = window.cy;
    bound.on("viewport", () => { if (live || restored) soon(); });
  }, 200);

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-closes]");
    if (button) props(button.dataset.closes, { children: null });
  });
  /* Enter in a field does what the button beside it does. */
  const ENTER = { "view-name": "view-save", "view-new-name": "view-rename" };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return; // Hangul is being composed
    const button = event.target.id === "note-text" ? (event.ctrlKey || event.metaKey) && "note-keep" : ENTER[event.target.id];
    if (!button) return;
    event.preventDefault();
    // The field tells the page of its last letter a moment after the key.
    window.setTimeout(() => document.getElementById(button).click(), 80);
  });

  /* A place near a point where a new note covers no node. */
  function free([x, y]) {
    const boxes = window.cy.nodes(":visible").map((n) => n.boundingBox({ includeOverlays: false }));
    const spots = [[0, 0]];
    for (let ring = 1; ring < 9; ring += 1) for (let turn = 0; turn < 12; turn += 1) {
      spots.push([Math.cos(turn * Math.PI / 6) * ring * 70, Math.sin(turn * Math.PI / 6) * ring * 50]);
    }
    const open = ([dx, dy]) => boxes.every((b) => x + dx + 112 < b.x1 || x + dx - 112 > b.x2 || y + dy + 45 < b.y1 || y + dy - 45 > b.y2);
    const [dx, dy] = spots.find(open) || [0, 0];
    return [x + dx, y + dy];
  }

  async function copy(text) {
    if (!navigator.clipboard) return false; // only there on https and on this machine
    try { await navigator.clipboard.writeText(text); return true; } catch (error) {
      console.info("The clipboard is closed to this page:", error.message);
      return false;
    }
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    views: {
      /* What the page's address asks for and what this browser kept. */
      arrive(identity) {
        if (!identity) return window.dash_clientside.no_update;
        place = "armsgraph canvas " + identity;
        const asked = new URLSearchParams(window.location.search), stored = kept();
        // A query of the library, with its parameters (explorer/addresses.py): one of them may be called "view".
        const query = asked.has("query") ? [...asked] : null, view = query ? null : asked.get("view");
        // An entity, or a line or listing by its id, from a page beside the app (explorer/matrix/page.py).
        const show = query || view ? null : asked.get("show");
        restored = !view && !query && !show && !!stored;
        if (view || query || show) {
          if (stored) app.before(stored.canvas);
          // The address is for arriving only: after a reload the canvas comes as it was left.
          window.history.replaceState(null, "", window.location.pathname);
        }
        return { view, query, show, kept: stored, kept_at: stored ? when(stored.at) : "", west: new Date().getTimezoneOffset() };
      },
      ask(_save, _link, _download) {
        const what = { "view-save.n_clicks": "save", "view-link.n_clicks": "link", "view-download.n_clicks": "download" };
        const action = what[triggered()];
        if (!action) return window.dash_clientside.no_update;
        return { do: action, name: document.getElementById("view-name").value, extent: app.extent(), at: Date.now() };
      },
      async link(linked) {
        if (!linked) return [window.dash_clientside.no_update, "", true];
        const address = window.location.origin + window.location.pathname + "?view=" + linked.id;
        const done = await copy(address);
        if (!done) window.setTimeout(() => document.getElementById("view-address").select(), 60);
        return [address, (done ? "Copied. " : "Press Ctrl+C to copy it. ")
          + "It opens exactly this picture for anyone who can reach this explorer.", false];
      },
      /* Opens the window for a note: a new one at a place, or the one that is meant. */
      write(_add, _edit, _cancel) {
        const skip = window.dash_clientside.no_update, from = triggered();
        if (from.startsWith("note-cancel")) return [skip, skip, skip, false];
        const signal = from.includes('"edit-note"') ? _edit : _add;
        if (!signal || !window.cy) return [skip, skip, skip, skip];
        if (signal === _edit) {
          const note = ((app.canvas && app.canvas.notes) || []).find((n) => signal.ids.includes(n.id));
          if (!note) return [skip, skip, skip, skip];
          return [{ id: note.id, point: [0, 0] }, note.text, "Change the note", true];
        }
        const [left, top, right, bottom] = app.extent().length ? app.extent() : [0, 0, 0, 0];
        const point = signal.point || free([(left + right) / 2, (top + bottom) / 2]);
        const id = "note:" + crypto.getRandomValues(new Uint32Array(2)).reduce((text, n) => text + n.toString(16).padStart(8, "0"), "");
        return [{ id, point, free: !signal.point }, "", "Add a note", true];
      },
    },
  });
})();
