/* Swatches of the style sheet's variables: what is shown is what holds. */
(() => {
  "use strict";
  const property = { colour: "background", size: "fontSize", radius: "borderRadius", shadow: "boxShadow", space: "width" };
  const show = () => document.querySelectorAll("[data-variable]").forEach((line) => {
    const name = line.dataset.variable, swatch = line.querySelector(".swatch");
    swatch.style[property[line.dataset.kind]] = `var(${name})`;
    line.querySelector("[data-value]").textContent = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  });
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
})();
