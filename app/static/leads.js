// What the pages of leads do beyond links and forms. Every page also works without it.
(() => {
  // Choosing a filter by hand or mouse applies it at once; by keyboard one steps through the choices, and the button applies.
  document.querySelectorAll("form[data-autosubmit]").forEach((form) => {
    let isPointed = false;
    form.addEventListener("pointerdown", () => (isPointed = true));
    form.addEventListener("keydown", () => (isPointed = false));
    form.addEventListener("change", () => isPointed && form.requestSubmit());
  });
  // Empty choices stay out of the address.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[method=get] :disabled").forEach((field) => (field.disabled = false));
  });

  // The bar at the foot of a phone opens its part of the composer, and puts the cursor there.
  const show = (name) => {
    const tab = document.getElementById(`compose-${name}`);
    if (!tab) return false;
    tab.checked = true;
    document.getElementById("compose").scrollIntoView({ block: "start" });
    return true;
  };
  const open = (name) => show(name) && document.querySelector(`[data-panel="${name}"] textarea`)?.focus({ preventScroll: true });
  document.querySelectorAll("[data-compose]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      open(link.dataset.compose);
    });
  });

  // Who dials comes back to the question how it went.
  document.addEventListener("click", (event) => event.target.closest('a[href^="tel:"]') && show("call"));

  // What a stage asks for is asked in place: the cursor goes there, and "Avbryt" closes it again.
  document.addEventListener("htmx:after:swap", () => {
    const asked = document.querySelector("#move-here .move-lead:not([data-is-asked])");
    if (!asked) return;
    asked.dataset.isAsked = "yes";
    asked.querySelector(":is(input:not([type=hidden]), select)").focus();
  });
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("#move-here [data-closes]")?.closest("#move-here");
    if (!asked) return;
    event.preventDefault();
    const step = document.querySelector(`[data-hx-get="${asked.querySelector("form").getAttribute("action")}"]`);
    asked.replaceChildren();
    step?.focus();
  });
})();
