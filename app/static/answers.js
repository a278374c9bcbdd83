// Today: an enquiry is answered in its row. Without this its link leads to the lead's page.
(() => {
  // An answer is written under what was asked, one at a time. What is typed is kept when it closes (drafts.js).
  const openers = () => [...document.querySelectorAll("[data-answers]")];
  const openerOf = (writing) => writing.closest("li").querySelector("[data-answers]");
  const close = (writing) => {
    const opener = openerOf(writing);
    if (writing.contains(document.activeElement)) opener.focus();
    opener.ariaExpanded = "false";
    writing.remove();
  };
  document.addEventListener("htmx:before:request", (event) => {
    const opener = event.detail.ctx.sourceElement;
    if (!opener?.matches("[data-answers]")) return;
    const open = document.querySelector(".row-answers");
    if (!open) return;
    if (opener === openerOf(open)) event.preventDefault();
    close(open);
  });
  document.addEventListener("htmx:after:swap", () => {
    const writing = document.querySelector(".row-answers");
    const opener = writing && openerOf(writing);
    if (!writing || opener.ariaExpanded === "true") return;
    opener.ariaExpanded = "true";
    writing.querySelector("textarea, a").focus();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest(".row-answers [data-closes]")) close(event.target.closest(".row-answers"));
  });
  document.addEventListener("keydown", (event) => {
    const writing = event.key === "Escape" && !event.isComposing && event.target.closest(".row-answers");
    if (writing) close(writing);
  });

  // Sent: the row says so, once aloud, and the cursor goes to the next one to answer. All that the lead asked is answered.
  const nextTo = (opener) => {
    const others = openers().filter((other) => other === opener || other.dataset.hxGet !== opener.dataset.hxGet);
    const at = others.indexOf(opener);
    return others[at + 1] ?? others[at - 1];
  };
  document.addEventListener("ledtrad:sent", (event) => {
    const row = event.target.closest("#day li");
    if (!row) return;
    const opener = row.querySelector("[data-answers]");
    const next = nextTo(opener);
    const done = new DOMParser().parseFromString(event.detail, "text/html").querySelector("li");
    openers().filter((other) => other !== opener && other.dataset.hxGet === opener.dataset.hxGet).forEach((other) => other.closest("li").remove());
    row.replaceWith(done);
    done.dataset.since = Date.now();
    (next ?? done.querySelector("a")).focus();
    document.getElementById("news-words").textContent = done.querySelector(".row-name").textContent;
  });
})();
