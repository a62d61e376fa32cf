/* Files for an answer: chosen, dropped or pasted; each goes to the hub at once. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const list = () => document.querySelector("[data-uploads]");
  const form = () => list()?.closest("form") ?? null;
  const headers = () => ({ "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) });
  let last = Promise.resolve();

  function reveal() {
    all("[data-attach]").forEach((button) => { button.hidden = false; });
  }

  function say(what) {
    const line = form()?.querySelector(".saved");
    if (line) line.textContent = line.dataset[`says${what}`] ?? what;
  }

  /* One after the other: so the limits are counted right, and the order stays. */
  function add(files) {
    for (const file of files) {
      const line = waiting(file);
      list().append(line);
      last = last.then(() => send(file, line));
    }
  }

  function waiting(file) {
    const line = document.createElement("li"), name = document.createElement("bdi"), bar = document.createElement("progress");
    line.dataset.waiting = "";
    name.textContent = file.name;
    bar.max = 1;
    bar.setAttribute("aria-label", file.name);
    line.append(name, bar);
    return line;
  }

  function send(file, line) {
    return new Promise((done) => {
      const request = new XMLHttpRequest(), path = line.parentElement?.dataset.uploads;
      if (!path) return done();
      request.open("POST", `${path}${path.includes("?") ? "&" : "?"}name=${encodeURIComponent(file.name)}`);
      for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", (event) => { line.querySelector("progress").value = event.loaded / event.total; });
      request.addEventListener("loadend", () => { settle(request, line); done(); });
      request.send(file);
    });
  }

  function settle(request, line) {
    if (request.status === 201) line.replaceWith(...fragment(request).childNodes);
    else {
      line.remove();
      say(request.status === 401 ? "Out" : fragment(request).querySelector("p")?.textContent || "Lost");
    }
  }

  function fragment(request) {
    const page = document.createElement("template");
    page.innerHTML = request.responseText;
    return page.content;
  }

  async function remove(button) {
    const line = button.closest("li"), next = line.nextElementSibling ?? line.previousElementSibling;
    const answer = await fetch(button.dataset.remove, { method: "DELETE", headers: headers() }).catch(() => null);
    if (!answer?.ok && answer?.status !== 404) return say("Lost");
    line.remove();
    (next?.querySelector("button") ?? form()?.querySelector("textarea"))?.focus();
  }

  const carried = (data) => (list() ? [...(data?.files ?? [])] : []);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-attach]")) form().querySelector("[data-choose]").click();
    const button = event.target.closest("[data-remove]");
    if (button) remove(button);
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-choose]")) return;
    add(event.target.files);
    event.target.value = "";
    form().querySelector("textarea").focus();
  });
  document.addEventListener("paste", (event) => {
    const files = event.target.closest?.("form") === form() ? carried(event.clipboardData) : [];
    if (files.length) { event.preventDefault(); add(files); }
  });
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    /* Even beside the composer: else the browser would leave the page for the file. */
    event.preventDefault();
    form()?.toggleAttribute("data-over", Boolean(list()));
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form()?.removeAttribute("data-over"); });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form()?.removeAttribute("data-over");
    add(carried(event.dataTransfer));
  });
  document.addEventListener("submit", (event) => {
    if (event.target !== form() || !list()?.querySelector("[data-waiting]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say("Wait");
  }, true);
  document.addEventListener("htmx:afterSwap", reveal);
  reveal();
})();
