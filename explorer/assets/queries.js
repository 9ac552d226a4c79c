/* Saved queries: searching the list, arrow keys and Enter, and the seconds of a run. Nothing here asks the server. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  let wanted = "", started = 0, last = 0, narrowed = false, drawn = null;

  const byId = (id) => document.getElementById(id);
  const rows = () => [...document.querySelectorAll("#query-list .query-row")];

  /* As graph/evidence.py folds names: no accents, no apostrophes, hyphens as spaces, lower case. */
  function fold(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/['’‘ʼ`]/g, "").replace(/[-‐‑–—]/g, " ")
      .normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
  }

  function search() {
    const words = fold(wanted);
    let found = 0;
    for (const theme of document.querySelectorAll("#query-list .query-theme")) {
      const own = [...theme.querySelectorAll(".query-row")];
      const hits = own.filter((row) => {
        const hit = words.every((word) => row.dataset.words.includes(word));
        row.parentElement.hidden = !hit;
        return hit;
      });
      found += hits.length;
      theme.hidden = !hits.length;
      const count = theme.querySelector(".count");
      if (count) count.textContent = words.length && hits.length < own.length ? `${hits.length} of ${own.length}` : own.length;
      if (words.length) theme.open = true;
      else if (narrowed) theme.open = Boolean(theme.querySelector("[aria-current=true]"));
    }
    narrowed = words.length > 0;
    const none = byId("query-none");
    none.hidden = found > 0;
    none.textContent = found ? "" : "No saved query has these words. Try fewer or shorter ones.";
  }

  document.addEventListener("keydown", (event) => {
    const on = event.target, list = byId("query-list");
    if (!list || !on.closest || !on.closest("#query-panel")) return;
    if (on.id === "query-search" && event.key === "Enter") {
      // The list may not be drawn yet: what stands in the field counts.
      wanted = on.value;
      search();
      const first = wanted ? rows().find((row) => !row.parentElement.hidden) : null;
      if (first) { event.preventDefault(); first.click(); }
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && (on.id === "query-search" || list.contains(on))) {
      if (on.id === "query-search" && byId("query-browse").hidden) window.dash_clientside.set_props("query-browse", { hidden: false });
      const stops = [...list.querySelectorAll("summary, .query-row")].filter((one) => one.offsetParent !== null);
      const at = stops.indexOf(on), next = stops[at + step];
      event.preventDefault();
      if (next) next.focus(); else if (step < 0) byId("query-search").focus();
      return;
    }
    // Enter in a field runs; in an open picker it chooses.
    if (event.key === "Enter" && on.matches("#query-form input") && on.getAttribute("aria-expanded") !== "true") {
      const run = byId("query-run");
      event.preventDefault();
      if (!run.disabled && !run.dataset.loading) run.click();
    }
  });

  window.setInterval(() => {
    const box = byId("query-running");
    if (!box || box.hidden) { started = 0; return; }
    if (!started) started = last || Date.now();
    const seconds = Math.floor((Date.now() - started) / 1000);
    const words = `Running for ${seconds} s`;
    const clock = byId("query-clock");
    if (clock.textContent !== words) clock.textContent = words;
  }, 200);

  /* Times of runs on the clock of this browser. */
  const clockOf = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  function local() {
    for (const time of document.querySelectorAll("#runs time")) {
      const at = new Date(time.dateTime);
      if (time.dataset.at === time.dateTime || Number.isNaN(at.getTime())) continue;
      time.dataset.at = time.dateTime;
      time.textContent = clockOf.format(at);
    }
  }
  window.setInterval(local, 500);

  function mark(name) {
    for (const row of rows()) {
      const own = row.dataset.query === name;
      if (own) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
    }
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    queries: {
      /* Whether the list or the form is seen: [list hidden, form hidden]. */
      open(chosen, _back, text, listed) {
        const from = window.dash_clientside.callback_context.triggered.map((t) => t.prop_id.split(".")[0]);
        const asked = text || "", changed = asked !== wanted;
        wanted = asked;
        if (listed && listed !== drawn) { app.drawQueries(listed); drawn = listed; }
        mark(chosen && chosen.name);
        search();
        if (from.includes("query-listed") && !changed) return [byId("query-browse").hidden, byId("query-chosen").hidden];
        const back = from.includes("query-back");
        if (back) {
          window.setTimeout(() => {
            const own = document.querySelector("#query-list [aria-current=true]");
            if (own) { own.closest("details").open = true; own.focus(); }
          }, 60);
        }
        const list = back || (from.includes("query-search") && asked !== "");
        if (from.includes("query")) {
          window.setTimeout(() => { if (wanted) window.dash_clientside.set_props("query-search", { value: "" }); }, 0);
          return [true, false];
        }
        if (from.includes("query-search") && !asked) return [byId("query-browse").hidden, byId("query-chosen").hidden];
        return [!list, list];
      },
      wish(clicks) {
        if (!clicks) return window.dash_clientside.no_update;
        last = Date.now();
        started = 0;
        const bytes = window.crypto.getRandomValues(new Uint8Array(16));
        return { id: [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("") };
      },
    },
  });
})();
