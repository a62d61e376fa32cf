/* New work is noticed without being loud: a tone, or a note while nobody looks here. */
(() => {
  "use strict";
  const KEPT = "touchline.alerts", PAUSE = 3000;
  const menu = document.querySelector(".alerts");
  if (!menu) return;
  const settings = { sound: false, notify: false, ...JSON.parse(localStorage.getItem(KEPT) || "{}") };
  const fields = [...menu.querySelectorAll("[data-alert]")];
  const shown = () => document.querySelector("[data-latest]");
  const title = document.title.replace(/^\(\d+\) /, "");
  let latest = shown()?.dataset.latest ?? "", planned = 0, audio = null;

  const allowed = () => "Notification" in window && Notification.permission === "granted";

  function keep() {
    localStorage.setItem(KEPT, JSON.stringify(settings));
    fields.forEach((field) => { field.checked = settings[field.dataset.alert] && (field.dataset.alert === "sound" || allowed()); });
  }

  async function choose(field) {
    const name = field.dataset.alert;
    settings[name] = field.checked;
    if (name === "notify" && field.checked && !allowed()) {
      settings.notify = (await Notification.requestPermission()) === "granted";
      menu.querySelector("[data-denied]").hidden = settings.notify;
    }
    if (name === "sound" && field.checked) tone();
    keep();
  }

  /* Two soft notes, a fifth of a second in all. */
  function tone() {
    audio ??= new AudioContext();
    audio.resume();
    [[660, 0], [880, 0.1]].forEach(([pitch, after]) => {
      const at = audio.currentTime + after, note = audio.createOscillator(), volume = audio.createGain();
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.05, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.18);
      note.connect(volume).connect(audio.destination);
      note.start(at);
      note.stop(at + 0.2);
    });
  }

  function arrived(waiting) {
    if (settings.sound) tone();
    if (!settings.notify || !document.hidden || !allowed()) return;
    const note = new Notification(menu.dataset.title, { body: menu.dataset.waiting.replace("#", waiting), tag: "touchline" });
    note.addEventListener("click", () => { window.focus(); note.close(); });
  }

  async function look() {
    planned = 0;
    const answer = await fetch("/board/waiting").catch(() => null);
    if (!answer?.ok) return;
    const now = await answer.json();
    if (document.hidden && !document.body.hasAttribute("data-rings")) document.title = (now.waiting ? `(${now.waiting}) ` : "") + title;
    if (now.latest > latest) { latest = now.latest; arrived(now.waiting); }
  }

  document.addEventListener("live-change", () => {
    if (settings.sound || settings.notify || document.hidden) planned ||= setTimeout(look, PAUSE);
  });
  fields.forEach((field) => field.addEventListener("change", () => choose(field)));
  if ("Notification" in window) fields.find((field) => field.dataset.alert === "notify").parentElement.hidden = false;
  keep();
})();
