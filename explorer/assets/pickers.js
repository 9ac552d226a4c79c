/* How search results look, and when they are asked for. Text goes in as text, never as HTML. */
(function () {
  "use strict";
  const PAUSE = 140; // ms without a key
  let typed = 0;
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.pickers = {
    pause(text) {
      const mine = ++typed;
      return new Promise((resolve) => window.setTimeout(() =>
        resolve(mine === typed ? text : window.dash_clientside.no_update), PAUSE));
    },
    /* An answer to a text that no longer stands comes too late. */
    show(found, text) {
      const skip = window.dash_clientside.no_update;
      return found && found.text === (text || "") ? [found.data, found.none] : [skip, skip];
    },
  };
})();
window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, {
  asFound: ({ options }) => options,
  hit: ({ option }) => {
    const e = window.React.createElement;
    if (option.disabled) return e("span", { className: "hit-more" }, option.label);
    const other = option.matched ? e("span", { className: "hit-matched" }, option.matched) : null;
    return e("span", { className: "hit" },
      e("img", { src: option.symbol, width: 26, height: 26, alt: "" }),
      e("span", { className: "hit-name" }, option.label, other),
      e("span", { className: "hit-type" }, option.type));
  },
});
