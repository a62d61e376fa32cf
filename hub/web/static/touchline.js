/* Behaviour of the pages: times, keyed swaps, the live view and keys. */
(() => {
  "use strict";
  const lang = document.documentElement.lang || "en-GB";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* Times in the agent's own zone ------------------------------------------ */
  const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" });
  const second = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const date = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", year: "numeric" });
  const shortDate = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short" });
  const longDay = new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const exact = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "long" });

  /* The same words as those of hub/runtime/spans.py. */
  const both = (...parts) => parts.filter(([count]) => count).map((part) => part.join(" ")).join(" ");

  function since(at) {
    const seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
    const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
    if (minutes < 1) return `${seconds} s`;
    return days ? both([days, document.body.dataset.unitDay || "d"], [hours % 24, "h"]) : both([hours, "h"], [minutes % 60, "min"]);
  }

  function when(at) {
    const now = new Date();
    if (at.toDateString() === now.toDateString()) return clock.format(at);
    return (at.getFullYear() === now.getFullYear() ? shortDate : date).format(at);
  }

  const shapes = { clock: (at) => clock.format(at), second: (at) => second.format(at), date: (at) => date.format(at), since, when };

  function showTimes(root = document) {
    for (const element of all("time[datetime]", root)) {
      const at = new Date(element.dateTime);
      const text = (shapes[element.dataset.as] || when)(at);
      if (element.textContent !== text) element.textContent = text;
      if (!element.title) element.title = exact.format(at);
    }
  }

  function showDays() {
    for (const list of all("[data-days]")) {
      let last = "";
      for (const item of list.children) {
        const at = item.querySelector("time[datetime]");
        if (!at) continue;
        const day = longDay.format(new Date(at.dateTime));
        if (day === last) delete item.dataset.day;
        else item.dataset.day = day;
        last = day;
      }
    }
  }

  /* Keyed swap: what did not change stays, with its focus, frames and folds -- */
  const sources = new WeakMap();
  const source = (node) => sources.get(node) ?? node.outerHTML;
  const keep = (node) => all("[data-key]", node).concat(node.matches?.("[data-key]") ? node : [])
    .forEach((each) => sources.set(each, each.outerHTML));
  const keyed = (parent) => [...parent.children].filter((child) => child.dataset.key !== undefined);

  function same(old, fresh) {
    if (fresh.dataset.rev !== undefined) return old.dataset.rev === fresh.dataset.rev;
    return source(old) === source(fresh);
  }

  function copyAttributes(old, fresh) {
    for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }

  function carryOver(old, fresh) {
    const open = all("details[open]", old).length > 0;
    if (open) all("details", fresh).forEach((fold, index) => { fold.open = all("details", old)[index]?.open ?? fold.open; });
  }

  /* What somebody types in a line stays there, unless it is just being sent. */
  const sending = new WeakSet();
  document.addEventListener("htmx:beforeRequest", (event) => sending.add(event.detail.elt));
  document.addEventListener("htmx:afterRequest", (event) => sending.delete(event.detail.elt));
  function keepTyped(old, fresh) {
    for (const field of all("form[action] input:not([type])[name]", old)) {
      if (field.value === field.defaultValue || sending.has(field.form)) continue;
      const place = `form[action="${CSS.escape(field.form.getAttribute("action"))}"] input[name="${CSS.escape(field.name)}"]`;
      const next = fresh.querySelector(place);
      if (next) next.value = field.value;
    }
  }

  /* A composer that goes while somebody types leaves their words, and takes their keys. */
  function keepBegun(old, fresh) {
    const typed = old.querySelector("textarea:not([readonly])"), begun = fresh.querySelector("[data-begun]");
    if (!typed || !begun || !typed.value && typed !== document.activeElement) return;
    begun.value = typed.value;
    begun.hidden = false;
  }

  function reconcile(target, fragment, added) {
    const before = new Map(keyed(target).map((child) => [child.dataset.key, child]));
    const incoming = keyed(fragment);
    const wanted = new Set(incoming.map((child) => child.dataset.key));
    const first = target.hasAttribute("data-keep") ? incoming.find((child) => before.has(child.dataset.key)) : null;
    const older = first ? new Set(keyed(target).slice(0, keyed(target).indexOf(before.get(first.dataset.key)))) : new Set();
    for (const child of [...target.children]) {
      if (!wanted.has(child.dataset.key) && !older.has(child)) child.remove();
    }
    let place = older.size ? [...older].at(-1) : null;
    for (const fresh of incoming) {
      const old = before.get(fresh.dataset.key);
      const node = old ? settle(old, fresh, added) : fresh;
      if (!old) { added.push(node); if (before.size && target.hasAttribute("data-fresh")) node.classList.add("fresh"); }
      const next = place ? place.nextElementSibling : target.firstElementChild;
      if (node !== next) target.insertBefore(node, next);
      place = node;
    }
  }

  /* What has the focus after a swap: the same choice, action or link, else what was begun. */
  function successor(focused, fresh) {
    const is = (name, value) => (value ? `[${name}="${CSS.escape(value)}"]` : ""), { name, value } = focused;
    const wanted = [
      name && value ? is("name", name) + is("value", value) : "", is("data-hotkey", focused.dataset.hotkey),
      is("href", focused.getAttribute("href")), focused.matches("textarea") ? "[data-begun]" : "",
    ];
    return wanted.filter(Boolean).map((one) => fresh.querySelector(one)).find(Boolean);
  }

  function settle(old, fresh, added) {
    if (same(old, fresh)) return old;
    if (old.hasAttribute("data-keyed") && fresh.hasAttribute("data-keyed")) {
      sources.set(old, source(fresh));
      copyAttributes(old, fresh);
      reconcile(old, fresh, added);
      return old;
    }
    carryOver(old, fresh);
    keepTyped(old, fresh);
    keepBegun(old, fresh);
    added.push(fresh);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(fresh);
    if (focused) successor(focused, fresh)?.focus();
    return fresh;
  }

  htmx.defineExtension("keyed", {
    isInlineSwap: (style) => style === "keyed",
    handleSwap: (style, target, fragment) => {
      if (style !== "keyed") return false;
      const stuck = all("[data-stick]", target).filter(atEnd);
      const holder = document.createElement("div");
      holder.append(...fragment.childNodes);
      keep(holder);
      const added = [];
      reconcile(target, holder, added);
      refreshed();
      stuck.forEach(toEnd);
      return added;
    },
  });

  /* Conversations stay at their end, unless somebody reads further up -------- */
  const atEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 48;
  const toEnd = (list) => { list.scrollTop = list.scrollHeight; };

  /* Live view --------------------------------------------------------------- */
  const GAP = 400, SILENCE = 40000;
  const live = { stream: null, last: "", due: new Map(), heard: 0, pause: 500, timer: 0 };
  const body = () => document.body;

  function refresh(region) {
    /* Nobody sees it, but a call that rings is noticed from other tabs, too. */
    if (document.hidden && region.dataset.live !== "pop") { region.dataset.outdated = ""; return; }
    const now = performance.now(), earliest = (live.due.get(region) ?? -Infinity) + Number(region.dataset.gap ?? GAP);
    if (earliest > now) {
      if (!region.dataset.planned) {
        region.dataset.planned = "1";
        setTimeout(() => { delete region.dataset.planned; refresh(region); }, earliest - now);
      }
      return;
    }
    live.due.set(region, now);
    htmx.trigger(region, "live");
  }

  const regions = (kind) => all(kind ? `[data-live="${kind}"]` : "[data-live]");
  const refreshAll = () => regions().forEach(refresh);

  function changed(event) {
    noted(event);
    document.dispatchEvent(new CustomEvent("live-change"));
    const what = JSON.parse(event.data);
    if (what.many) return refreshAll();
    if (what.agent) regions("pop").forEach(refresh);
    if (what.missed !== undefined) {
      document.dispatchEvent(new CustomEvent("missed-calls", { detail: what.missed }));
      regions("missed").forEach(refresh);
    }
    if (what.interaction || what.customer || what.queue) regions("board").forEach(refresh);
    if (what.interaction) regions("interaction").forEach(refresh);
    if (what.customer || what.interaction) regions("customer").forEach(refresh);
    if (what.presence) regions("presence").forEach(refresh);
  }

  function noted(event) {
    live.heard = Date.now();
    if (event.lastEventId) live.last = event.lastEventId;
    setLink("live");
  }

  function setLink(state) {
    const link = document.getElementById("link");
    if (!link) return;
    link.dataset.state = state;
    const label = link.querySelector(".label"), text = state === "stale" ? link.dataset.saysStale : link.dataset.saysLive;
    if (label.textContent !== text) label.textContent = text;
    document.getElementById("stale").hidden = state !== "stale";
  }

  const tell = (what) => document.dispatchEvent(new Event(what));

  function connect() {
    const topics = body().dataset.topics?.trim();
    if (!topics) return;
    const place = live.last || body().dataset.since || "";
    live.stream?.close();
    const stream = live.stream = new EventSource(`/live?topics=${encodeURIComponent(topics)}&since=${encodeURIComponent(place)}`);
    stream.addEventListener("open", () => { live.heard = Date.now(); live.pause = 500; setLink("live"); tell("stream-open"); });
    stream.addEventListener("beat", noted);
    stream.addEventListener("change", changed);
    stream.addEventListener("snapshot", (event) => { noted(event); refreshAll(); });
    stream.addEventListener("error", () => lost(stream));
  }

  function lost(stream) {
    /* A stream that ends in order comes back at once; only silence is worth a word. */
    live.timer ||= setTimeout(() => {
      live.timer = 0;
      if (live.stream.readyState !== EventSource.OPEN) setLink("stale");
    }, 2500);
    if (stream.readyState !== EventSource.CLOSED || stream !== live.stream) return;
    tell("stream-refused");
    live.pause = Math.min(live.pause * 2, 15000);
    setTimeout(connect, live.pause * (0.5 + Math.random() / 2));
  }

  function watch() {
    if (live.stream && live.heard && Date.now() - live.heard > SILENCE) { setLink("stale"); connect(); }
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    refreshed();
    all("[data-outdated]").forEach((region) => { delete region.dataset.outdated; refresh(region); });
  });
  addEventListener("online", connect);
  addEventListener("pagehide", () => live.stream?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });

  /* What became of a request -------------------------------------------------- */
  document.addEventListener("htmx:afterRequest", (event) => {
    /* The event's own element is another one if the answer took the form off the page. */
    const form = event.detail.requestConfig.elt.closest("form");
    if (!form || form.method === "get" || !event.detail.successful || event.detail.xhr.getResponseHeader("HX-Retarget")) return;
    document.getElementById("notice")?.replaceChildren();
    all("details.menu[open]").forEach((menu) => { menu.open = false; });
    if (!form.dataset.draft) { form.reset(); showZone(); }
  });

  document.addEventListener("htmx:sendError", () => say("saysUnreachable"));
  document.addEventListener("htmx:timeout", () => say("saysSlow"));
  document.addEventListener("view-outdated", refreshAll);

  function say(what) {
    const place = document.getElementById("notice"), box = document.createElement("p");
    if (!place) return;
    box.className = "notice bad";
    box.textContent = place.dataset[what];
    place.replaceChildren(box);
  }

  /* Keys --------------------------------------------------------------------- */
  const writing = (element) => element.matches("input, textarea, select, [contenteditable]");
  const shown = (element) => element.offsetParent !== null;

  function step(by) {
    const rows = all(".list [data-row], .people [data-row], .hits [data-row]").filter(shown);
    const at = rows.indexOf(document.activeElement);
    (rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + by))])?.focus();
  }

  /* Where one goes on in what a key has opened. */
  const FIRST = ".panel a, .panel button, input:not([type=hidden]), select, textarea";

  function press(key) {
    const target = all(`[data-hotkey="${CSS.escape(key)}"]`).find(shown);
    if (!target || target.disabled) return false;
    perform(target);
    return true;
  }

  function perform(target) {
    const fold = target.closest("details");
    if (writing(target)) target.focus();
    else if (target.matches("summary") && !fold.matches(".menu")) fold.open = true;
    else target.click();
    if (fold?.open) fold.querySelector(FIRST)?.focus();
  }

  /* Somebody may have chosen that single letters are no commands (WCAG 2.1.4); what the palette presses is none of theirs. */
  const PALETTE = ["Ctrl", "K"].join(" ");
  const few = () => body().dataset.keys === "few";
  const silent = (event) => event.isTrusted && few() && event.key.length === 1;

  /* One line for each key: what `press` would do. Without one, it is in the palette. */
  function keysHere() {
    const does = new Map();
    for (const one of all("[data-hotkey]").sort((a, b) => shown(b) - shown(a))) {
      if (!does.has(one.dataset.hotkey)) does.set(one.dataset.hotkey, one.dataset.does);
    }
    const others = new Set(all("[data-does]:not([data-hotkey])").map((one) => one.dataset.does));
    const cap = (key) => (few() && key.length === 1 ? PALETTE : key);
    return [...[...does].map(([key, what]) => [cap(key), what]), ...[...others].map((what) => [PALETTE, what])];
  }

  function showKeys() {
    const dialog = document.getElementById("keys");
    if (!dialog || dialog.open) return;
    const list = dialog.querySelector("dl"), says = list.dataset;
    const known = [...(few() ? [] : [["j / k", says.saysMove]]), ["Enter", says.saysOpen], ...keysHere()];
    if (document.getElementById("reply")) known.push(["Ctrl Enter", says.saysSend]);
    known.push(["Esc", says.saysLeave], [few() ? PALETTE : "?", says.saysHelp]);
    list.replaceChildren(...known.map(([key, does]) => {
      const row = document.createElement("div"), term = document.createElement("dt"), description = document.createElement("dd"), cap = document.createElement("kbd");
      term.textContent = does; cap.textContent = key; description.append(cap); row.append(term, description);
      return row;
    }));
    dialog.showModal();
  }

  function escape(element) {
    const menu = all("details.menu[open]")[0];
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); } else if (writing(element)) element.blur();
  }

  document.addEventListener("keydown", (event) => {
    const element = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && element.form?.dataset.draft) {
      event.preventDefault();
      if (!event.repeat) element.form.requestSubmit();
      return;
    }
    if (event.key === "Escape") return escape(element);
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && "tpcfmungxz".includes(event.key)) return;
    if (silent(event) || writing(element) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") showKeys();
    else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (!press(event.key)) return;
    event.preventDefault();
  });

  document.addEventListener("do", (event) => perform(event.detail));
  document.addEventListener("click", (event) => {
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (event.target.closest("[data-open='keys']")) showKeys();
    event.target.closest("[data-dismiss]")?.parentElement.remove();
  });

  /* Everything together ------------------------------------------------------ */
  function refreshed() {
    showTimes();
    showDays();
    showZone();
    const waiting = Number(document.querySelector("[data-waiting]")?.dataset.waiting ?? NaN);
    /* While nobody looks, the count on the page is an old one: alerts.js asks. */
    if (!document.hidden && !Number.isNaN(waiting)) document.title = (waiting ? `(${waiting}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  }

  /* A date is meant on the clock of whoever chooses it. */
  function showZone() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone) return;
    all("input[data-zone]").forEach((field) => { field.value = zone; });
    all("[data-zone-name]").forEach((place) => { place.textContent = `(${zone})`; });
    all("input[data-tomorrow]").forEach((field) => {
      const at = new Date(Date.now() + 86400000), two = (number) => String(number).padStart(2, "0");
      if (!field.value) field.value = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T09:00`;
    });
  }

  document.addEventListener("htmx:afterSwap", () => { showTimes(); showDays(); showZone(); });
  keep(document.documentElement);
  refreshed();
  all("[data-stick]").forEach(toEnd);
  setInterval(showTimes, 5000);
  setInterval(watch, 5000);
  connect();
})();
