/* Pan, zoom and details of an exported picture. Everything from the data is put in as text, never as markup. */
"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const stage = document.getElementById("stage"), drawing = document.getElementById("drawing");
  const details = document.getElementById("details");
  const whole = drawing.viewBox.baseVal, home = [whole.x, whole.y, whole.width, whole.height];
  let view = home.slice(), pointers = new Map(), moved = 0, spread = 0;

  function show() { drawing.setAttribute("viewBox", view.map((n) => n.toFixed(2)).join(" ")); }

  /* Where on the picture a point of the screen is. */
  function place(x, y) {
    const at = new DOMPoint(x, y).matrixTransform(drawing.getScreenCTM().inverse());
    return [at.x, at.y];
  }

  function zoom(factor, x, y) {
    const size = Math.min(home[2] * 2, Math.max(home[2] / 20, view[2] * factor)), by = size / view[2];
    view = [x - (x - view[0]) * by, y - (y - view[1]) * by, size, view[3] * by];
    show();
  }

  function middle() { return [view[0] + view[2] / 2, view[1] + view[3] / 2]; }
  function move(dx, dy) { view[0] += dx; view[1] += dy; show(); }
  function fit() { view = home.slice(); show(); }

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...place(event.clientX, event.clientY));
  }, { passive: false });

  stage.addEventListener("pointerdown", (event) => {
    if (event.target.closest("#tools")) return;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    moved = 0;
  });
  window.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    if (pointers.size === 1) {
      const [ax, ay] = place(...before), [bx, by] = place(...now);
      moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
      if (moved > 4) { stage.classList.add("moving"); move(ax - bx, ay - by); }
    }
    pointers.set(event.pointerId, now);
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()], far = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread) zoom(spread / far, ...place((a[0] + b[0]) / 2, (a[1] + b[1]) / 2));
      spread = far;
      moved = 99;
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, (event) => {
      pointers.delete(event.pointerId);
      spread = 0;
      stage.classList.remove("moving");
    });
  }

  function make(name, text, kind) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function claim(said) {
    const box = make("div", "", `claim ${said.says}`), head = make("div");
    head.append(make("b", said.says === "denies" ? `Denied by ${said.who}` : said.says === "infers" ? `Inferred by ${said.who}` : said.who, said.says === "denies" ? "no" : ""));
    head.append(` (${[said.grade, said.when].filter(Boolean).join(", ")})`);
    box.append(head, make("div", said.text));
    if (said.reason) box.append(make("div", said.reason, "when"));
    const source = data.sources[said.number];
    if (source) {
      const line = make("div", `[${said.number}${said.place ? `, ${said.place}` : ""}] ${source.text} `, "when");
      if (source.url) {
        const link = make("a", "open");
        link.href = source.url;
        link.rel = "noopener noreferrer";
        line.append(link);
      }
      box.append(line);
    }
    return box;
  }

  function lineButton(id) {
    const row = data.lines[id], item = make("div"), button = make("button", row.statement, "link");
    button.addEventListener("click", () => select(id));
    item.append(button);
    if (row.stance !== "asserted") item.append(make("span", row.stance, `pill ${row.stance}`));
    return item;
  }

  function lineDetails(id) {
    const row = data.lines[id], title = make("h2", row.statement);
    if (row.stance !== "asserted") title.append(make("span", row.stance, `pill ${row.stance}`));
    return [title, make("p", row.weighing, "quiet"), ...row.claims.map(claim)];
  }

  function entityDetails(id) {
    const row = data.entities[id], parts = [make("h2", row.name), make("p", row.type, "quiet")];
    if (row.description) parts.push(make("p", row.description));
    if (row.aliases.length) parts.push(make("p", `Also named: ${row.aliases.join(" · ")}`));
    if (row.identifiers.length) parts.push(make("p", `Identifiers: ${row.identifiers.join(" · ")}`));
    if (row.lines.length) parts.push(make("h3", "Lines"), ...row.lines.filter((l) => data.lines[l]).map(lineButton));
    if (row.claims.length) parts.push(make("h3", "Said of it"), ...row.claims.map(claim));
    return parts;
  }

  function foldDetails(id) {
    const parts = [make("h2", "Drawn as one")];
    for (const member of data.folds[id]) {
      if (data.lines[member]) parts.push(lineButton(member));
      else if (data.entities[member]) {
        const button = make("button", data.entities[member].name, "link"), item = make("div");
        button.addEventListener("click", () => select(member));
        item.append(button);
        parts.push(item);
      }
    }
    return parts;
  }

  function select(id) {
    const found = data.lines[id] ? lineDetails(id) : data.entities[id] ? entityDetails(id)
      : data.folds[id] ? foldDetails(id) : null;
    for (const old of drawing.querySelectorAll(".on")) old.classList.remove("on");
    if (!found) return;
    for (const part of drawing.querySelectorAll("[data-id]")) {
      if (part.getAttribute("data-id") === id) part.classList.add("on");
    }
    details.replaceChildren(...found);
    details.parentElement.scrollTop = 0;
  }

  drawing.addEventListener("click", (event) => {
    const part = event.target.closest("[data-id]");
    if (part && moved <= 4) select(part.getAttribute("data-id"));
  });
  for (const part of drawing.querySelectorAll("#nodes [data-id], #words [data-id]")) {
    part.setAttribute("tabindex", "0");
    part.setAttribute("role", "button");
    const title = part.querySelector("title");
    if (title) part.setAttribute("aria-label", title.textContent);
  }
  stage.addEventListener("keydown", (event) => {
    const step = view[2] / 12;
    const keys = {
      ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0), ArrowUp: () => move(0, -step),
      ArrowDown: () => move(0, step), "+": () => zoom(0.8, ...middle()), "=": () => zoom(0.8, ...middle()),
      "-": () => zoom(1.25, ...middle()), 0: fit,
      Enter: () => { const part = event.target.closest("[data-id]"); if (part) select(part.getAttribute("data-id")); },
    };
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.target.closest("button")) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.getElementById("zoom-in").addEventListener("click", () => zoom(0.75, ...middle()));
  document.getElementById("zoom-out").addEventListener("click", () => zoom(1.33, ...middle()));
  document.getElementById("fit").addEventListener("click", fit);
})();
