// The form of a list's columns: they move where they stand, by the buttons or by dragging. Without this each tap is a post.
(() => {
  const list = document.querySelector("[data-columns]");
  if (!list) return;
  const move = (line, way) => {
    const other = way === "up" ? line.previousElementSibling : line.nextElementSibling;
    if (other) way === "up" ? other.before(line) : other.after(line);
  };
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    move(button.closest("li"), button.dataset.move);
    button.focus();
  });

  let dragged = null;
  const lineAt = (y) => [...list.children].find((line) => {
    const box = line.getBoundingClientRect();
    return y >= box.top && y <= box.bottom;
  });
  list.querySelectorAll("li").forEach((line) => {
    const grip = line.querySelector("[data-grip]");
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => {
      dragged = line;
      grip.setPointerCapture(event.pointerId);
      line.classList.add("is-dragged");
      event.preventDefault();
    });
    grip.addEventListener("pointermove", (event) => {
      const over = dragged && lineAt(event.clientY);
      if (!over || over === dragged) return;
      const box = over.getBoundingClientRect();
      event.clientY < box.top + box.height / 2 ? over.before(dragged) : over.after(dragged);
    });
    const drop = () => {
      dragged?.classList.remove("is-dragged");
      dragged = null;
    };
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", drop);
  });
})();
