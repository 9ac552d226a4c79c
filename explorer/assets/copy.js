/* Buttons with data-copy put the text of the element of that id on the clipboard, and say so. */
(function () {
  "use strict";
  function selected(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const chosen = window.getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-copy]");
    const from = button && document.getElementById(button.dataset.copy);
    if (!from) return;
    const caption = button.dataset.caption = button.dataset.caption || button.textContent;
    const tell = (words) => {
      button.textContent = words;
      window.setTimeout(() => { button.textContent = caption; }, 2500);
    };
    // On a page without TLS that is not on this machine, browsers have no clipboard: the text is marked instead.
    if (!navigator.clipboard) { selected(from); tell("Marked: press Ctrl+C"); return; }
    navigator.clipboard.writeText(from.textContent).then(() => tell("Copied"),
      () => { selected(from); tell("Marked: press Ctrl+C"); });
  });
})();
