/* What somebody writes is saved while they type: here at once, with the hub soon after. */
(() => {
  "use strict";
  const PAUSE = 1000, AGAIN = 10000, KEEPALIVE = 60000;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const forms = () => all("form[data-draft]");
  const states = new WeakMap();
  const text = (form) => form.querySelector("textarea");
  const place = (form) => `draft:${document.body.dataset.person}:${form.dataset.draft}`;

  /* localStorage may be full, or forbidden: then the hub alone keeps it. */
  const local = {
    read: (form) => { try { return JSON.parse(localStorage.getItem(place(form))); } catch { return null; } },
    write: (form, kept) => { try { localStorage.setItem(place(form), JSON.stringify(kept)); } catch { /* see above */ } },
    forget: (form) => { try { localStorage.removeItem(place(form)); } catch { /* see above */ } },
  };

  function content(form) {
    const fields = Object.fromEntries(all("[data-kept]", form).map((field) => [field.name, field.value]));
    return { text: text(form).value, fields };
  }

  function say(form, what) {
    const line = form.querySelector(".saved"), words = what && line?.dataset[`says${what}`];
    if (line && line.textContent !== (words || "")) line.textContent = words || "";
  }

  /* A field that cuts off what is pasted would send half of it: the rest is refused aloud. */
  function tooLong(form) {
    const field = text(form), long = field.value.length > Number(field.dataset.longest);
    field.setCustomValidity(long ? form.querySelector(".saved").dataset.saysLong : "");
    return long;
  }

  /* Begin: what was typed and could not be saved goes on, unless the hub has later words. */
  function begin(form) {
    if (states.has(form)) return;
    states.set(form, { timer: 0, busy: false, again: false, sent: null });
    /* What was taken back holds what was begun since, too. */
    if (form.hasAttribute("data-given-back")) return local.forget(form);
    const kept = local.read(form);
    if (!kept) return;
    if (kept.at < Date.parse(form.dataset.savedAt || 0)) return local.forget(form);
    text(form).value = kept.text;
    for (const field of all("[data-kept]", form)) if (field.name in kept.fields) field.value = kept.fields[field.name];
    plan(form, 0);
  }

  function changed(form) {
    local.write(form, { ...content(form), at: Date.now() });
    plan(form, tooLong(form) ? 0 : PAUSE);
  }

  function plan(form, pause) {
    const state = states.get(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(form), pause);
  }

  /* One at a time: an older text never comes after a newer one. */
  async function save(form) {
    const state = states.get(form);
    clearTimeout(state.timer);
    state.timer = 0;
    state.again = state.busy;
    if (state.busy) return;
    if (tooLong(form)) return say(form, "Long");
    state.busy = true;
    const body = JSON.stringify(content(form));
    const done = await put(form.dataset.draft, body);
    state.busy = false;
    if (done === "saved" && JSON.stringify(content(form)) === body) local.forget(form);
    say(form, done === "saved" ? (text(form).value.trim() ? "Saved" : "") : done === "out" ? "Out" : "Kept");
    if (state.again) save(form);
    else if (done === "kept" && form.isConnected && !state.timer) plan(form, AGAIN);
  }

  async function put(path, body) {
    const headers = { "Content-Type": "application/json", "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    try {
      const answer = await fetch(path, { method: "PUT", headers, body, keepalive: body.length < KEEPALIVE });
      return answer.ok ? "saved" : answer.status === 401 ? "out" : "kept";
    } catch { return "kept"; }
  }

  function flush() {
    for (const form of forms()) if (states.get(form)?.timer) save(form);
  }

  function newRequest() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  /* The hub has it: the next answer is another one. What was typed meanwhile belongs to that. */
  function sent(form) {
    const state = states.get(form);
    if (text(form).value === state.sent) text(form).value = "";
    form.elements.request.value = newRequest();
    all("[data-uploads] li", form).forEach((file) => file.remove());
    local.forget(form);
    say(form, "");
    save(form);
  }

  /* They were told that a colleague answered meanwhile, and send all the same. */
  function sendAnyway(button) {
    const form = document.getElementById("composer");
    form.elements.seen.value = button.dataset.sendAnyway;
    form.requestSubmit();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-send-anyway]");
    if (button) sendAnyway(button);
  });

  const ours = (event) => event.target.closest?.("form[data-draft]");
  document.addEventListener("input", (event) => { const form = ours(event); if (form) changed(form); });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = ours(event);
    if (form && event.detail.elt === form) states.get(form).sent = text(form).value;
  });
  /* The form that asked: the answer may have taken it off the page. */
  const asker = ({ requestConfig, xhr }) => xhr.status >= 200 && xhr.status < 300 && !xhr.getResponseHeader("HX-Retarget") ? requestConfig.elt.closest("form[data-draft]") : null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = asker(event.detail);
    /* Else a form that takes its place would begin with what has just been sent. */
    if (form && text(form).value === states.get(form).sent) local.forget(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = asker(event.detail);
    if (form) sent(form);
  });
  document.addEventListener("htmx:afterSwap", () => forms().forEach(begin));
  document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
  addEventListener("pagehide", flush);
  addEventListener("online", flush);
  forms().forEach(begin);
})();
