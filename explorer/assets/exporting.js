/* Fetches a finished export: the server keeps it at an address of its own. */
(function () {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.exporting = {
    fetch(ready) {
      if (!ready) return window.dash_clientside.no_update;
      const link = Object.assign(document.createElement("a"), { href: ready.at, download: ready.name });
      document.body.append(link);
      link.click();
      link.remove();
      return ready.at;
    },
  };
})();
