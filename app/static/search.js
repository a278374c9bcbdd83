// The search box on top of every page: suggestions while one types. Without it the form leads to a page with the same.
(() => {
  const box = document.getElementById("search-box");
  if (!box) return;
  const field = box.querySelector("#search");
  const panel = box.querySelector("#search-panel");
  const said = box.querySelector("#search-said");
  const closer = box.querySelector(".search-close");
  const PAUSE_MS = 90;
  let timer = 0;
  let asking = null;

  const options = () => [...panel.querySelectorAll('[role="option"]')];
  const current = () => panel.querySelector('[aria-selected="true"]');
  const isOpen = () => !panel.hidden;

  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox" }).forEach(([name, value]) =>
    field.setAttribute(name, value),
  );

  const choose = (option) => {
    current()?.setAttribute("aria-selected", "false");
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const tellState = () => {
    const hasOptions = isOpen() && options().length > 0;
    field.setAttribute("aria-expanded", String(hasOptions));
    if (hasOptions) field.setAttribute("aria-controls", "search-hits");
    else field.removeAttribute("aria-controls");
  };

  const show = (html) => {
    panel.innerHTML = html;
    panel.hidden = false;
    options().forEach((option, number) => (option.id = `search-hit-${number}`));
    choose(field.value.trim() ? options()[0] : null);
    said.textContent = panel.firstElementChild?.dataset.said ?? "";
    tellState();
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const address = `${box.dataset.rows}?${new URLSearchParams(new FormData(box))}`;
    try {
      const answer = await fetch(address, { signal, headers: { "HX-Request": "true" } });
      if (answer.status === 401) return window.location.assign(answer.headers.get("HX-Redirect"));
      if (!answer.ok) throw new Error(answer.status);
      const html = await answer.text();
      if (!signal.aborted && box.classList.contains("search-open")) show(html);
    } catch {
      if (!signal.aborted) close(); // the form itself still leads to the page, which says what is wrong
    }
  };

  const open = () => {
    if (box.classList.contains("search-open")) return;
    box.classList.add("search-open");
    closer.hidden = false;
    ask();
  };

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    box.classList.remove("search-open");
    closer.hidden = true;
    panel.hidden = true;
    panel.replaceChildren();
    said.textContent = "";
    choose(null);
    tellState();
  };

  const step = (by) => {
    const all = options();
    if (!all.length) return;
    const place = all.indexOf(current());
    choose(all[(place + by + all.length + (place < 0 && by < 0 ? 1 : 0)) % all.length]);
  };

  field.addEventListener("click", open);
  field.addEventListener("input", () => {
    choose(null); // what is shown answers an earlier text: Enter must not open it
    if (!box.classList.contains("search-open")) return open();
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen()) step(event.key === "ArrowDown" ? 1 : -1);
      else open();
    } else if (event.key === "Enter" && isOpen() && current()) {
      event.preventDefault();
      current().click();
    } else if (event.key === "Escape" && box.classList.contains("search-open")) {
      event.preventDefault(); // a first Escape closes and keeps the words, a second one empties the field
      close();
    }
  });
  box.addEventListener("focusout", (event) => box.contains(event.relatedTarget) || close());
  panel.addEventListener("mousedown", (event) => event.preventDefault()); // the cursor stays in the field
  closer.addEventListener("click", () => {
    close();
    field.blur();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    document.dispatchEvent(new Event("ledtrad:search"));
  });
  document.addEventListener("ledtrad:search", () => {
    field.focus();
    field.select();
    open();
  });
  window.addEventListener("pageshow", (event) => event.persisted && close());
  tellState();
})();
