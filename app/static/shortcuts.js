// Keys that do things, as the keyboard map on the page lists them. They can be switched off in this browser.
(() => {
  const map = document.getElementById("shortcuts");
  if (!map) return;
  const STORED = "ledtrad.shortcuts";
  const SECOND_KEY_MS = 1500;
  const lines = [...map.querySelectorAll("[data-keys]")];
  const toggle = map.querySelector("#shortcuts-on");
  let begun = "";
  let forgetting = 0;

  const areOn = () => {
    try {
      return localStorage.getItem(STORED) !== "off";
    } catch {
      return true;
    }
  };
  const keep = (isOn) => {
    try {
      if (isOn) localStorage.removeItem(STORED);
      else localStorage.setItem(STORED, "off");
    } catch {
      // a browser that keeps nothing asks again on the next page
    }
  };

  const walk = (by) => {
    const rows = [...document.querySelectorAll("main .row-link")].filter((row) => row.offsetParent);
    const here = rows.findIndex((row) => row === document.activeElement || row.closest("li, tr")?.contains(document.activeElement));
    const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by];
    next?.focus();
    next?.closest("li, tr")?.scrollIntoView({ block: "nearest" });
  };
  const DOES = {
    search: () => document.dispatchEvent(new Event("ledtrad:search")),
    map: () => show(),
    next: () => walk(1),
    previous: () => walk(-1),
  };

  const show = () => {
    toggle.checked = areOn();
    map.showModal();
  };

  const follow = ({ go, press, does }) => {
    if (go) window.location.assign(go);
    else if (press) document.querySelector(press)?.click();
    else DOES[does]?.();
  };

  const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog, [role='listbox']");

  document.addEventListener("keydown", (event) => {
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (hasModifier || event.isComposing || event.defaultPrevented || isTyping(event.target) || !areOn()) return;
    const pressed = begun ? `${begun} ${event.key}` : event.key;
    begun = "";
    clearTimeout(forgetting);
    const line = lines.find(({ dataset }) => dataset.keys === pressed && (dataset.go || dataset.press || dataset.does));
    if (line) {
      event.preventDefault();
      follow(line.dataset);
    } else if (lines.some(({ dataset }) => dataset.keys.startsWith(`${pressed} `))) {
      begun = pressed;
      forgetting = setTimeout(() => (begun = ""), SECOND_KEY_MS);
    }
  });

  const hint = document.querySelector(".search-key");
  const tellHint = () => hint && (hint.hidden = !areOn());
  tellHint();
  toggle.addEventListener("change", () => {
    keep(toggle.checked);
    tellHint();
  });
  map.addEventListener("click", (event) => event.target === map && map.close());
  document.querySelectorAll("[data-opens='shortcuts']").forEach((opener) => {
    opener.hidden = false;
    opener.addEventListener("click", () => {
      opener.closest("details")?.removeAttribute("open");
      show();
    });
  });
})();
