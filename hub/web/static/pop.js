/* Calls: the pop of one that rings, timers, and the count of missed ones. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const pops = document.getElementById("pops");

  /* Timers: minutes and seconds since a moment ------------------------------- */
  const two = (number) => String(number).padStart(2, "0");

  function lasting(since) {
    const seconds = Math.max(0, Math.floor((Date.now() - new Date(since)) / 1000));
    const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
    return hours ? `${hours}:${two(minutes % 60)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }

  function tick() {
    for (const timer of all("[data-timer]")) {
      const text = lasting(timer.dataset.timer);
      if (timer.textContent !== text) timer.textContent = text;
    }
  }

  /* Pops: each is said once, and stays hidden where somebody hid it ----------- */
  const remembered = (name) => new Set(JSON.parse(sessionStorage.getItem(name) || "[]"));
  const remember = (name, key) => sessionStorage.setItem(name, JSON.stringify([...remembered(name), key].slice(-50)));

  let plain = "";

  /* Out of sight there is only the title. */
  function titled() {
    const rings = document.hidden && all("[data-say]:not([hidden])", pops).length > 0, body = document.body;
    if (rings === body.hasAttribute("data-rings")) return;
    if (rings) plain = document.title;
    document.title = rings ? `${pops.dataset.rings} · ${plain}` : plain;
    body.toggleAttribute("data-rings", rings);
  }

  /* As somebody allowed it for new work. It names nobody: others may see the screen. */
  function note(key) {
    const wanted = JSON.parse(localStorage.getItem("touchline.alerts") || "{}").notify;
    if (!wanted || !document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    const shown = new Notification("touchline", { body: pops.dataset.rings, tag: key });
    shown.addEventListener("click", () => { window.focus(); shown.close(); });
  }

  function arrived() {
    const hidden = remembered("calls-hidden"), said = remembered("calls-said");
    for (const pop of all("[data-say]", pops)) {
      pop.hidden = hidden.has(pop.dataset.key);
      if (said.has(pop.dataset.key)) continue;
      remember("calls-said", pop.dataset.key);
      document.getElementById("pops-said").textContent = pop.dataset.say;
      note(pop.dataset.key);
    }
    titled();
    const counted = pops.querySelector("[data-missed-calls]");
    if (counted) count(Number(counted.dataset.missedCalls));
  }

  function hide(pop) {
    remember("calls-hidden", pop.dataset.key);
    pop.hidden = true;
  }

  /* Works while somebody writes: no letter of theirs is a command. */
  function open(event) {
    if (event.key !== "F2" || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const link = all("[data-say]:not([hidden]) .button.primary", pops)[0];
    if (!link) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    link.click();
  }

  /* Missed calls -------------------------------------------------------------- */
  function count(missed) {
    const place = document.getElementById("missed-calls");
    if (!place) return;
    place.hidden = !missed;
    place.querySelector("[data-count]").textContent = missed > 99 ? "99+" : String(missed);
  }

  setInterval(tick, 1000);
  tick();
  document.addEventListener("htmx:afterSwap", (event) => {
    tick();
    if (event.detail.target === pops) arrived();
  });
  if (!pops) return;
  document.addEventListener("visibilitychange", titled);
  document.addEventListener("missed-calls", (event) => count(event.detail));
  document.addEventListener("keydown", open, true);
  pops.addEventListener("click", (event) => {
    const button = event.target.closest("[data-hide-call]");
    if (button) hide(button.closest("[data-say]"));
  });
})();
