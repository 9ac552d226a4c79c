/* Draws the list of saved queries from what explorer/panels/queries/query_list.py says of them. Every text goes in as text. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};

  function make(tag, classes, ...inside) {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    made.append(...inside);
    return made;
  }

  function row(query, icons) {
    const glyph = make("span", "glyph");
    glyph.style.cssText = "width: 18px; height: 18px";
    glyph.style.setProperty("--icon", `url("${icons[query.result]}")`);
    glyph.setAttribute("aria-hidden", "true");
    const marks = make("span", "query-marks", make("span", "", query.gives));
    if (query.whose) marks.append(make("span", `shelf ${query.shelf}`, query.whose));
    if (query.stale) marks.append(make("span", "query-stale-mark", "out of date"));
    const button = make("button", "query-row", make("span", "query-kind", glyph),
      make("span", "spring", make("span", "query-title", query.title), marks));
    button.title = query.description;
    // As verbs.tell has it: assets/verbs.js hears of the click.
    Object.assign(button.dataset, { words: query.words, query: query.name, tell: "choose-query",
      with: JSON.stringify({ name: query.name }) });
    return make("li", "", button);
  }

  function theme({ caption, rows }, icons, open) {
    const head = make("summary", "", make("span", "spring", caption), make("span", "count", String(rows.length)));
    const made = make("details", "query-theme", head, make("ul", "", ...rows.map((query) => row(query, icons))));
    made.dataset.theme = caption;
    made.open = open;
    return made;
  }

  /* What was unfolded stays so, and the focus stays on its query. */
  app.drawQueries = ({ themes, problems, icons }) => {
    const list = document.getElementById("query-list"), held = list.contains(document.activeElement) ? document.activeElement : null;
    const open = new Set([...list.querySelectorAll("details[open]")].map((one) => one.dataset.theme));
    list.replaceChildren(...themes.map((one) => theme(one, icons, open.has(one.caption))));
    if (problems.length) list.append(make("ul", "query-problems", ...problems.map((text) => make("li", "", text))));
    const again = held && held.dataset.query && list.querySelector(`[data-query="${held.dataset.query}"]`);
    if (again) again.focus();
  };
})();
