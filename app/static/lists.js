// Choosing rows in a list, across its pages. Without this the boxes of the page are sent as they stand.
(() => {
  const PREFIX = "ledtrad-chosen:";

  // Once it is carried out, what was chosen has served.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-forgets-chosen]")) return;
    Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));
  });

  const bar = document.getElementById("bulk");
  if (!bar) return;
  const user = document.querySelector('meta[name="ledtrad-user"]').content;
  const key = `${PREFIX}${user}:${bar.dataset.list}?${bar.dataset.asked}`;
  const boxes = [...document.querySelectorAll('input[name="row"][form="bulk"]')];
  const pageBox = document.querySelector("[data-bulk-page]");
  const count = bar.querySelector("[data-bulk-count]");
  const allButton = bar.querySelector("[data-bulk-all]");
  const pageButton = bar.querySelector("[data-bulk-page-button]");
  const allBox = bar.querySelector("input[name=all]");
  const tooMany = bar.querySelector("[data-bulk-too-many]");
  const total = Number(bar.dataset.total); // how many rows the list shows, on all its pages
  let last = null; // where a range begins

  const read = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(key)) ?? {};
      return { ids: new Set(kept.ids ?? []), all: kept.all ?? false };
    } catch {
      return { ids: new Set(), all: false };
    }
  };
  const chosen = read();
  const keep = () => {
    if (!chosen.ids.size && !chosen.all) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ ids: [...chosen.ids], all: chosen.all }));
  };

  const show = () => {
    const many = chosen.all ? total : chosen.ids.size;
    boxes.forEach((box) => (box.checked = chosen.all || chosen.ids.has(box.value)));
    if (pageBox) {
      const ticked = boxes.filter((box) => box.checked).length;
      pageBox.checked = ticked > 0 && ticked === boxes.length;
      pageBox.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    const isAny = chosen.all || chosen.ids.size > 0;
    bar.classList.toggle("bulk-bar-away", !isAny);
    document.documentElement.classList.toggle("has-bulk-bar", isAny);
    if (!isAny) return;
    count.textContent = many === 1 ? count.dataset.one : count.dataset.many.replace("{count}", many.toLocaleString(document.documentElement.lang));
    const most = Number(bar.dataset.most);
    const isMore = total > boxes.length && !chosen.all && chosen.ids.size < total;
    allButton.hidden = !isMore || total > most;
    allButton.textContent = allButton.dataset.words.replace("{count}", total.toLocaleString(document.documentElement.lang));
    pageButton.hidden = boxes.every((box) => box.checked);
    tooMany.hidden = !(total > most) || chosen.all;
    allBox.checked = chosen.all;
  };

  const choose = (box, isOn) => {
    if (chosen.all) {
      chosen.all = false; // one that is taken away from all leaves those of this page
      boxes.forEach((other) => chosen.ids.add(other.value));
    }
    if (isOn) chosen.ids.add(box.value);
    else chosen.ids.delete(box.value);
  };

  boxes.forEach((box) => {
    box.addEventListener("click", (event) => {
      const isOn = box.checked;
      const range = event.shiftKey && last !== null ? [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b) : null;
      (range ? boxes.slice(range[0], range[1] + 1) : [box]).forEach((one) => choose(one, isOn));
      last = box;
      keep();
      show();
    });
  });
  const choosePage = (isOn) => {
    boxes.forEach((box) => choose(box, isOn));
    keep();
    show();
  };
  pageBox?.addEventListener("click", () => choosePage(pageBox.checked));
  pageButton.addEventListener("click", () => {
    choosePage(true);
    bar.querySelector("[data-bulk-none]").focus();
  });
  allButton.addEventListener("click", () => {
    chosen.all = true;
    keep();
    show();
    bar.querySelector("[data-bulk-none]").focus();
  });
  bar.querySelector("[data-bulk-none]").addEventListener("click", () => {
    chosen.all = false;
    chosen.ids.clear();
    keep();
    show();
    (pageBox ?? boxes[0])?.focus();
  });

  // What was chosen on other pages goes along.
  bar.addEventListener("submit", () => {
    bar.querySelectorAll("[data-elsewhere]").forEach((field) => field.remove());
    const here = new Set(boxes.map((box) => box.value));
    for (const id of chosen.all ? [] : chosen.ids) {
      if (here.has(id)) continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "row", value: id });
      field.dataset.elsewhere = "";
      bar.append(field);
    }
  });

  bar.classList.add("bulk-bar-live");
  bar.querySelector("[data-bulk-choices]").hidden = false;
  if (pageBox) pageBox.closest("[hidden]")?.removeAttribute("hidden");
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    const now = read();
    chosen.ids = now.ids;
    chosen.all = now.all;
    delete bar.dataset.sending;
    show();
  });
  show();
})();
