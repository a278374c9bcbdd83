// Runs before the page is drawn: "as the device" becomes light or dark, and follows the device when it changes.
(() => {
  const root = document.documentElement;
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = root.dataset.themeChoice || "system";
    root.dataset.bsTheme = choice === "system" ? (prefersDark.matches ? "dark" : "light") : choice;
  };
  apply();
  prefersDark.addEventListener("change", apply);
})();
