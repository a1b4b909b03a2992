// Before the first paint: the theme and the direction that were chosen, so that nothing flashes.
(() => {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("mien.settings")) || {};
  } catch {
    // No storage, or not ours: the defaults do.
  }
  const root = document.documentElement;
  if (kept.theme === "light" || kept.theme === "dark") root.dataset.theme = kept.theme;
  if (kept.language === "ar") root.dir = "rtl";
})();
