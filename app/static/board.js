// The board: cards are dragged, moved by a menu or moved by keys. Without script each card leads to a page that moves it.
(() => {
  const board = document.querySelector(".board");
  if (!board) return;
  const onlyReads = board.hasAttribute("data-reads"); // who walks among the cards and moves none
  const menu = document.getElementById("move-menu");
  const dialog = document.getElementById("move-dialog");
  const toasts = document.getElementById("toasts");
  const HOLD_MS = 250; // a finger that rests takes hold of a card; one that moves scrolls
  const SLIP_PX = 6; // a hand that shakes does not drag
  const lists = () => [...board.querySelectorAll("[data-stage]")];
  const cardsIn = (list) => [...list.querySelectorAll(".board-card")];
  const cardOf = (element) => element.closest?.(".board-card");
  const linkOf = (card) => card.querySelector(".row-link");

  // One card is reached by Tab; from there the arrows walk.
  const makeCurrent = (card) => {
    board.querySelectorAll(".board-card a").forEach((link) => (link.tabIndex = card.contains(link) ? 0 : -1));
  };
  const startWalk = () => {
    const known = board.querySelector('.board-card a[tabindex="0"]');
    const card = known ? cardOf(known) : board.querySelector(".board-card");
    if (card) makeCurrent(card);
  };
  const goTo = (card) => {
    if (!card) return board.focus();
    linkOf(card).focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  board.addEventListener("focusin", (event) => cardOf(event.target) && makeCurrent(cardOf(event.target)));

  // Cards stand in a column in the order of their places.
  const insert = (list, card) => {
    const after = cardsIn(list).find((other) => other !== card && other.dataset.place > card.dataset.place);
    list.insertBefore(card, after ?? list.querySelector(".board-more"));
  };
  const neighbourOf = (card) => [card.nextElementSibling, card.previousElementSibling].find((other) => other?.matches(".board-card"));

  // What the server says: where a card stands now, what the columns hold, and what is to be told.
  const settle = (piece, lead, hasFocus) => {
    piece.querySelectorAll(".board-total").forEach((total) => {
      document.getElementById(total.id)?.replaceWith(total);
      const count = document.querySelector(`[data-count-of="${total.id.replace("total-", "")}"]`);
      if (count) count.textContent = total.dataset.count;
    });
    const old = document.getElementById(lead);
    const neighbour = old && neighbourOf(old);
    old?.remove();
    const card = piece.querySelector(".board-card");
    const list = card && board.querySelector(`[data-stage="${card.dataset.in}"]`);
    if (list) insert(list, card);
    startWalk();
    if (hasFocus) goTo(list ? card : (neighbour ?? board.querySelector(".board-card")));
    toasts.append(...piece.querySelectorAll(".toast-note"));
  };

  const ask = (address, body) => {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const how = { headers: { "HX-Request": "true", "X-CSRFToken": token }, ...(body && { method: "POST", body }) };
    return fetch(address, how).catch(() => null);
  };
  const read = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  const [, pieces, asked] = board.dataset.piece.match(/^(.*?\/cards\/)0(.*)$/);
  const pieceOf = (lead) => pieces + lead.replace("lead-", "") + asked;
  const tellFailure = (text = "") => document.dispatchEvent(new CustomEvent("htmx:response:error", { detail: { ctx: { text } } }));
  const isRefused = (page) => page.querySelector("[data-error-sentence]");

  // A move under way: the card, from where to where, and whether the keyboard is to stay with the card.
  let move = null;
  const putBack = () => {
    const { card, from, next, hasFocus } = move;
    move = null;
    card.removeAttribute("aria-busy");
    if (next?.parentElement === from) from.insertBefore(card, next);
    else insert(from, card);
    if (hasFocus) goTo(card);
    return card;
  };
  // Somebody else may have moved it meanwhile, so it goes where it stands, and not only back.
  const refuse = async (text) => {
    const { hasFocus } = move;
    const { id } = putBack();
    tellFailure(text);
    const answer = await ask(pieceOf(id));
    if (answer?.ok) settle(await read(answer), id, hasFocus);
  };
  const take = async (answer) => {
    if (answer?.ok) {
      const { card, hasFocus } = move;
      const piece = await read(answer);
      if (!piece.querySelector(".board-total")) return location.reload(); // signed out meanwhile
      move = null;
      dialog.close();
      return settle(piece, card.id, hasFocus);
    }
    const text = (await answer?.text()) ?? "";
    const page = new DOMParser().parseFromString(text, "text/html");
    if (answer?.status !== 422) {
      await refuse(text);
      return dialog.close();
    }
    if (dialog.open) return show(page);
    return isRefused(page) ? refuse(text) : askFor();
  };
  const addressOf = ({ card, to }) => `${linkOf(card).pathname}/move?to=${to.dataset.stage}`;
  const start = async (card, to, from = card.parentElement, next = card.nextElementSibling) => {
    if (move || to === from) return from.insertBefore(card, next);
    move = { card, to, from, next, hasFocus: card.contains(document.activeElement) };
    if (card.parentElement !== to) to.prepend(card);
    card.setAttribute("aria-busy", "true");
    if (to.hasAttribute("data-asks")) return askFor();
    await take(await ask(addressOf(move), new URLSearchParams({ from: from.dataset.stage, next: pieceOf(card.id) })));
  };

  // A stage that wants to know something asks in a dialog; who leaves it has moved nothing.
  const show = (page) => {
    dialog.querySelector("[data-form]").replaceChildren(page.querySelector(".move-lead"));
    if (!dialog.open) dialog.showModal();
    const fields = "input:not([type=hidden]), select, textarea";
    (dialog.querySelector("[aria-invalid]") ?? dialog.querySelector(`:is(${fields})`))?.focus();
  };
  const askFor = async () => {
    const asked = new URLSearchParams({ from: move.from.dataset.stage, next: pieceOf(move.card.id) });
    const answer = await ask(`${addressOf(move)}&${asked}`);
    if (answer?.ok) show(await read(answer));
    else await refuse((await answer?.text()) ?? "");
  };
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    await take(await ask(event.target.action, new FormData(event.target)));
  });
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-closes]")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => move && putBack());

  // Undo moves it back in place, too.
  toasts.addEventListener("submit", async (event) => {
    const address = new URL(event.target.action);
    const next = address.searchParams.get("next") ?? "";
    if (!next.startsWith(pieces)) return;
    event.preventDefault();
    const lead = `lead-${parseInt(next.slice(pieces.length))}`;
    const hasFocus = event.target.contains(document.activeElement);
    const answer = await ask(address, new FormData(event.target));
    event.target.closest(".toast-note").remove();
    if (answer?.ok) settle(await read(answer), lead, hasFocus);
    else tellFailure((await answer?.text()) ?? "");
  });

  // The menu of a card: the stages it can be moved to.
  let asking = null; // the card whose menu is open
  const items = [...menu.querySelectorAll("[data-to]")];
  const offered = () => items.filter((item) => !item.hidden);
  const openMenu = (card) => {
    asking = card;
    const opener = card.querySelector(".board-move");
    menu.querySelector("[data-title]").textContent = opener.textContent.trim();
    items.forEach((item) => (item.hidden = item.dataset.to === card.parentElement.dataset.stage));
    menu.showPopover();
    const place = opener.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(place.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(place.bottom + 4, innerHeight - menu.offsetHeight - 8))}px`;
    offered()[0].focus();
  };
  const closeMenu = () => {
    menu.hidePopover();
    if (asking) goTo(asking);
  };
  menu.addEventListener("click", (event) => {
    const item = event.target.closest("[data-to]");
    if (!item) return;
    closeMenu();
    start(asking, board.querySelector(`[data-stage="${item.dataset.to}"]`));
  });
  menu.addEventListener("keydown", (event) => {
    const shown = offered();
    const here = shown.indexOf(document.activeElement);
    const steps = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 };
    if (event.key in steps) shown.at(steps[event.key] % shown.length).focus();
    else if (event.key === "Tab") closeMenu();
    else return;
    event.preventDefault();
  });
  board.addEventListener("click", (event) => {
    const opener = event.target.closest(".board-move");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openMenu(cardOf(opener));
  });

  // Keys on a card. Who comes to the board is told of them.
  board.setAttribute("aria-describedby", "board-keys");
  const isKept = (card) => card && card.closest("[data-stage]");
  const beside = (card, by) => {
    const row = cardsIn(card.parentElement).indexOf(card);
    const all = lists();
    for (let at = all.indexOf(card.parentElement) + by; all[at]; at += by) {
      const cards = cardsIn(all[at]);
      if (cards.length) return cards[Math.min(row, cards.length - 1)];
    }
    return null;
  };
  const within = (card, by) => {
    const cards = cardsIn(card.parentElement);
    return cards[cards.indexOf(card) + by];
  };
  const WALKS = {
    ArrowDown: (card) => within(card, 1),
    ArrowUp: (card) => within(card, -1),
    ArrowRight: (card) => beside(card, 1),
    ArrowLeft: (card) => beside(card, -1),
    Home: (card) => cardsIn(card.parentElement)[0],
    End: (card) => cardsIn(card.parentElement).at(-1),
  };
  board.addEventListener("keydown", (event) => {
    const card = cardOf(event.target);
    if (!isKept(card) || event.shiftKey || event.metaKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const all = lists();
    if (event.ctrlKey || event.altKey) {
      if (!by || onlyReads) return;
      const to = all[all.indexOf(card.parentElement) + by];
      if (to && !to.hasAttribute("data-closed")) start(card, to);
    } else if (event.key === "m" && !onlyReads) openMenu(card);
    else if (event.key in WALKS) {
      const next = WALKS[event.key](card);
      if (next) goTo(next);
    } else return;
    event.preventDefault();
  });

  // Dragging, by mouse and by a finger that rests. Where a card lands in a column is not asked: its next step says that.
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let taken = null;
  // On a phone the names of the stages are places to drop on, too: theirs is the stage that they lead to.
  const stageOf = ({ dataset }) => board.querySelector(`[data-stage="${dataset.stage ?? dataset.leadsTo}"]`);
  [...lists(), ...document.querySelectorAll("[data-leads-to]")].forEach((list) => {
    Sortable.create(list, {
      disabled: onlyReads,
      group: { name: "leads", put: !list.hasAttribute("data-closed") },
      sort: false,
      draggable: ".board-card",
      delay: HOLD_MS,
      delayOnTouchOnly: true,
      touchStartThreshold: SLIP_PX,
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: SLIP_PX,
      scrollSensitivity: 80,
      scrollSpeed: 14,
      animation: isStill ? 0 : 120,
      ghostClass: "board-card-place",
      fallbackClass: "board-card-lifted",
      onStart: ({ item, from }) => {
        taken = { from, next: item.nextElementSibling, isLeft: false };
        board.classList.add("board-dragging");
      },
      onEnd: ({ item, to }) => {
        board.classList.remove("board-dragging");
        const { from, next, isLeft } = taken;
        taken = null;
        if (isLeft) from.insertBefore(item, next);
        else if (to !== from) start(item, stageOf(to), from, next);
      },
    });
  });
  board.addEventListener("contextmenu", (event) => event.pointerType === "touch" && cardOf(event.target) && event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && taken) taken.isLeft = true;
  });

  // More cards of a column have come: one that was put there before them is shown once.
  document.addEventListener("htmx:after:swap", () => {
    const known = new Set();
    board.querySelectorAll(".board-card").forEach((card) => (known.has(card.id) ? card.remove() : known.add(card.id)));
    startWalk();
  });

  // A phone shows one stage: its name above is marked.
  const marks = new Map([...document.querySelectorAll(".board-switch-item")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(
    (entries) =>
      entries.forEach(({ target, isIntersecting }) => {
        const link = marks.get(target.id);
        if (!isIntersecting) return link.removeAttribute("aria-current");
        link.setAttribute("aria-current", "true");
        const stage = link.parentElement;
        stage.parentElement.scrollTo({ left: stage.offsetLeft - 16 });
      }),
    { root: board, threshold: 0.6 },
  );
  board.querySelectorAll(".board-column").forEach((column) => seen.observe(column));

  startWalk();
})();
