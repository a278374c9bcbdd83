// Stages are dragged into order by their handles, with mouse or finger. The buttons beside them do the same without it.
(() => {
  document.querySelectorAll("[data-order]").forEach((list) => {
    const rows = () => [...list.querySelectorAll("[data-stage]")];
    let dragged = null;
    let before = "";
    const order = () => rows().map((row) => row.dataset.stage).join();

    const save = async () => {
      const sent = new URLSearchParams(rows().map((row) => ["stage", row.dataset.stage]));
      const token = document.querySelector('meta[name="csrf-token"]').content;
      const answer = await fetch(list.dataset.order, { method: "POST", body: sent, headers: { "X-CSRFToken": token } }).catch(() => null);
      if (answer?.ok) return location.reload();
      const note = document.getElementById("failure-toast").content.firstElementChild.cloneNode(true);
      document.getElementById("toasts").append(note);
    };

    list.querySelectorAll("[data-handle]").forEach((handle) => {
      handle.hidden = false;
      handle.addEventListener("pointerdown", (event) => {
        dragged = handle.closest("[data-stage]");
        before = order();
        dragged.classList.add("is-dragged");
        handle.setPointerCapture(event.pointerId);
        event.preventDefault();
      });
      handle.addEventListener("pointermove", (event) => {
        if (!dragged) return;
        const next = rows().find((row) => row !== dragged && event.clientY < row.getBoundingClientRect().top + row.offsetHeight / 2);
        if ((next ?? null) !== dragged.nextElementSibling) list.insertBefore(dragged, next ?? null);
      });
      const drop = () => {
        if (!dragged) return;
        dragged.classList.remove("is-dragged");
        dragged = null;
        if (order() !== before) save();
      };
      handle.addEventListener("pointerup", drop);
      handle.addEventListener("pointercancel", drop);
    });
  });
})();
