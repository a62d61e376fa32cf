/* What somebody writes is saved while they type: here at once, with the hub soon after. */
(() => {
  "use strict";
  const PAUSE = 1000, AGAIN = 10000, KEEPALIVE = 60000, LAST = 3;
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
    const fields = Object.fromEntries(all("[data-kept]", form).filter((field) => field.type !== "radio" || field.checked).map((field) => [field.name, field.value]));
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

  function fill(form, { text: words, fields }) {
    const field = text(form), after = field.value.length - field.selectionEnd;
    if (field.value !== words) {
      field.value = words;
      if (field === document.activeElement) field.setSelectionRange(words.length - after, words.length - after);
    }
    for (const one of all("[data-kept]", form).filter(({ name }) => name in fields)) {
      if (one.type === "radio") one.checked = one.value === fields[one.name];
      else if (offers(one, fields[one.name])) one.value = fields[one.name];
    }
  }

  const offers = (field, value) => !field.options || [...field.options].some((option) => option.value === value);

  /* Nothing of either is lost, and nothing said twice. */
  function join(theirs, ours) {
    if (!ours.trim()) return theirs;
    return ours.includes(theirs) ? ours : `${theirs.trimEnd()}\n\n${ours}`;
  }

  /* `base` is the draft of the hub that the text goes on from; `tried` are texts that may have arrived there. */
  const keep = (form) => local.write(form, { ...content(form), base: states.get(form).base, tried: states.get(form).tried });

  /* Begin: what was typed and could not be saved goes on, with words that the hub has from elsewhere. */
  function begin(form) {
    if (states.has(form)) return;
    const state = { timer: 0, busy: false, again: false, joined: false, sent: null, base: form.dataset.savedAt || "", tried: [] };
    states.set(form, state);
    /* What was taken back holds what was begun since, too. */
    if (form.hasAttribute("data-given-back")) return local.forget(form);
    const kept = local.read(form);
    if (!kept) return;
    const there = text(form).value, known = kept.base === state.base || kept.tried.includes(there);
    state.tried = kept.tried;
    state.joined = !known && join(there, kept.text) !== kept.text;
    fill(form, known ? kept : { text: join(there, kept.text), fields: kept.fields });
    plan(form, 0);
  }

  /* Somebody went on with it on another device: that is joined, and saved next. */
  function takeIn(form, newer) {
    const state = states.get(form), ours = content(form), joined = state.tried.includes(newer.text) ? ours.text : join(newer.text, ours.text);
    state.base = newer.saved_at;
    state.tried = [];
    fill(form, { text: joined, fields: ours.text.trim() ? ours.fields : newer.fields });
    text(form).dispatchEvent(new Event("input", { bubbles: true }));
    state.joined = joined !== ours.text;
  }

  function changed(form) {
    states.get(form).joined = false;
    keep(form);
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
    const now = content(form), body = JSON.stringify(now);
    state.tried = [...new Set([...state.tried, now.text])].slice(-LAST);
    if (form.isConnected) keep(form);
    const answer = await put(form.dataset.draft, JSON.stringify({ ...now, known: state.base || null }));
    state.busy = false;
    settle(form, answer, JSON.stringify(content(form)) === body);
    if (state.again) save(form);
    else if (answer.what === "Kept" && form.isConnected && !state.timer) plan(form, AGAIN);
  }

  /* A form that left the page leaves the browser's copy to the one in its place. */
  function settle(form, answer, same) {
    const state = states.get(form);
    if (answer.what === "Newer") return takeIn(form, answer);
    if (answer.what === "Saved") {
      Object.assign(state, { base: answer.saved_at, tried: [] });
      if (form.isConnected) (same ? local.forget : keep)(form);
    }
    const saved = !text(form).value.trim() ? "" : state.joined ? "Joined" : "Saved";
    say(form, answer.what === "Saved" ? saved : answer.what);
  }

  async function put(path, body) {
    const headers = { "Content-Type": "application/json", "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    try {
      const answer = await fetch(path, { method: "PUT", headers, body, keepalive: body.length < KEEPALIVE });
      if (answer.ok || answer.status === 409) return { what: answer.ok ? "Saved" : "Newer", ...await answer.json() };
      return { what: answer.status === 401 ? "Out" : "Kept" };
    } catch { return { what: "Kept" }; }
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
    if (!form || event.detail.elt !== form) return;
    const state = states.get(form);
    clearTimeout(state.timer);
    Object.assign(state, { timer: 0, sent: text(form).value });
  });
  /* The form that asked: the answer may have taken it off the page. */
  const asker = ({ requestConfig, xhr }) => xhr.status >= 200 && xhr.status < 300 && !xhr.getResponseHeader("HX-Retarget") ? requestConfig.elt.closest("form[data-draft]") : null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = asker(event.detail);
    /* Else a form that takes its place would begin with what has just been sent. */
    if (form && text(form).value === states.get(form).sent) local.forget(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = asker(event.detail), begun = ours({ target: event.detail.requestConfig.elt });
    if (form) sent(form);
    else if (begun) plan(begun, PAUSE);
  });
  document.addEventListener("htmx:afterSwap", () => forms().forEach(begin));
  document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
  addEventListener("pagehide", flush);
  addEventListener("online", flush);
  forms().forEach(begin);
})();
