// The calendar of units: the last day of a loan is dragged to another, or chosen in a form. Every page also works without it.
(() => {
  const sheet = document.querySelector(".units-sheet");
  const dialog = document.getElementById("end-dialog");
  if (!sheet) return;
  const days = [...sheet.querySelectorAll("[data-on]")];
  const SLIP_PX = 4; // a hand that shakes does not drag
  let restore = () => {};

  // The page that a handle leads to, without its head, in a dialog. `on` is the day that the bar has been dragged to.
  const place = (html) => {
    const body = new DOMParser().parseFromString(html, "text/html").querySelector("main .narrow");
    if (!body?.querySelector("form")) return false;
    body.querySelector(".page-head").remove();
    dialog.querySelector("[data-form]").replaceChildren(...body.childNodes);
    return true;
  };
  const open = async (handle, on) => {
    const answer = await fetch(handle.href).catch(() => null);
    if (!answer?.ok || !place(await answer.text())) return location.assign(handle.href);
    const field = dialog.querySelector("input[type=date]");
    if (on) field.value = on;
    dialog.dataset.action = handle.href;
    dialog.showModal();
    ((on && dialog.querySelector("input[type=text]")) || field).focus();
  };
  const tellFailure = () => {
    document.dispatchEvent(new CustomEvent("ledtrad:failed"));
  };
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(event.target);
    const answer = await fetch(dialog.dataset.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") return location.reload();
    if (answer && place(await answer.text())) dialog.querySelector("[aria-invalid]")?.focus();
    else {
      delete event.target.dataset.sending;
      tellFailure();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-cancels]")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => restore());

  // A handle opens the form by a click or the keyboard, and follows the pointer until it is dropped on a day.
  const start = (handle) => {
    const bar = handle.parentElement;
    const first = Number(bar.dataset.first);
    const last = Number(bar.dataset.last);
    const pause = bar.previousElementSibling?.matches(".loan-pause") ? bar.previousElementSibling : null;
    const flag = document.createElement("span");
    flag.className = "loan-day";
    let from = null; // where the pointer took hold
    let column = last;
    let isDragged = false;

    const show = () => {
      bar.style.gridColumnEnd = `span ${column - first + 1}`;
      if (pause) pause.style.gridColumnStart = Math.min(column + 1, days.length);
      flag.textContent = days[column - 1].dataset.words;
    };
    const putBack = () => {
      bar.classList.remove("loan-moving");
      bar.style.gridColumnEnd = "";
      if (pause) pause.style.gridColumnStart = "";
      flag.remove();
      from = null;
    };
    const drop = (event) => {
      if (from === null) return;
      const isMoved = event.type === "pointerup" && column !== last;
      if (!isMoved) return putBack();
      from = null;
      flag.remove();
      restore = putBack;
      open(handle, days[column - 1].dataset.on);
    };

    handle.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (!isDragged) open(handle);
      isDragged = false;
    });
    if (!first) return;
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = event.clientX;
      column = last;
      isDragged = false;
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const moved = event.clientX - from;
      if (!isDragged && Math.abs(moved) < SLIP_PX) return;
      if (!isDragged) {
        isDragged = true;
        bar.classList.add("loan-moving");
        bar.append(flag);
      }
      const width = bar.parentElement.getBoundingClientRect().width / days.length;
      column = Math.min(Math.max(last + Math.round(moved / width), first), days.length);
      show();
    });
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", drop);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && from !== null) putBack();
    });
  };
  sheet.addEventListener("dragstart", (event) => event.preventDefault()); // else the browser drags the link itself
  sheet.querySelectorAll(".loan-end").forEach(start);
})();
