/* The dialog in which people link, merge, split and re-attribute. */
(() => {
  "use strict";
  const dialog = () => document.getElementById("linking");

  document.addEventListener("htmx:afterSwap", (event) => {
    const box = dialog();
    if (event.detail.target !== box || !box.childElementCount) return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
    if (!box.open) {
      /* Where the focus returns to. */
      document.querySelector("[data-menu='more'] > summary")?.focus();
      box.showModal();
    }
    box.querySelector("[autofocus]")?.focus();
  });

  document.addEventListener("click", (event) => {
    const away = event.target.closest?.("[data-dismiss-dialog]");
    if (!away || !dialog()?.contains(away)) return;
    event.preventDefault();
    dialog().close();
  });

  /* Done or refused: both are to be seen on the page, not behind the dialog. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const box = dialog(), sent = event.detail.requestConfig?.verb === "post";
    if (sent && box?.open && box.contains(event.detail.elt)) box.close();
  });
})();
