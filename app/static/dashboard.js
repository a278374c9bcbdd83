// What the dashboard does beyond links and forms. Every page also works without it.
(() => {
  const SHORTEST_TOAST_MS = 6000;
  const UNDO_TOAST_MS = 12000;
  const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content;

  // htmx: each request proves that it comes from our page.
  document.addEventListener("htmx:config:request", (event) => {
    const token = csrfToken();
    if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
  });

  // What did not work is said, in the words that are given or in general ones. It never takes the cursor.
  const tell = (sentence) => {
    const note = document.getElementById("failure-toast").content.firstElementChild.cloneNode(true);
    if (sentence) note.querySelector("[data-words]").textContent = sentence;
    document.getElementById("toasts").append(note);
  };
  document.addEventListener("ledtrad:failed", (event) => tell(event.detail));

  // htmx: a refusal is told in the words of the error page where it came with one. A poll stays quiet.
  const tellFailure = (event) => {
    const { ctx } = event.detail;
    if (!ctx || ctx.sourceElement?.matches("[data-quiet]")) return;
    const page = ctx.text && new DOMParser().parseFromString(ctx.text, "text/html");
    tell(page && page.querySelector("[data-error-sentence]")?.textContent.trim());
  };
  document.addEventListener("htmx:response:error", tellFailure);

  // Who has been signed out meanwhile loses nothing that is typed: a form is sent as a page of its own, which asks for
  // sign-in and keeps it, and what asks by itself leaves a page with typed words alone.
  const isTyped = (field) => field.form?.method === "post" && field.value !== field.defaultValue;
  document.addEventListener("htmx:before:response", ({ detail: { ctx } }) => {
    if (ctx.response.status !== 401) return;
    const form = ctx.sourceElement.matches("form") && ctx.sourceElement;
    if (!form && ![...document.querySelectorAll("textarea, input")].some(isTyped)) return;
    delete ctx.hx.redirect;
    if (form) form.submit();
  });
  document.addEventListener("htmx:error", tellFailure);

  // Toasts: a cross to close them, and an end of their own unless somebody is reading or they tell of an error.
  const startToast = (note) => {
    const close = note.querySelector(".toast-close");
    if (close) {
      close.hidden = false;
      close.addEventListener("click", () => note.remove());
    }
    if (note.classList.contains("toast-note-error")) return;
    const patience = note.querySelector(".toast-undo") ? UNDO_TOAST_MS : SHORTEST_TOAST_MS;
    const leave = () => (note.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : note.remove());
    setTimeout(leave, patience);
  };
  const toasts = document.getElementById("toasts");
  if (toasts) {
    toasts.querySelectorAll(".toast-note").forEach(startToast);
    // They give way to what has focus (WCAG 2.4.11), as at the end of a page, which scrolls no further.
    const giveWay = () => {
      const focused = document.activeElement;
      toasts.classList.remove("toasts-above");
      const [its, ours] = [focused, toasts].map((each) => each.getBoundingClientRect());
      const isUnder = its.bottom > ours.top && its.top < ours.bottom && its.right > ours.left && its.left < ours.right;
      toasts.classList.toggle("toasts-above", isUnder && focused !== document.body && !toasts.contains(focused));
    };
    document.addEventListener("focusin", giveWay);
    new MutationObserver((changes) => {
      giveWay();
      for (const change of changes) change.addedNodes.forEach((node) => node.classList?.contains("toast-note") && startToast(node));
    }).observe(toasts, { childList: true });
  }

  // Menus (<details class="menu">): one open at a time; Escape and a click outside close them.
  const openMenus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.removeAttribute("open");
    });
  });

  // Browsers leave what is seen in part where it is, also when it has the focus and a bar lies over the rest.
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(":focus-visible")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // Passwords can be shown while they are typed.
  const startEye = (eye) => {
    const input = document.getElementById(eye.dataset.reveals);
    eye.hidden = false;
    eye.addEventListener("click", () => {
      const shows = input.type === "password";
      input.type = shows ? "text" : "password";
      eye.setAttribute("aria-pressed", String(shows));
      input.focus();
    });
  };
  document.querySelectorAll("[data-reveals]").forEach(startEye);

  // A text that must be copied, such as a one-time link.
  document.querySelectorAll("[data-copies]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value);
      button.querySelector("[data-words]").textContent = button.dataset.done;
    });
  });

  // A form is sent once: a second tap while the first is under way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[data-hx-post], [data-downloads]")) return;
    if (form.dataset.sending) event.preventDefault();
    form.dataset.sending = "yes";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending);
  });

  // Tabs: the one that is being looked at is in view, also where a phone has room for the first only. The page itself
  // stays where it is, such as at what is wrong in a form.
  document.querySelectorAll(".tab[aria-current]").forEach((tab) => {
    const [its, row] = [tab, tab.parentElement].map((each) => each.getBoundingClientRect());
    tab.parentElement.scrollLeft += its.left + its.width / 2 - row.left - row.width / 2;
  });

  // Tables that phones show as cards are tables still: some browsers forget it with the change of display.
  const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };
  document.querySelectorAll(".cards-on-phone table").forEach((table) => {
    for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, th, td")]) part.setAttribute("role", ROLES[part.localName]);
  });

  // Today: a row just done stays, with its undo, while somebody may still want it back; one that is worked in stays until that is over.
  const DONE_ROW_MS = 10000;
  const isKept = (row) => row.matches(".row-asks, .row-answers, .row-menu[open], :hover, :focus-within") || Date.now() - row.dataset.since < DONE_ROW_MS;
  document.addEventListener("htmx:after:swap", () => {
    document.querySelectorAll(":is(.row-done, .row-asks):not([data-since])").forEach((row) => {
      row.dataset.since = Date.now();
      if (document.activeElement === document.body) (row.querySelector(".ready-task") ?? row.querySelector("a, button"))?.focus();
    });
  });
  document.addEventListener("htmx:before:request", (event) => {
    const day = event.detail.ctx.sourceElement;
    if (day?.id === "day" && [...day.querySelectorAll(".row-done, .row-asks, .row-answers, .row-menu[open]")].some(isKept)) event.preventDefault();
  });

  // Nothing is asked for anew while nobody looks; whoever comes back is told at once.
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden && event.detail.ctx.sourceElement?.matches("[data-quiet]")) event.preventDefault();
  });

  // The page's title carries what waits, as it was last heard of.
  document.addEventListener("htmx:finally:request", () => {
    const waits = Number(document.getElementById("news-heard")?.dataset.waits);
    document.title = (waits ? `(${waits}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  });
})();
