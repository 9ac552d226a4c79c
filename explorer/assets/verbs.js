/* Toolbar, right-click menu and shortcuts: each names a verb (explorer/state/page_commands.py) and says which elements are meant. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const here = app.here = app.here || {}; // verbs that the browser carries out: name -> function(signal)
  let list = [], bound = null, menu = null;

  app.set = (id, data) => window.dash_clientside.set_props(id, { data });

  /* The elements a verb is meant for: the given one, else the selected ones, else what the details show. */
  function meant(target) {
    const cy = window.cy;
    if (target) return target.selected() ? cy.$(":selected") : target;
    const chosen = cy.$(":selected");
    return chosen.length || !app.selected ? chosen : cy.getElementById(app.selected.id);
  }

  app.say = function (name, target, point) {
    const verb = list.find((v) => v.name === name);
    if (!verb || !window.cy) return;
    const elements = meant(target);
    const signal = { ids: elements.map((e) => e.id()), kind: elements.length ? elements[0].data("kind") : "canvas",
      point: point || null, at: Date.now() };
    if (here[name]) here[name](signal); else app.set({ type: "verb", name }, signal);
  };

  function close(back) {
    if (!menu) return;
    const opener = menu.opener;
    menu.remove(); menu = null;
    if (back && opener) opener.focus();
  }

  /* The menu of an element, or of the canvas where there is none, at a place of the page. */
  app.menu = function (target, x, y, point) {
    close();
    const kind = target ? target.data("kind") : "canvas";
    const verbs = list.filter((v) => v.on.includes(kind));
    if (!verbs.length) return;
    menu = Object.assign(document.createElement("div"), { className: "menu", role: "menu" });
    menu.setAttribute("role", "menu");
    menu.opener = document.activeElement;
    if (target) menu.append(Object.assign(document.createElement("div"),
      { className: "menu-head", textContent: target.data("name") || target.data("caption") || "" }));
    for (const verb of verbs) {
      const row = Object.assign(document.createElement("button"), { className: "menu-row" });
      row.setAttribute("role", "menuitem");
      row.append(Object.assign(document.createElement("span"), { textContent: verb.caption }),
        Object.assign(document.createElement("kbd"), { textContent: verb.key === "Delete" ? "Del" : verb.key }));
      row.addEventListener("click", () => { close(true); app.say(verb.name, target, point); });
      menu.append(row);
    }
    menu.addEventListener("keydown", (event) => {
      const rows = [...menu.querySelectorAll("button")], at = rows.indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { event.preventDefault(); rows[(at + step + rows.length) % rows.length].focus(); }
      if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); event.stopPropagation(); close(true); }
    });
    document.body.append(menu);
    menu.style.left = Math.min(x, window.innerWidth - menu.offsetWidth - 8) + "px";
    menu.style.top = Math.min(y, window.innerHeight - menu.offsetHeight - 8) + "px";
    menu.querySelector("button").focus();
  };

  function bind(cy) {
    bound = cy;
    cy.on("cxttap", (event) => {
      const on = event.target === cy ? null : event.target, at = event.originalEvent;
      app.menu(on, at.clientX, at.clientY, [event.position.x, event.position.y]);
    });
    cy.on("tapstart pan zoom", () => close());
    cy.container().addEventListener("contextmenu", (event) => event.preventDefault());
  }

  window.setInterval(() => { if (window.cy && window.cy !== bound) bind(window.cy); }, 100);
  document.addEventListener("pointerdown", (event) => { if (menu && !menu.contains(event.target)) close(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-verb]");
    if (button && !button.disabled) app.say(button.dataset.verb);
    const teller = event.target.closest && event.target.closest("[data-tell]");
    if (teller && !teller.disabled) {
      app.set({ type: "told", name: teller.dataset.tell }, { ...JSON.parse(teller.dataset.with), at: Date.now() });
    }
  });

  document.addEventListener("keydown", (event) => {
    const on = event.target, typing = on.isContentEditable ||
      (on.matches && on.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"));
    const window_ = document.querySelector("[role=dialog]");
    if (event.key === "Escape") {
      if (typing) on.blur(); else if (!menu && !window_) app.set("selected", null);
      return;
    }
    if (typing || menu || window_ || event.ctrlKey || event.metaKey || event.altKey) return;
    const verb = list.find((v) => v.key && v.key === event.key);
    if (verb) { event.preventDefault(); app.say(verb.name); }
  });

  here.search = () => document.getElementById("search").focus();
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.verbs = { learn(given) { list = given; } };
})();
