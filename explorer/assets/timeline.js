/* The filter's controls and the time panel. What the user changes is sent as a wish; a drawing, which sets the same
   controls, is told from it by comparing with what was drawn (the store "rules"; explorer/panels/reading/filters.py). */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const here = app.here = app.here || {};
  const STEP = 650; // milliseconds a month is seen, at least
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December"];
  let rules = null, running = null, sliding = 0;

  window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, {
    month: (value, { first }) => `${MONTHS[(first + value) % 12].slice(0, 3)} ${Math.floor((first + value) / 12)}`,
    load: ({ option }) => {
      const e = window.React.createElement;
      return e("span", { className: "load" }, option.label, e("span", { className: "load-carries" }, option.carries));
    },
  });

  const iso = (year, month, day) => [String(year).padStart(4, "0"), String(month).padStart(2, "0"),
    String(day).padStart(2, "0")].join("-");

  /* The days at which a span of months begins and ends; the ends of the slider leave that side open. */
  function days([from, to]) {
    const [year, month] = rules.origin, count = year * 12 + month - 1;
    const at = (index) => [Math.floor((count + index) / 12), (count + index) % 12 + 1];
    const [y, m] = at(to);
    return { since: from <= 0 ? "" : iso(...at(from), 1),
      until: to >= rules.last ? "" : iso(y, m, new Date(Date.UTC(y, m, 0)).getUTCDate()) };
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const wish = (asked) => app.set("filter-wish", { ...asked, at: Date.now() });

  /* What a control now says that differs from what was drawn; null where nothing does. */
  function changed(id, value) {
    const filter = rules.filter, text = value || "";
    switch (id) {
      case "grade": return text === filter.grade ? null : { filter: { grade: text } };
      case "speakers": return (Number(value) || 0) === filter.speakers ? null : { filter: { speakers: Number(value) || 0 } };
      case "without": return same([...(value || [])].sort(), [...filter.without].sort()) ? null
        : { filter: { without: [...(value || [])].sort() } };
      case "bare": case "undated": return value === filter[id] ? null : { filter: { [id]: value } };
      case "clock": case "since": case "until": return text === filter[id] ? null : { filter: { [id]: text } };
      case "dates": return !rules.origin || same(value, rules.span) ? null : { filter: days(value) };
      case "size-by": case "colour-by": {
        const name = id.replace("-", "_"), chosen = text === "-" ? "" : text;
        return chosen === rules[name] ? null : { [name]: chosen };
      }
      case "filter-reset": return value ? { reset: true } : null;
      case "all-time": return value ? { drop: ["dates", ""] } : null;
      default: return null;
    }
  }

  function settled(asked) {
    window.clearTimeout(sliding);
    sliding = window.setTimeout(() => wish(asked), 200);
  }

  /* A tick of the legend, or the × of a rule. */
  function ticked(id, value) {
    if (id.type === "rule") return value ? { drop: [id.field, id.name] } : null;
    const hidden = rules.filter[id.kind].includes(id.name);
    return hidden === !value ? null : { filter: { toggle: [id.kind, id.name, value] } };
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    filtering: {
      /* It sets the wish itself: Dash would not call a callback again for what its own answer led to. */
      heard(...values) {
        rules = values[values.length - 1];
        const context = window.dash_clientside.callback_context;
        if (!rules) return;
        for (const { prop_id: named, value } of context.triggered || []) {
          const id = named.slice(0, named.lastIndexOf("."));
          const asked = id.startsWith("{") ? ticked(JSON.parse(id), value) : changed(id, value);
          if (asked && id === "dates") { stop(); settled(asked); } // one answer for a run of arrow keys
          else if (asked) { wish(asked); return; }
        }
      },
    },
  });

  /* Play: the end of the chosen time goes on month by month, each as soon as the last is drawn. One step for undo. */
  function stop() {
    if (!running) return;
    window.clearTimeout(running.timer);
    const drawn = running.drawn, begun = Date.now();
    running = null;
    shown();
    // A step that is still under way belongs to the play, and is no step of its own for undo.
    const loud = () => {
      if (running) return;
      if (app.painted === drawn && Date.now() - begun < 3000) window.setTimeout(loud, 40); else app.quiet = false;
    };
    loud();
  }
  function shown() {
    const button = document.getElementById("play");
    if (!button) return;
    button.classList.toggle("on", !!running);
    document.getElementById("play-word").textContent = running ? "Pause" : "Play";
  }
  function step() {
    if (!running || !rules) return;
    const drawn = app.painted;
    const next = running.at + 1;
    if (next > rules.last) { stop(); return; }
    running.at = next;
    running.drawn = drawn;
    wish({ filter: days([rules.span[0], next]) });
    const begun = Date.now();
    const wait = () => {
      if (!running) return;
      const late = Date.now() - begun;
      if (app.painted !== drawn) app.quiet = true; // the first step was remembered; undo leads back before it
      if (app.painted === drawn && late < 15000) running.timer = window.setTimeout(wait, 40);
      else running.timer = window.setTimeout(step, Math.max(0, STEP - late));
    };
    wait();
  }
  function play() {
    if (running) { stop(); return; }
    if (!rules || !rules.origin) return;
    const [from, to] = rules.span;
    running = { at: to >= rules.last ? from - 1 : to, timer: 0 };
    shown();
    // Who wants less motion steps by hand: each press is one month.
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    step();
    if (calm) stop();
  }

  document.addEventListener("click", (event) => {
    const on = event.target.closest && event.target.closest("#play, #all-time");
    if (!on) return;
    if (on.id === "play") play(); else stop();
  });

  // Whatever else is done while it plays is a step of its own.
  document.addEventListener("pointerdown", (event) => { if (!event.target.closest("#timeline")) stop(); });

  here.time = () => {
    const panel = document.getElementById("timeline"), whole = app.allSeen();
    const closed = panel.classList.toggle("closed");
    if (closed) stop();
    else (panel.querySelector("input:checked") || panel).focus();
    if (whole) window.setTimeout(here.fit, 60); // what was all in sight stays so
  };
})();
