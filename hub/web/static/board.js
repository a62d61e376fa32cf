/* The board: selecting rows for one command, filters at once, many queues narrowed. */
(() => {
  "use strict";
  const main = document.querySelector("main.board");
  if (!main) return;
  const all = (selector, root = main) => [...root.querySelectorAll(selector)];

  /* Selection: kept here, since rows are replaced as work changes ------------- */
  const picked = new Set();
  let last = "";
  const boxes = () => all('.list input[name="pick"]');
  const form = () => document.getElementById("bulk");

  function show() {
    const there = new Set(boxes().map((box) => box.value));
    for (const key of [...picked]) if (!there.has(key)) picked.delete(key);
    boxes().forEach((box) => { box.checked = picked.has(box.value); });
    const place = form()?.querySelector("[data-picked]");
    if (!place) return;
    const { one, many } = place.dataset;
    const text = picked.size ? (picked.size === 1 ? one : many.replace("#", picked.size)) : "";
    if (place.textContent !== text) place.textContent = text;
  }

  function pick(box, on, range) {
    const list = boxes(), from = list.findIndex((one) => one.value === last), to = list.indexOf(box);
    const chosen = range && from >= 0 ? list.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
    for (const one of chosen) picked[on ? "add" : "delete"](one.value);
    last = box.value;
    show();
  }

  let shift = false;
  main.addEventListener("click", (event) => {
    if (event.target.name === "pick") shift = event.shiftKey;
    if (!event.target.closest("[data-pick-all]")) return;
    const list = boxes(), every = list.every((box) => picked.has(box.value));
    list.forEach((box) => picked[every ? "delete" : "add"](box.value));
    show();
  });

  main.addEventListener("change", (event) => {
    if (event.target.name === "pick") pick(event.target, event.target.checked, shift);
    if (event.target.closest("form[data-at-once]") && event.target.localName === "select") event.target.form.requestSubmit();
  });

  document.addEventListener("keydown", (event) => {
    const focused = document.activeElement;
    if (event.key === "Enter" && focused.localName === "input" && focused.closest(".bulk .panel")) {
      event.preventDefault();
      focused.closest(".panel").querySelector("button").click();
    }
    if (event.isTrusted && document.body.dataset.keys === "few") return;
    if (event.key.toLowerCase() !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = focused.matches?.("[data-row]") ? focused.closest("li").querySelector('input[name="pick"]') : null;
    if (!box) return;
    event.preventDefault();
    pick(box, event.shiftKey || !picked.has(box.value), event.shiftKey);
  });

  /* What was refused stays selected, so that it can be tried in another way. */
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form() || !event.detail.successful) return;
    const refused = document.querySelector("[data-refused]")?.dataset.refused.split(" ") ?? [];
    for (const key of [...picked]) if (!refused.includes(key)) picked.delete(key);
    show();
  });

  /* Many queues --------------------------------------------------------------- */
  function narrow() {
    for (const field of all("[data-narrows]")) {
      const word = field.value.trim().toLocaleLowerCase();
      for (const item of document.getElementById(field.dataset.narrows).children) {
        item.hidden = Boolean(word) && !item.querySelector(".name").textContent.toLocaleLowerCase().includes(word);
      }
    }
  }

  main.addEventListener("input", (event) => { if (event.target.matches("[data-narrows]")) narrow(); });

  function ready() {
    all(".narrow-queues, [data-pick-all]").forEach((one) => { one.hidden = false; });
    narrow();
    show();
  }

  document.addEventListener("htmx:afterSwap", ready);
  addEventListener("pageshow", ready);
  boxes().filter((box) => box.checked).forEach((box) => picked.add(box.value));
  ready();
})();
