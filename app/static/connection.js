// Whether there is a connection, and that something is under way: a line of words, and a bar for what takes over a second.
(() => {
  const bar = document.getElementById("progress");
  const said = document.getElementById("progress-said");
  const offline = document.getElementById("offline");
  if (!bar) return;
  const PATIENCE_MS = 700;
  const SAID_AFTER_MS = 2000;
  const LONGEST_MS = 30000;
  let underWay = 0;
  let timers = [];

  const stop = () => {
    underWay = 0;
    timers.forEach(clearTimeout);
    timers = [];
    bar.hidden = true;
    said.textContent = "";
  };
  const begin = () => {
    underWay += 1;
    if (underWay > 1) return;
    timers = [
      setTimeout(() => (bar.hidden = false), PATIENCE_MS),
      setTimeout(() => (said.textContent = said.dataset.words), SAID_AFTER_MS),
      setTimeout(stop, LONGEST_MS), // a file that was fetched leaves the page as it is
    ];
  };
  const end = () => {
    underWay = Math.max(0, underWay - 1);
    if (!underWay) stop();
  };

  // Pages: a link or a form that leads away.
  const leadsAway = (link, event) =>
    link.protocol.startsWith("http") &&
    link.origin === window.location.origin &&
    !link.target &&
    !link.hasAttribute("download") &&
    !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) &&
    (link.pathname + link.search !== window.location.pathname + window.location.search || !link.hash);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !event.defaultPrevented && leadsAway(link, event)) begin();
  });
  document.addEventListener("submit", (event) => event.defaultPrevented || event.target.method === "dialog" || begin());
  window.addEventListener("pageshow", stop);

  // Parts of pages. What asks by itself stays quiet.
  const isQuiet = (event) => event.detail?.ctx?.sourceElement?.matches?.("[data-quiet]");
  document.addEventListener("htmx:before:request", (event) => isQuiet(event) || event.defaultPrevented || begin());
  document.addEventListener("htmx:finally:request", (event) => isQuiet(event) || end());
  document.addEventListener("ledtrad:busy", begin);
  document.addEventListener("ledtrad:idle", end);

  // Without a connection nothing is sent that would be lost on the way: the words stay where they are.
  const tell = () => (offline.hidden = window.navigator.onLine);
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  tell();
  window.addEventListener(
    "submit",
    (event) => {
      if (window.navigator.onLine || event.target.method !== "post" || event.target.querySelector("[data-draft]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      document.dispatchEvent(new CustomEvent("ledtrad:failed", { detail: offline.dataset.refused }));
    },
    { capture: true },
  );
})();
