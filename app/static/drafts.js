// What is typed in an answer, a note or a call's summary survives a lost connection, a closed tab and a failed save.
// It is kept in this browser alone, readable to whoever can open it: under the user and the form, until it is sent,
// until that user signs out, and for a week at most. The server cannot encrypt it there.
(() => {
  const PREFIX = "ledtrad.draft.";
  const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
  const PAUSE_MS = 250;
  const user = document.querySelector('meta[name="ledtrad-user"]')?.content;
  const words = document.getElementById("draft-words")?.content;

  const storage = (() => {
    try {
      localStorage.setItem(`${PREFIX}try`, "");
      localStorage.removeItem(`${PREFIX}try`);
      return localStorage;
    } catch {
      return null; // a browser that keeps nothing: the forms work as before
    }
  })();
  const keys = () => Object.keys(storage ?? {}).filter((key) => key.startsWith(PREFIX));
  const parsed = (kept) => {
    try {
      return JSON.parse(kept ?? "null");
    } catch {
      return null;
    }
  };
  const read = (key) => parsed(storage?.getItem(key));
  const forget = (key) => storage?.removeItem(key);

  keys().forEach((key) => {
    const age = Date.now() - (read(key)?.at ?? 0);
    if (!(age < WEEK_MS)) forget(key);
  });

  // Who signs out leaves nothing behind: what stands on a page unsent, in this tab or another, is not kept from then on.
  let isOver = false;
  const tabs = new BroadcastChannel("ledtrad.signed-out");
  const end = () => {
    isOver = true;
    keys().forEach(forget);
    if (storage) sessionStorage.clear(); // the rows that were chosen in a list, and what was asked of it
  };
  tabs.addEventListener("message", end);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-forgets-drafts]")) return;
    end();
    tabs.postMessage("");
  });
  if (!user || !words) return;

  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const placeOf = (field) => `${PREFIX}${user}.${new URL(field.form.action).pathname}.${field.name}`;
  const fieldsOf = (form) => [...form.querySelectorAll("[data-draft]")];
  const say = (name, field) => {
    const note = words.querySelector(`[data-says="${name}"]`).cloneNode(true);
    field.closest("form").querySelector(".draft-note")?.remove();
    field.after(note);
    return note;
  };

  const store = (place, kept) => {
    if (isOver) return;
    try {
      storage?.setItem(place, JSON.stringify(kept));
    } catch {
      // no room left: what was kept before stays
    }
  };
  const keep = (field) => {
    const place = placeOf(field);
    if (!field.value.trim()) return forget(place);
    if (read(place)?.text !== field.value) store(place, { text: field.value, at: Date.now() });
  };

  const restore = (field) => {
    const kept = read(placeOf(field));
    if (!kept || field.value.trim()) return null;
    field.value = kept.text;
    const note = say("restored", field);
    const when = new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    note.querySelector("[data-when]").textContent = when;
    note.querySelector("button").addEventListener("click", () => {
      field.value = "";
      forget(placeOf(field));
      note.remove();
      field.focus();
    });
    return { field, at: kept.at };
  };

  // Fields that come later, as in a row of Today, are kept as those of the page.
  const drafted = () => [...document.querySelectorAll("textarea[data-draft]")];
  const timers = new WeakMap();
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea[data-draft]")) return;
    clearTimeout(timers.get(target));
    timers.set(target, setTimeout(() => keep(target), PAUSE_MS));
  });
  document.addEventListener("change", ({ target }) => target.matches("textarea[data-draft]") && keep(target));

  // What another tab has sent or thrown away, and stands here too, is not kept anew when this one is left.
  window.addEventListener("storage", ({ key, oldValue, newValue }) => {
    const field = newValue === null && drafted().find((one) => placeOf(one) === key);
    if (!field || field.value !== parsed(oldValue)?.text) return;
    field.value = field.defaultValue;
    field.closest("form").querySelector(".draft-note")?.remove();
  });

  const unsent = () => drafted().filter((field) => field.value !== field.defaultValue);
  window.addEventListener("pagehide", () => unsent().forEach(keep));
  window.addEventListener("beforeunload", (event) => storage || !unsent().length || event.preventDefault());
  const restored = drafted().map(restore).filter(Boolean).sort((one, other) => other.at - one.at);
  const tab = document.getElementById(`compose-${restored[0]?.field.closest("[data-panel]")?.dataset.panel}`);
  if (tab) tab.checked = true;
  document.addEventListener("htmx:after:swap", () => drafted().forEach(restore));

  // Sent by script, so that the words stay on the page until the server has them. A second try carries the same key.
  const goTo = (address) => {
    const target = new URL(address, window.location.href);
    const isHere = target.pathname + target.search === window.location.pathname + window.location.search;
    if (!isHere) return window.location.assign(target);
    window.history.replaceState(null, "", target);
    window.location.reload();
  };
  const sendByForm = (form, submitter) => {
    const pressed = document.createElement("input");
    Object.assign(pressed, { type: "hidden", name: submitter?.name ?? "", value: submitter?.value ?? "" });
    form.append(pressed);
    form.submit(); // the server refuses it again, and shows what to mend beside the words
  };
  const tell = (name, field) => {
    const note = say(name, field);
    note.querySelector("a")?.setAttribute("href", `${note.querySelector("a").pathname}?${new URLSearchParams({ next: window.location.pathname })}`);
    note.setAttribute("role", "alert");
    return note;
  };

  // The same words by the same button are one form, however often they are sent; others are another.
  const tries = new WeakMap();
  const keyOf = (field, pressed) => {
    const [place, text] = [placeOf(field), field.value];
    const kept = read(place);
    const last = tries.get(field) ?? { ...kept?.sent, text: kept?.text };
    const isSame = last.key && last.text === text && last.pressed === pressed;
    const key = isSame ? last.key : newKey();
    tries.set(field, { text, pressed, key });
    if (kept) store(place, { ...kept, sent: { pressed, key } });
    return key;
  };

  const send = async (form, submitter) => {
    const [field] = fieldsOf(form);
    keep(field);
    const body = new FormData(form, submitter);
    body.set("draft_key", keyOf(field, submitter?.value ?? ""));
    let answer;
    document.dispatchEvent(new Event("ledtrad:busy"));
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { "X-Sent-By": "script" } });
    } catch {
      return tell("lost", field);
    } finally {
      delete form.dataset.sending;
      document.dispatchEvent(new Event("ledtrad:idle"));
    }
    const address = answer.headers.get("X-Go-To");
    const isInPlace = answer.status === 200 && form.matches("[data-sent-in-place]");
    if (address || isInPlace) {
      fieldsOf(form).forEach((sent) => {
        forget(placeOf(sent));
        sent.value = sent.defaultValue; // nothing is left to keep when the page is left
      });
    }
    if (address) return goTo(address);
    if (isInPlace) return form.dispatchEvent(new CustomEvent("ledtrad:sent", { bubbles: true, detail: await answer.text() }));
    if (answer.status === 401) return tell("signed-out", field);
    if (answer.status === 422 || answer.status === 409) return sendByForm(form, submitter);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const sentence = page.querySelector("[data-error-sentence]")?.textContent.trim();
    const note = tell("refused", field);
    if (sentence) note.querySelector("[data-sentence]").textContent = sentence;
    return note;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !fieldsOf(form).length) return;
    event.preventDefault();
    send(form, event.submitter);
  });
})();
