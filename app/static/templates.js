// The editor of templates: placeholders go in where the cursor is, and a subject tells how long it is. Both can be done without.
(() => {
  const editor = document.querySelector("[data-template-editor]");
  let current = editor.querySelector("textarea");
  const fields = editor.querySelectorAll("input[lang], textarea[lang]");
  fields.forEach((field) => field.addEventListener("focus", () => (current = field)));

  // The button stands for the name that it inserts; without script there is only the name, to be copied.
  const examples = new Map();
  editor.querySelectorAll(".placeholder-insert").forEach((button) => {
    const { insertsSv, insertsEn, example } = button.dataset;
    for (const name of [insertsSv, insertsEn]) examples.set(name.toLowerCase(), example);
    button.hidden = false;
    button.previousElementSibling.hidden = true;
    button.addEventListener("click", () => {
      const name = current.lang === "en" ? insertsEn : insertsSv;
      current.setRangeText(`{{${name}}}`, current.selectionStart, current.selectionEnd, "end");
      current.dispatchEvent(new Event("input", { bubbles: true }));
      current.focus();
    });
  });

  const filledIn = (text) => text.replace(/\{\{([^{}]*)\}\}/g, (typed, name) => examples.get(name.trim().toLowerCase()) ?? typed);
  editor.querySelectorAll("[data-counted]").forEach((field) => {
    const count = document.createElement("p");
    count.className = "field-help template-count";
    field.after(count);
    const tell = () => {
      count.textContent = `${filledIn(field.value).trim().length} / ${field.dataset.counted}`;
    };
    field.addEventListener("input", tell);
    tell();
  });
})();
