/* Canned answers: found by words, inserted where one writes.
   A combobox with a listbox, as the WAI-ARIA Authoring Practices describe it. */
(() => {
  "use strict";
  const dialog = document.getElementById("answers");
  if (!dialog) return;
  const PAUSE = 120;
  const input = dialog.querySelector("input"), list = document.getElementById("answers-list"), status = dialog.querySelector("[role='status']");
  const words = dialog.dataset, asking = { timer: 0, request: null };
  const options = () => [...list.querySelectorAll("[role='option']")];
  const active = () => list.querySelector("[aria-selected='true']");
  const field = () => document.getElementById("reply");

  function select(box) {
    active()?.setAttribute("aria-selected", "false");
    if (!box) { input.removeAttribute("aria-activedescendant"); return; }
    box.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", box.id);
    box.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = options(), at = all.indexOf(active());
    if (all.length) select(all[(at + by + all.length) % all.length]);
  }

  async function ask() {
    asking.request?.abort();
    const request = asking.request = new AbortController();
    let found = null;
    try {
      const answer = await fetch(`${words.find}?q=${encodeURIComponent(input.value.trim())}`, { headers: { "HX-Request": "true" }, signal: request.signal });
      if (answer.status === 401) { location.reload(); return; }
      if (answer.ok) found = await answer.text();
    } catch { /* said below, unless it was given up for another one */ }
    if (request !== asking.request) return;
    const holder = document.createElement("template");
    holder.innerHTML = found ?? "";
    list.replaceChildren(holder.content);
    select(options()[0]);
    status.textContent = found === null ? words.failed : options().length ? `${words.some}: ${options().length}` : words.none;
  }

  function show() {
    if (!field() || dialog.open) return;
    input.value = "";
    list.replaceChildren();
    dialog.showModal();
    input.focus();
    ask();
  }

  function insert(box) {
    const into = field();
    if (!box || !into) return;
    dialog.close();
    into.focus();
    into.setRangeText(box.dataset.text, into.selectionStart, into.selectionEnd, "end");
    into.dispatchEvent(new Event("input", { bubbles: true }));
  }

  input.addEventListener("input", () => { clearTimeout(asking.timer); asking.timer = setTimeout(ask, PAUSE); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && !event.isComposing) insert(active());
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => insert(event.target.closest("[role='option']")));
  dialog.addEventListener("close", () => field()?.focus());

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-answers]")) { event.preventDefault(); show(); }
    if (event.target === dialog || event.target.closest("#answers [data-close]")) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target !== field() || event.target.value || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "/" && event.key !== ";") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    show();
  }, true);
})();
