/* The wallboard: tells the server in which time zone its day is, and fills the screen. */
(() => {
  "use strict";
  const board = document.querySelector(".wallboard");
  if (!board) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const told = () => document.cookie.split("; ").includes(`touchline_zone=${zone}`);
  if (zone && !told()) {
    document.cookie = `touchline_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
    if (told()) location.reload();
  }

  const button = board.querySelector("[data-fullscreen]");
  if (!button || !document.fullscreenEnabled) return;
  button.hidden = false;
  button.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
})();
