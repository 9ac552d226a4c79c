/* What is shown as one text of HTML (explorer/dash_kit/markup.py), and the words that come up where the mouse or the
   keyboard rests (`data-tip`): one box for all, as a component for each costs the page dearly. */
(function () {
  "use strict";
  const REST = 300, GAP = 8; // milliseconds, pixels
  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  tip.setAttribute("role", "tooltip");
  let shown = null, waiting = 0;

  function hide() {
    window.clearTimeout(waiting);
    tip.hidden = true; shown = null;
  }

  function show(element) {
    if (!element.isConnected) return;
    tip.replaceChildren(element.dataset.tip);
    if (element.dataset.tipKey) {
      tip.append(Object.assign(document.createElement("span"), { className: "key", textContent: element.dataset.tipKey }));
    }
    if (!tip.isConnected) document.body.append(tip);
    tip.hidden = false;
    const box = element.getBoundingClientRect(), below = box.bottom + GAP;
    const fits = below + tip.offsetHeight < window.innerHeight;
    const middle = (box.left + box.right - tip.offsetWidth) / 2;
    tip.style.left = Math.max(4, Math.min(middle, window.innerWidth - tip.offsetWidth - 4)) + "px";
    tip.style.top = (fits ? below : Math.max(4, box.top - GAP - tip.offsetHeight)) + "px";
  }

  function rest(event) {
    const element = event.target.closest && event.target.closest("[data-tip]");
    if (element === shown) return;
    hide();
    shown = element;
    if (!element) return;
    if (event.type === "focusin" && !element.matches(":focus-visible")) return;
    waiting = window.setTimeout(() => show(element), event.type === "focusin" ? 0 : REST);
  }

  document.addEventListener("mouseover", rest);
  document.addEventListener("focusin", rest);
  document.addEventListener("focusout", hide);
  document.addEventListener("pointerdown", hide);
  document.addEventListener("scroll", () => { if (!tip.hidden) hide(); }, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.markup = {
    show(html, id) {
      if (html !== undefined && html !== null) document.getElementById(id.of).innerHTML = html;
    },
  };
})();
