// Runs before the page is drawn: "as the device" becomes light or dark, and follows the device when it changes. The
// frame that a phone draws around the page follows too.
(() => {
  const root = document.documentElement;
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  const frames = document.querySelectorAll('meta[name="theme-color"]');
  const [light, dark] = [...frames].map((frame) => frame.content);
  const apply = () => {
    const choice = root.dataset.themeChoice || "system";
    root.dataset.bsTheme = choice === "system" ? (prefersDark.matches ? "dark" : "light") : choice;
    frames.forEach((frame) => (frame.content = root.dataset.bsTheme === "dark" ? dark : light));
  };
  apply();
  prefersDark.addEventListener("change", apply);
})();
