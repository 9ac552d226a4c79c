/* Pictures of the canvas to take away: all that is shown, under its title, with a word about what the legend hides. */
(function () {
  "use strict";
  const MARGIN = 28, PAPER = "#ffffff", INK = "#1b2430", WARN = "#7a4d00";
  const XLINK = "http://www.w3.org/1999/xlink";

  /* The lines above the picture: text, size, weight, colour. */
  function heading() {
    const text = (id) => document.getElementById(id).innerText;
    return [[text("title"), 24, 700, INK], ...wrapped(text("hidden")).map((line) => [line, 15, 600, WARN])]
      .filter(([words]) => words);
  }

  /* Rules can fill several lines; the narrowest page takes about so many letters. */
  function wrapped(words, most = 84) {
    const lines = [""];
    for (const word of words.split(/\s+/)) {
      if (lines.at(-1).length + word.length > most) lines.push("");
      lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
    }
    return lines;
  }

  function font() { return getComputedStyle(document.body).fontFamily; }

  function bitmap(address, width, height) {
    return new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => {
        const canvas = Object.assign(document.createElement("canvas"), { width, height });
        canvas.getContext("2d").drawImage(image, 0, 0, image.width, image.height, 0, 0, width, height);
        resolve(canvas.toDataURL());
      };
      image.onerror = reject;
      image.src = address;
    });
  }

  /* The bundled exporter draws each icon as a small bitmap; the bitmaps become drawings again. */
  async function sharpen(page, cy) {
    const nodes = cy.nodes(":visible");
    const size = nodes.length ? nodes[0].pstyle("background-width").pfValue[0] : 24;
    const drawings = new Map();
    for (const address of new Set(nodes.map((n) => n.pstyle("background-image").value[0]))) {
      if (!address.startsWith("data:")) continue; // a gap or a heading has no icon
      drawings.set(await bitmap(address, size, size), address);
    }
    for (const image of page.querySelectorAll("image")) {
      const link = image.getAttributeNS(XLINK, "href");
      if (drawings.has(link)) image.setAttributeNS(XLINK, "xlink:href", drawings.get(link));
    }
  }

  async function svg(cy) {
    const page = new DOMParser().parseFromString(cy.svg({ full: true, scale: 1, bg: PAPER }), "image/svg+xml");
    await sharpen(page, cy);
    const root = page.documentElement, make = (name) => page.createElementNS("http://www.w3.org/2000/svg", name);
    const head = heading(), top = MARGIN + head.reduce((sum, [, size]) => sum + size * 1.6, 0);
    const inner = [Number(root.getAttribute("width")), Number(root.getAttribute("height"))];
    const width = Math.max(inner[0], 600) + 2 * MARGIN, height = inner[1] + top + MARGIN;
    const ground = make("rect"), moved = make("g");
    for (const [key, value] of [["width", width], ["height", height], ["fill", PAPER]]) ground.setAttribute(key, value);
    moved.setAttribute("transform", `translate(${(width - inner[0]) / 2},${top})`);
    moved.append(...root.childNodes);
    root.append(ground, moved);
    let y = MARGIN * 0.6;
    for (const [words, size, weight, colour] of head) {
      const line = make("text");
      y += size * 1.3;
      for (const [key, value] of [["x", MARGIN], ["y", y], ["font-size", size], ["font-weight", weight],
        ["fill", colour], ["font-family", font()]]) line.setAttribute(key, value);
      line.textContent = words;
      root.append(line);
    }
    for (const [key, value] of [["width", width], ["height", height], ["viewBox", `0 0 ${width} ${height}`]]) {
      root.setAttribute(key, value);
    }
    return new Blob([new XMLSerializer().serializeToString(page)], { type: "image/svg+xml;charset=utf-8" });
  }

  async function png(cy) {
    const box = cy.elements(":visible").boundingBox();
    const scale = Math.min(3, 14000 / Math.max(box.w, box.h, 1)); // browsers draw some 16,000 pixels a side
    const drawn = await createImageBitmap(cy.png({ full: true, scale, bg: PAPER, output: "blob" }));
    const head = heading(), margin = MARGIN * scale;
    const top = margin + head.reduce((sum, [, size]) => sum + size * 1.6 * scale, 0);
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = Math.max(drawn.width, 600 * scale) + 2 * margin;
    canvas.height = drawn.height + top + margin;
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(drawn, (canvas.width - drawn.width) / 2, top);
    let y = margin * 0.6;
    for (const [words, size, weight, colour] of head) {
      y += size * 1.3 * scale;
      pen.font = `${weight} ${size * scale}px ${font()}`;
      pen.fillStyle = colour;
      pen.fillText(words, margin, y, canvas.width - 2 * margin);
    }
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  /* Pictures are on white paper, whatever the page is on. */
  function onWhite(draw) {
    return async (cy) => {
      const theme = window.armsgraph.theme, now = theme.now();
      if (now === "light") return draw(cy);
      cy.style().fromJson(theme.sheet("light")).update();
      try { return await draw(cy); } finally { cy.style().fromJson(theme.sheet(theme.now())).update(); }
    };
  }

  window.armsgraphPictures = { png: onWhite(png), svg: onWhite(svg) };
})();
