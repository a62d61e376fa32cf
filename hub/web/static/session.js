/* A session that ended elsewhere says so; nothing is taken from under anybody's hands. */
(() => {
  "use strict";
  const banner = document.getElementById("logged-out");
  if (!banner) return;

  document.addEventListener("stream-refused", async () => {
    try {
      const answer = await fetch("/api/v1/account", { headers: { Accept: "application/json" } });
      banner.hidden = answer.status !== 401;
    } catch { /* No connection is another matter, and told already. */ }
    if (!banner.hidden) document.getElementById("stale").hidden = true;
  });
  document.addEventListener("logged-out", () => { banner.hidden = false; banner.scrollIntoView({ block: "nearest" }); });
  document.addEventListener("stream-open", () => { banner.hidden = true; });
  banner.querySelector("a").addEventListener("click", (event) => { event.preventDefault(); location.reload(); });
})();
