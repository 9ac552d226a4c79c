/* Light, dark, or like the system. Loaded in the page's head, before anything is painted; Mantine reads the same key. */
(function () {
  "use strict";
  const KEY = "mantine-color-scheme-value", ROOT = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const app = window.armsgraph = window.armsgraph || {};
  let wish = remembered(), sheets = null;

  /* A browser may forbid storage; then the choice lasts as long as the page. */
  function remembered() {
    try { return window.localStorage.getItem(KEY) || "auto"; } catch (forbidden) { return "auto"; }
  }
  function remember(value) {
    try { window.localStorage.setItem(KEY, value); } catch (forbidden) { wish = value; }
  }

  function now() { return wish === "light" || wish === "dark" ? wish : system.matches ? "dark" : "light"; }

  function apply() {
    const scheme = now();
    ROOT.setAttribute("data-mantine-color-scheme", scheme);
    ROOT.setAttribute("data-ag-theme-mode", scheme);
    if (!sheets) return; // the page is not there yet
    window.dash_clientside.set_props("provider", { forceColorScheme: scheme });
    window.dash_clientside.set_props("picture", { stylesheet: sheets[scheme] });
  }

  system.addEventListener("change", apply);
  document.addEventListener("change", (event) => {
    if (!(event.target.closest && event.target.closest("#theme"))) return;
    wish = event.target.value;
    remember(wish);
    apply();
  });

  app.theme = { now, sheet: (scheme) => sheets && sheets[scheme] };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.theme = { dress(given) {
    sheets = given;
    window.dash_clientside.set_props("theme", { value: wish });
    apply();
  } };
  apply();
})();
