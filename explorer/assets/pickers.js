/* How search results look, when they are asked for, and what Enter takes. Text goes in as text, never as HTML. */
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

  /* Enter takes the first hit of the text that stands, in every picker that can be searched; where the server has not
     answered it yet, as soon as it does. What the arrow keys have marked goes first: that is Mantine's own. */
  const POLL = 30; // ms between two looks for an answer
  let written = null; // the picker that was typed into since something was chosen in it
  let waiting = null; // the text whose first hit is to be taken

  const isPicker = (input) => input.matches(".mantine-Select-input, .mantine-MultiSelect-inputField") && !input.readOnly;
  const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));

  function firstHit(input) {
    const list = listOf(input);
    const option = list && list.querySelector("[data-combobox-option]:not([data-combobox-disabled])");
    const hit = option && option.querySelector("[data-hit-of]");
    return hit && hit.dataset.hitOf !== input.value ? null : option; // a list of our own has no texts: it never lags
  }

  function take(wanted) {
    if (wanted !== waiting) return;
    if (!wanted.input.isConnected || wanted.input.value !== wanted.text) { waiting = null; return; }
    const option = firstHit(wanted.input);
    if (!option) { window.setTimeout(() => take(wanted), POLL); return; }
    waiting = null;
    option.click();
  }

  document.addEventListener("input", (event) => {
    if (isPicker(event.target)) { written = event.target; waiting = null; }
  }, true);
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    waiting = null;
    if (event.key !== "Enter" || event.isComposing || input !== written || !input.value.trim()) return;
    const list = listOf(input);
    if (!list || list.querySelector("[data-combobox-selected]")) return;
    event.preventDefault();
    event.stopPropagation();
    waiting = { input, text: input.value };
    take(waiting);
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-combobox-option]")) written = null;
  }, true);
  document.addEventListener("focusout", (event) => { if (event.target === written) written = waiting = null; });
})();
window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, {
  asFound: ({ options }) => options,
  hit: ({ option }) => {
    const e = window.React.createElement;
    if (option.disabled) return e("span", { className: "hit-more" }, option.label);
    const other = option.matched ? e("span", { className: "hit-matched" }, option.matched) : null;
    return e("span", { className: "hit", "data-hit-of": option.text || "" },
      e("img", { src: option.symbol, width: 26, height: 26, alt: "" }),
      e("span", { className: "hit-name" }, option.label, other),
      e("span", { className: "hit-type" }, option.type));
  },
});
