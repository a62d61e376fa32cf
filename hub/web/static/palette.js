/* The palette: find anything and do anything from one field.
   A combobox with a listbox, as the WAI-ARIA Authoring Practices describe it. */
(() => {
  "use strict";
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const PAUSE = 120, MOST_RECENT = 8, MOST_OWN = 6, RECENT = "recent";
  const words = dialog.dataset;
  const input = dialog.querySelector("input"), list = document.getElementById("palette-list"), status = document.getElementById("palette-status");
  const found = list.querySelector("[data-found]"), own = list.querySelector("[data-own]");
  const asking = { timer: 0, request: null, chosen: false };
  const options = () => [...list.querySelectorAll('[role="option"]')];
  const active = () => list.querySelector('[aria-selected="true"]');
  const shown = (element) => element.offsetParent !== null;

  /* What was opened lately: kept in this tab, until somebody logs out ---------- */
  function recent() {
    try { return JSON.parse(sessionStorage.getItem(RECENT)) || []; } catch { return []; }
  }

  function remember() {
    if (!/^\/(interactions|customers)\/[^/]+$/.test(location.pathname)) return;
    const label = document.title.replace(/^\(\d+\) /, "").replace(/ · touchline$/, "");
    const others = recent().filter((one) => one.href !== location.pathname);
    sessionStorage.setItem(RECENT, JSON.stringify([{ href: location.pathname, label }, ...others].slice(0, MOST_RECENT)));
  }

  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") === "/logout") sessionStorage.removeItem(RECENT);
  });

  /* What this page offers --------------------------------------------------- */
  function actions() {
    const keys = new Map();
    for (const one of document.querySelectorAll("[data-hotkey][data-does]")) {
      const { hotkey, does } = one.dataset;
      if (hotkey !== "/" && shown(one) && !one.disabled && !keys.has(hotkey)) keys.set(hotkey, { label: does, key: hotkey });
    }
    const help = document.querySelector("[data-open='keys']");
    if (help) keys.set("?", { label: help.firstChild.textContent.trim(), key: "?" });
    return [...keys.values()];
  }

  /* What has no key, since there are many of a kind: found by typing. */
  const within = (one) => shown(one) || one.closest("details:not([open], .menu)");
  const keyless = () => [...document.querySelectorAll("[data-does]:not([data-hotkey])")]
    .filter((one) => within(one) && !one.disabled)
    .map((target) => ({ label: [target.dataset.does, target.dataset.about].filter(Boolean).join(": "), target }));

  const pages = () => [...document.querySelectorAll("header.top nav a, header.top .panel a")]
    .map((link) => ({ label: link.textContent.trim(), href: link.getAttribute("href") }));

  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  function fits(label, typed) {
    const parts = fold(label).split(/[^\p{L}\p{N}]+/u);
    return fold(typed).split(/\s+/).filter(Boolean).every((word) => parts.some((part) => part.startsWith(word)));
  }

  /* Options ------------------------------------------------------------------ */
  const targets = new WeakMap();

  function option(id, { label, key, href, icon, target }) {
    const box = document.createElement("div"), text = document.createElement("span");
    box.id = id; box.setAttribute("role", "option"); box.setAttribute("aria-selected", "false");
    if (href) box.dataset.href = href;
    if (key) box.dataset.press = key;
    if (target) targets.set(box, target);
    text.className = "label"; text.dir = "auto"; text.textContent = label;
    if (icon) box.append(icon.cloneNode(true));
    box.append(text);
    if (key) { const cap = document.createElement("kbd"); cap.textContent = key; box.append(cap); }
    return box;
  }

  function group(name, title, items) {
    if (!items.length) return [];
    const box = document.createElement("div"), head = document.createElement("h3");
    box.setAttribute("role", "group"); box.setAttribute("aria-labelledby", `p-${name}`);
    head.id = `p-${name}`; head.setAttribute("role", "presentation"); head.textContent = title;
    box.append(head, ...items.map((item, index) => option(`p-${name}${index}`, item)));
    return [box];
  }

  function showOwn(typed) {
    const some = (items) => (typed ? items.filter((item) => fits(item.label, typed)).slice(0, MOST_OWN) : items);
    const everything = typed && words.all ? [{ label: `${words.everything}: ${typed}`, href: `${words.all}?q=${encodeURIComponent(typed)}`, icon: dialog.querySelector(".ask .icon") }] : [];
    own.replaceChildren(
      ...(typed ? [] : group("recent", words.recent, recent().filter((one) => one.href !== location.pathname))),
      ...group("actions", words.actions, some([...actions(), ...(typed ? keyless() : [])])),
      ...group("pages", words.pages, some(pages())),
      ...everything.map((item) => option("p-all", item)),
    );
  }

  function select(box) {
    active()?.setAttribute("aria-selected", "false");
    if (!box) { input.removeAttribute("aria-activedescendant"); return; }
    box.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", box.id);
    box.scrollIntoView({ block: "nearest" });
  }

  function settle() {
    /* What somebody has moved to stays chosen while answers come in. */
    if (!asking.chosen || !active()) { list.scrollTop = 0; select(options()[0]); }
  }

  function step(by) {
    const all = options(), at = all.indexOf(active());
    if (!all.length) return;
    asking.chosen = true;
    select(all[(at + by + all.length) % all.length]);
  }

  function choose(box, elsewhere = false) {
    if (!box) return;
    const { href, press: key } = box.dataset;
    if (elsewhere && href) { open(href, "_blank", "noopener"); return; }
    dialog.close();
    if (href) location.assign(href);
    else if (targets.has(box)) document.dispatchEvent(new CustomEvent("do", { detail: targets.get(box) }));
    /* The page's own keys know what to press, click or focus. */
    else document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }

  /* Asking ------------------------------------------------------------------- */
  function typed() {
    const text = input.value.trim();
    clearTimeout(asking.timer);
    asking.request?.abort();
    asking.request = null;
    asking.wanted = null;
    asking.chosen = false;
    showOwn(text);
    settle();
    if (!text || !words.find) { found.replaceChildren(); settle(); tell(words.hint); return; }
    tell(words.loading);
    asking.request = new AbortController();
    asking.timer = setTimeout(ask, PAUSE, text, asking.request);
  }

  async function ask(text, request) {
    let page = null;
    try {
      const answer = await fetch(`${words.find}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" }, signal: request.signal });
      if (answer.status === 401) { location.reload(); return; }
      if (answer.ok) page = await answer.text();
    } catch { /* said below, unless it was given up for another one */ }
    /* Somebody typed on: this is an answer to an older question. */
    if (request !== asking.request) return;
    asking.request = null;
    const holder = document.createElement("template");
    holder.innerHTML = page ?? "";
    found.replaceChildren(holder.content);
    settle();
    const count = found.querySelectorAll('[role="option"]').length;
    tell(page === null ? words.failed : count ? `${words.some}: ${count}` : words.none);
    asking.wanted?.();
  }

  function tell(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function enter(elsewhere) {
    /* What is asked for may be on its way: only then is it clear what comes first. */
    if (asking.request && !asking.chosen) asking.wanted = () => choose(active(), elsewhere);
    else choose(active(), elsewhere);
  }

  /* Keys and clicks ----------------------------------------------------------- */
  function toggle() {
    if (dialog.open) { dialog.close(); return; }
    if (document.querySelector("dialog[open]")) return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
    input.value = "";
    dialog.showModal();
    typed();
    input.focus();
  }

  input.addEventListener("input", typed);
  input.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (move) step(move);
    else if (event.key === "Enter") enter(event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    /* A click outside a menu closes it: not the one that this one opens. */
    event.stopPropagation();
    choose(event.target.closest('[role="option"]'), event.ctrlKey || event.metaKey);
  });
  list.addEventListener("mousemove", (event) => {
    const box = event.target.closest('[role="option"]');
    if (box && box !== active()) { asking.chosen = true; active()?.setAttribute("aria-selected", "false"); select(box); }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { clearTimeout(asking.timer); asking.request?.abort(); asking.request = null; });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    toggle();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-open='palette']") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    toggle();
  });
  remember();
})();
