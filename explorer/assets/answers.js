/* The window with an answer: reading a cell in full, going from it to the canvas, and copying the answer's link. */
(function () {
  "use strict";
  const app = window.armsgraph = window.armsgraph || {};
  const make = (tag, values) => Object.assign(document.createElement(tag), values);

  /* The cell that is on, in full: a grid shows the first lines of a long one alone. Text goes in as text. */
  function read({ api, column, rowIndex }) {
    const box = document.getElementById("answer-cell"), row = rowIndex === null ? null : api.getDisplayedRowAtIndex(rowIndex);
    if (!box || !row || !column) return;
    const field = column.getColId(), value = row.data[field], entity = (row.data.links || {})[field];
    const empty = value === null || value === undefined || value === "";
    box.replaceChildren(make("strong", { textContent: column.getColDef().headerName }),
      make("span", { textContent: empty ? "nothing" : typeof value === "number" ? value.toLocaleString("en") : value }));
    if (entity) {
      const button = make("button", { className: "link", textContent: "Show on the canvas" });
      button.addEventListener("click", () => {
        app.set({ type: "told", name: "follow" }, { entity, at: Date.now() });
        window.dash_clientside.set_props("answer", { opened: false });
      });
      box.append(button);
    }
    box.hidden = false;
  }

  window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, {
    armsgraphCell: read,
    /* Thousands are parted from 10,000 on, as less may be a year. */
    armsgraphNumber(value) {
      if (value === null || value === undefined) return "";
      return Math.abs(value) >= 10000 ? value.toLocaleString("en", { maximumFractionDigits: 10 }) : String(value);
    },
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-address]");
    if (!button) return;
    const address = window.location.origin + button.dataset.address, line = document.getElementById("answer-address");
    const caption = button.dataset.caption = button.dataset.caption || button.textContent;
    const say = (words) => {
      button.textContent = words;
      window.setTimeout(() => { button.textContent = caption; }, 2500);
    };
    if (line) line.replaceChildren(make("span", { textContent: address }));
    const marked = () => {
      if (line) window.getSelection().selectAllChildren(line);
      say("Marked: press Ctrl+C");
    };
    // On a page without TLS that is not on this machine, browsers have no clipboard.
    if (!navigator.clipboard) { marked(); return; }
    navigator.clipboard.writeText(address).then(() => say("Copied"), marked);
  });
})();
