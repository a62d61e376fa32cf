/* Messages of ours: their channel, their length as text messages, and the way back. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* Only addresses of the chosen channel can be written from ------------------- */
  function channelOf(form) {
    const typed = form.querySelector("[data-typed]")?.value.trim();
    if (typed) return typed.includes("@") ? "email" : "sms";
    const chosen = form.querySelector("[data-towards]")?.selectedOptions[0]?.dataset.channel;
    return chosen || form.querySelector("[data-segments]").dataset.channel;
  }

  function offer(form) {
    const channel = channelOf(form), from = form.querySelector("[data-from]");
    for (const part of all("[data-only]", form)) part.hidden = Boolean(channel) && part.dataset.only !== channel;
    if (!from) return;
    const options = all("option[data-channel]", from);
    for (const option of options) option.hidden = option.disabled = option.dataset.channel !== channel;
    if (from.selectedOptions[0]?.disabled) from.value = "";
    from.hidden = options.every((option) => option.disabled);
  }

  /* The same count as hub/domain/segments.py ----------------------------------- */
  function segments(characters, basic, extended) {
    const plain = characters.every((one) => basic.includes(one) || extended.includes(one));
    const [single, several] = plain ? [160, 153] : [70, 67];
    const sizes = characters.map((one) => plain ? (extended.includes(one) ? 2 : 1) : one.length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total <= single) return { parts: 1, left: single - total };
    let parts = 1, filled = 0;
    for (const size of sizes) {
      if (filled + size > several) { parts += 1; filled = 0; }
      filled += size;
    }
    return { parts, left: several - filled };
  }

  function count(form) {
    const line = form.querySelector("[data-segments]");
    line.hidden = channelOf(form) !== "sms";
    if (line.hidden) return;
    const { basic, extended, limit, part, parts, left, long } = line.dataset;
    const characters = [...form.querySelector("textarea").value.trim()];
    const found = segments(characters, basic, extended), tooLong = characters.length > Number(limit);
    const share = `${characters.length} / ${limit}`;
    const words = tooLong ? `${share}: ${long}` : `${share} · ${found.parts} ${found.parts === 1 ? part : parts} · ${found.left} ${left}`;
    line.classList.toggle("bad", tooLong);
    if (line.textContent !== words) line.textContent = words;
  }

  const counted = (form) => form?.querySelector("[data-segments]") ? form : null;
  const look = (form) => { offer(form); count(form); };
  const lookAtAll = () => all("form").filter(counted).forEach(look);
  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => {
    const form = counted(event.target.form);
    if (form) look(form);
  });

  /* What is held back, second by second ----------------------------------------- */
  function tick() {
    for (const line of all("[data-countdown]")) {
      const seconds = Math.ceil((Date.parse(line.dataset.countdown) - Date.now()) / 1000);
      const words = seconds > 0 ? `${line.dataset.in} ${seconds} s` : line.dataset.soon;
      if (line.textContent !== words) line.textContent = words;
    }
  }

  /* The key of the way back is the message's first, whatever else can be undone. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "z" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    const back = all("[data-withdraw]").at(-1);
    if (!back) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat) back.click();
  }, true);

  document.addEventListener("htmx:afterSettle", () => {
    const back = document.querySelector("form[data-given-back]");
    if (!back) return;
    back.removeAttribute("data-given-back");
    back.querySelector("textarea").focus();
  });

  /* When it happened is now, unless somebody says otherwise. */
  all("input[data-now]").forEach((field) => {
    const at = new Date(), two = (number) => String(number).padStart(2, "0");
    if (!field.value) field.value = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
  });

  document.addEventListener("htmx:afterSwap", () => { lookAtAll(); tick(); });
  setInterval(tick, 1000);
  lookAtAll();
  tick();
})();
