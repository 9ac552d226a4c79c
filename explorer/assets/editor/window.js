/* The window in which one writes a query (explorer/panels/editor/editor_window.py): it loads the editor itself when it is first
   needed, gathers form and text, keeps what is not saved in this browser, and tells the server what was asked for. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const KEPT = "armsgraph draft ", OPEN = "armsgraph editor";
  const LATER = 60; // milliseconds after which a list has told the page of its choice
  const REST = 350; // milliseconds of rest before what is not saved is kept
  let editor = null, loading = null, state = null, words = null, fields = null, found = [];
  let place = "", run = "", timer = null, mended = null, told = false;

  const byId = (id) => document.getElementById(id);
  const props = (id, values) => window.dash_clientside.set_props(id, values);
  /* Sets something of the page where it is not so already: each setting costs a round through all that is on it. */
  const now = {};
  function put(id, name, value) {
    const key = id + " " + name;
    if (now[key] === value) return;
    now[key] = value;
    props(id, { [name]: value });
  }
  const skip = () => window.dash_clientside.no_update;

  /* ---- the browser's memory ---- */

  function remember(store, key, value) {
    try {
      if (value === null) store.removeItem(key); else store.setItem(key, JSON.stringify(value));
    } catch (error) {
      if (told) return;
      told = true;
      props("notices", { sendNotifications: [{ action: "show", color: "yellow", autoClose: 12000,
        title: "This browser keeps no copy of your query", message: "Its storage is full or switched off. Save it to be sure of it." }] });
    }
  }
  function recall(store, key) {
    try {
      const value = JSON.parse(store.getItem(key));
      return value && typeof value === "object" ? value : null;
    } catch (error) {
      console.info("What was kept of a query can't be read:", error.message);
      return null;
    }
  }
  function when(ms) {
    const at = new Date(ms), now = new Date();
    if (isNaN(at)) return "your last visit";
    const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    return at.toDateString() === now.toDateString() ? time
      : at.toLocaleDateString("en-GB", { day: "numeric", month: "short" }) + ", " + time;
  }
  const placeOf = ({ name, copy }) => (copy ? "copy of " : "") + (name || "");

  /* ---- form and text ---- */

  const trimmed = (text) => text.replace(/\r\n?/g, "\n").replace(/^\n+/, "").trimEnd();
  /* A field tells the page of its last letters a moment later; what stands in it is what is meant. */
  function typed(id, value) {
    const box = byId(JSON.stringify(id));
    return box && box.matches("input:not([aria-haspopup]), textarea") ? box.value : value;
  }
  function draft() {
    const made = {}, { parameters = [], ...rest } = fields || {};
    for (const name of Object.keys(rest)) made[name] = typed({ field: name, type: "draft" }, rest[name]);
    made.parameters = parameters.map((row, n) => Object.fromEntries(Object.keys(row).map((name) =>
      [name, typed({ field: name, row: n, type: "draft-row" }, row[name])])));
    made.body = editor ? editor.text() : (state && state.body) || "";
    return made;
  }

  /* A draft as a text that two drafts share when nothing worth saving differs. */
  function essence(one) {
    const { parameters, body, ...rest } = one, flat = {};
    for (const key of Object.keys(rest).sort()) flat[key] = rest[key] == null ? "" : String(rest[key]);
    return JSON.stringify([flat, trimmed(body || ""), (parameters || []).map((row) =>
      Object.keys(row).filter((key) => key !== "trial").sort().map((key) => [key, row[key] == null ? "" : String(row[key])]))]);
  }
  function dirty() { return Boolean(state && fields && editor && essence(draft()) !== essence(state.draft)); }

  function keep() {
    window.clearTimeout(timer); timer = null;
    if (!state || !fields || !editor) return;
    const changed = dirty();
    remember(window.localStorage, KEPT + place, changed ? { draft: draft(), opened: state.opened, at: Date.now() } : null);
    const mark = byId("editor-dirty");
    if (mark) mark.textContent = changed ? "Not saved yet" : "";
    if (!changed) put("editor-leaving", "hidden", true);
    unknown();
    learn();
  }
  /* What completion offers: the database's words, and the parameters of the form. */
  function learn() {
    if (!editor || !words) return;
    const numbers = ["integer", "number"], parameters = {};
    for (const row of (fields && fields.parameters) || []) if (row.name) parameters[row.name] = numbers.includes(row.type) ? 1 : "";
    editor.learn({ ...words.db, parameters }, words.captions);
  }
  /* What was said of the text holds for it as it was then. */
  function outdated(is) {
    const said = byId("editor-said");
    if (said) said.classList.toggle("outdated", is);
  }
  function soon() { window.clearTimeout(timer); timer = window.setTimeout(keep, REST); }
  window.addEventListener("pagehide", () => { if (timer) keep(); });

  /* Parameters that the text uses and the form lacks, and the other way round. */
  function unknown() {
    const box = byId("editor-unknown");
    if (!box || !editor) return;
    const used = editor.parameters(), have = (fields.parameters || []).map((row) => row.name);
    box.replaceChildren();
    if (!used) return;
    for (const name of used.filter((one) => !have.includes(one)).slice(0, 8)) {
      const button = Object.assign(document.createElement("button"),
        { className: "link", textContent: "Add it as a parameter" });
      Object.assign(button.dataset, { edit: "row-add", name });
      box.append(line("$" + name + " is not among the parameters. ", button));
    }
    for (const name of have.filter((one) => one && !used.includes(one)).slice(0, 8)) {
      box.append(line("The text does not use the parameter $" + name + "."));
    }
  }
  function line(text, ...more) {
    const p = document.createElement("p");
    p.append(text, ...more);
    return p;
  }

  /* Which fields are seen follows from the kind of the answer and of each parameter (editor.css). */
  function dress() {
    const form = byId("draft-form");
    if (!form || !fields) return;
    form.dataset.result = form.closest(".editor-body").dataset.result = fields.result;
    for (const [row, one] of (fields.parameters || []).entries()) {
      const card = byId(JSON.stringify({ row, type: "draft-card" }));
      if (card) card.dataset.type = one.type;
    }
  }

  /* ---- the editor itself ---- */

  function load() {
    loading = loading || new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = "/assets/editor/cypher-editor.js";
      script.onload = () => done(app.cypherEditor);
      script.onerror = () => { loading = null; fail(new Error("The editor could not be loaded; reload the page.")); };
      document.head.append(script);
    });
    return loading;
  }

  /* Puts the editor into the window, which is drawn anew each time it opens. */
  async function mount() {
    const { make } = await load();
    for (let n = 0; n < 200 && !byId("editor-text"); n += 1) await new Promise((done) => window.setTimeout(done, 25));
    const host = byId("editor-text");
    if (!host) return;
    if (!editor) {
      const holder = document.createElement("div");
      holder.className = "editor-holder";
      editor = make(holder, {
        label: "Cypher text", hint: "MATCH (a:Factory)-[line:REPORTS_TO]->(b) RETURN a, line, b",
        on: { change() { editor.marks([]); outdated(true); soon(); }, run: () => ask("run"), save: () => ask("save") },
      });
      editor.holder = holder;
      learn();
    }
    if (editor.holder.parentElement !== host) host.append(editor.holder);
    editor.view.requestMeasure();
    dress();
  }

  /* ---- what is asked for ---- */

  function ask(what, more) {
    const { body } = draft(); // as it is now
    window.setTimeout(() => {
      const asked = { do: what, draft: { ...draft(), body }, opened: state ? state.opened : {}, at: Date.now(), ...more };
      if (what === "run") {
        run = crypto.getRandomValues(new Uint32Array(4)).reduce((text, n) => text + n.toString(16).padStart(8, "0"), "");
        app.set("editor-wish", { ...asked, run });
      } else app.set("editor-asked", what === "cancel" ? { ...asked, run } : asked);
    }, LATER);
  }

  function wanted({ name, copy }, kept) {
    const asked = { name: name || "", copy: Boolean(copy) };
    place = placeOf(asked);
    remember(window.sessionStorage, OPEN, asked);
    const old = kept === null ? null : recall(window.localStorage, KEPT + place);
    return { do: "open", ...asked, draft: byId("draft-form") ? { ...fields } : null, at: Date.now(), kept: old ? { ...old, when: when(old.at) } : null };
  }

  function close() {
    props("editor", { opened: false });
    put("editor-leaving", "hidden", true);
    put("editor-back", "hidden", true);
    remember(window.sessionStorage, OPEN, null);
  }
  function discard() { window.clearTimeout(timer); timer = null; remember(window.localStorage, KEPT + place, null); }
  function look(away) {
    keep();
    props("editor", { opened: !away });
    put("editor-back", "hidden", !away);
    if (!away) mount().then(() => editor.focus());
  }

  const HERE = {
    leave() { keep(); if (dirty()) put("editor-leaving", "hidden", false); else close(); },
    stay() { put("editor-leaving", "hidden", true); if (editor) editor.focus(); },
    discard() { discard(); close(); },
    "discard-kept"() { discard(); app.set("editor-asked", wanted(recall(window.sessionStorage, OPEN) || {}, null)); },
    look() { look(true); },
    back() { look(false); },
    go(button) { editor.go(Number(button.dataset.line), Number(button.dataset.column)); },
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-edit]");
    if (!button || button.disabled || button.dataset.disabled) return;
    const { edit, ...more } = button.dataset;
    if (HERE[edit]) HERE[edit](button);
    else ask(edit, { ...("row" in more && { row: Number(more.row) }), ...("name" in more && { name: more.name }),
      ...("key" in more && { key: more.key }) });
  });
  /* A file would take the place of what is not saved. */
  document.addEventListener("click", (event) => {
    if (!(event.target.closest && event.target.closest("#editor-open-file")) || !dirty()) return;
    event.preventDefault(); event.stopPropagation();
    put("editor-leaving", "hidden", false);
  }, true);
  document.addEventListener("keydown", (event) => {
    // Where nothing has the focus, the window is meant all the same; not where another one lies over it.
    const inside = event.target.closest && (event.target.closest(".editor-window") ||
      (event.target === document.body && document.querySelector(".editor-window .editor-body") && !document.querySelector("#answer[role=dialog], #answer [role=dialog]")));
    if (!inside || event.isComposing || event.target.closest(".cm-content") || !(event.ctrlKey || event.metaKey)) return;
    const what = { Enter: "run", s: "save" }[event.key];
    if (!what) return;
    event.preventDefault();
    ask(what);
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    editor: {
      /* Opens what another part of the page wants to be edited. */
      ask(asked) { if (state) keep(); return asked ? wanted(asked) : skip(); },
      gather() {
        const inputs = window.dash_clientside.callback_context.inputs_list, rows = [], made = {};
        for (const one of inputs) {
          if (one.id === "draft-rows") continue; // says only that a row came or went
          if (!Array.isArray(one)) { made[one.id.field] = one.value == null ? "" : one.value; continue; }
          for (const { id, value } of one) (rows[id.row] = rows[id.row] || {})[id.field] = value == null ? "" : value;
        }
        fields = { ...made, parameters: rows.filter(Boolean) };
        dress();
        soon();
      },
      /* What the server opened or saved: the text, and what "saved" means from now on. */
      async show(given) {
        if (!given) return;
        const before = state;
        state = given;
        if (!fields) { const { body: _, ...rest } = given.draft; fields = rest; }
        mended = null;
        put("editor-delete", "disabled", !given.opened.name);
        put("editor-back", "hidden", true);
        if (before && given.body === null) {
          // Saved, perhaps under a new name: what was kept of it is not needed any more.
          discard();
          place = given.opened.name || "";
          remember(window.sessionStorage, OPEN, { name: place, copy: false });
        } else if (!given.opened.name && !given.opened.of) {
          place = "";
          remember(window.sessionStorage, OPEN, { name: "", copy: false });
        } else if (given.opened.name && given.opened.name !== place) {
          if (before && placeOf({ name: before.opened.of, copy: true }) === place) discard();
          place = given.opened.name;
          remember(window.sessionStorage, OPEN, { name: place, copy: false });
        }
        try { await mount(); } catch (error) {
          props("notices", { sendNotifications: [{ action: "show", color: "red", message: error.message }] });
          return;
        }
        if (editor && given.body !== null) editor.set(given.body);
        soon();
      },
      mark(given) {
        found = given ? given.found : [];
        if (!editor) return;
        outdated(false);
        editor.marks(found);
        const first = found.find((one) => one.line && one.severity === "error");
        if (first && mended !== given.at) { mended = given.at; editor.go(first.line, first.column); }
      },
      learn(given) { words = given; learn(); },
    },
  });

  /* After a reload the editor comes back with what was being written. */
  const reopened = recall(window.sessionStorage, OPEN);
  if (reopened) {
    const wait = window.setInterval(() => {
      if (!window.cy || !window.cy.nodes().length || !byId("editor-back")) return;
      window.clearInterval(wait);
      if (recall(window.localStorage, KEPT + placeOf(reopened))) app.set("editor-asked", wanted(reopened));
      else remember(window.sessionStorage, OPEN, null);
    }, 150);
  }
})();
