/* How search results look. Text goes in as text, never as HTML. */
window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, {
  asFound: ({ options }) => options,
  hit: ({ option }) => {
    const e = window.React.createElement;
    const other = option.matched ? e("span", { className: "hit-matched" }, option.matched) : null;
    return e("span", { className: "hit" },
      e("img", { src: option.symbol, width: 26, height: 26, alt: "" }),
      e("span", { className: "hit-name" }, option.label, other),
      e("span", { className: "hit-type" }, option.type));
  },
});
