/** <crm-board>: move a card by mouse, finger or keyboard; the server has the last word. */

const words = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
const SLACK = 6; // pixels a mouse may tremble before it drags
const LONG_PRESS = 300; // milliseconds a finger rests before it drags; a swipe scrolls

class Board extends HTMLElement {
  connectedCallback() {
    for (const type of ["pointerdown", "keydown", "click", "dragstart", "crm:answered"]) {
      this.addEventListener(type, this, { capture: type === "click" });
    }
    this.form = this.querySelector("form[data-move]");
  }

  handleEvent(event) {
    this[`on${event.type.replace("crm:", "")}`](event);
  }

  ondragstart(event) {
    event.preventDefault(); // a link or picture would be dragged instead of the card
  }

  onclick(event) {
    if (!this.dropped) return;
    event.preventDefault();
    event.stopPropagation(); // the click that ends a drag opens nothing
  }

  // --- Pointer ---------------------------------------------------------------------------------

  onpointerdown(event) {
    const card = event.target.closest(".card[data-move]");
    if (!card || event.button || event.target.closest("button, .card-menu, input") || this.lifted) return;
    const { pointerId, clientX: x, clientY: y } = event;
    const touch = event.pointerType !== "mouse";
    const stop = new AbortController();
    this.press = { card, pointerId, x, y, stop };
    const { signal } = stop;
    if (touch) this.press.timer = setTimeout(() => this.grab(), LONG_PRESS);
    window.addEventListener("pointermove", (moved) => this.move(moved, touch), { signal });
    window.addEventListener("pointerup", () => this.release(true), { signal });
    window.addEventListener("pointercancel", () => this.release(false), { signal });
    // Once the card is in the air a finger must not scroll the board under it.
    window.addEventListener("touchmove", (moved) => this.ghost && moved.preventDefault(), { signal, passive: false });
    window.addEventListener("contextmenu", (menu) => touch && menu.preventDefault(), { signal });
    window.addEventListener("keydown", (key) => key.key === "Escape" && this.release(false), { signal });
  }

  move(event, touch) {
    const press = this.press;
    if (!press || event.pointerId !== press.pointerId) return;
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLACK;
    if (!this.ghost && far && touch) return this.release(false);
    if (!this.ghost && far) this.grab();
    if (!this.ghost) return;
    this.at = { x: event.clientX, y: event.clientY };
    this.float();
    this.preview();
  }

  grab() {
    const { card, x, y } = this.press;
    const box = card.getBoundingClientRect();
    this.home = homeOf(card);
    this.ghost = card.cloneNode(true);
    this.ghost.removeAttribute("id");
    this.ghost.setAttribute("aria-hidden", "true");
    this.ghost.dataset.ghost = "";
    this.ghost.style.inlineSize = `${box.width}px`;
    this.grip = { x: x - box.left, y: y - box.top };
    this.at = { x, y };
    document.body.append(this.ghost);
    card.dataset.dragged = "";
    this.float();
    this.scrolling = requestAnimationFrame(() => this.scroll());
  }

  float() {
    this.ghost.style.translate = `${this.at.x - this.grip.x}px ${this.at.y - this.grip.y}px`;
  }

  preview() {
    const column = document.elementFromPoint(this.at.x, this.at.y)?.closest("[data-column]");
    for (const other of this.querySelectorAll("[data-over]")) if (other !== column) delete other.dataset.over;
    if (!column || !this.contains(column)) return;
    column.dataset.over = "";
    const card = this.press.card;
    const next = cardsOf(column).find((other) => {
      const box = other.getBoundingClientRect();
      return other !== card && this.at.y < box.top + box.height / 2;
    });
    put(card, column, next);
  }

  scroll() {
    if (!this.ghost) return;
    const box = this.getBoundingClientRect();
    const edge = 48;
    const right = Math.min(box.right, innerWidth);
    const bottom = Math.min(box.bottom, innerHeight);
    const pull = (at, low, high) => (at < low + edge ? -12 : at > high - edge ? 12 : 0);
    this.scrollBy(pull(this.at.x, Math.max(box.left, 0), right), pull(this.at.y, Math.max(box.top, 0), bottom));
    this.scrolling = requestAnimationFrame(() => this.scroll());
  }

  release(keep) {
    const { card, stop, timer } = this.press ?? {};
    if (!card) return;
    clearTimeout(timer);
    stop.abort();
    this.press = null;
    if (!this.ghost) return;
    cancelAnimationFrame(this.scrolling);
    this.ghost.remove();
    this.ghost = null;
    delete card.dataset.dragged;
    for (const column of this.querySelectorAll("[data-over]")) delete column.dataset.over;
    this.dropped = true;
    setTimeout(() => (this.dropped = false)); // only the click of this very release
    if (keep) this.drop(card);
    else this.putBack(card, this.home);
  }

  // --- Keyboard --------------------------------------------------------------------------------

  onkeydown(event) {
    const card = event.target.closest(".card[data-move]");
    const field = event.target.closest("button, input, select, textarea, [role=menu]");
    if (!card || field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") this.lifted ? this.settle() : this.lift(card);
    else if (event.key === "Escape" && this.lifted) this.unlift();
    else if (event.key.startsWith("Arrow")) (this.lifted ? this.shift(event.key) : this.walk(card, event.key));
    else return;
    event.preventDefault();
  }

  lift(card) {
    this.home = homeOf(card);
    this.lifted = card;
    card.dataset.lifted = "";
    this.say(words.lifted, card);
  }

  shift(key) {
    const card = this.lifted;
    const column = card.closest("[data-column]");
    const cards = cardsOf(column);
    const at = cards.indexOf(card);
    if (key === "ArrowUp" && at > 0) put(card, column, cards[at - 1]);
    else if (key === "ArrowDown" && at < cards.length - 1) put(card, column, cards[at + 2]);
    else if (key === "ArrowLeft" || key === "ArrowRight") {
      const other = this.beside(column, key);
      if (other) put(card, other, cardsOf(other)[at]);
    }
    focusOn(card);
    this.say(words.over, card);
  }

  settle() {
    const card = this.lifted;
    this.lifted = null;
    delete card.dataset.lifted;
    this.say(words.dropped, card);
    this.drop(card);
    focusOn(card);
  }

  unlift() {
    const card = this.lifted;
    this.lifted = null;
    delete card.dataset.lifted;
    this.putBack(card, this.home);
    focusOn(card);
  }

  walk(card, key) {
    const column = card.closest("[data-column]");
    const cards = cardsOf(column);
    const at = cards.indexOf(card);
    const across = key === "ArrowLeft" || key === "ArrowRight";
    const there = across ? cardsOf(this.beside(column, key)) : cards;
    const next = across ? there[Math.min(at, there.length - 1)] : there[at + (key === "ArrowDown" ? 1 : -1)];
    if (next) focusOn(next);
  }

  beside(column, key) {
    const columns = [...this.querySelectorAll("[data-column]")];
    return columns[columns.indexOf(column) + (key === "ArrowRight" ? 1 : -1)];
  }

  // --- Server ----------------------------------------------------------------------------------

  /** The card already stands where it was dropped; the form tells the server, which redraws both columns. */
  drop(card) {
    const home = this.home;
    const now = homeOf(card);
    if (now.column === home.column && now.next === home.next) return;
    this.saving = { card, home, focused: card.contains(document.activeElement), id: card.dataset.card };
    card.dataset.saving = "";
    const cards = cardsOf(now.column);
    const at = cards.indexOf(card);
    this.fill({
      to: now.column.dataset.column,
      from: home.column.dataset.column,
      after: cards[at - 1]?.dataset.card ?? "",
      before: cards[at + 1]?.dataset.card ?? "",
    });
    // What went wrong is said elsewhere; onanswered puts the card back.
    htmx.ajax("POST", card.dataset.move, { source: this.form, swap: "none" }).catch(() => {});
  }

  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.querySelector(`[data-fill=${name}]`);
      if (field) field.value = value;
    }
  }

  onanswered({ target, detail }) {
    if (target !== this.form || !this.saving) return;
    const { card, home, focused, id } = this.saving;
    this.saving = null;
    delete card.dataset.saving;
    if (!detail.ok) return this.putBack(card, home);
    // The columns were drawn anew: the same card is another element now.
    requestAnimationFrame(() => {
      const fresh = this.querySelector(`.card[data-card="${id}"]`);
      if (focused && fresh) focusOn(fresh);
    });
  }

  putBack(card, { column, next }) {
    if (column.isConnected) put(card, column, next?.isConnected ? next : undefined);
    this.say(words.returned, card);
  }

  say(sentence, card) {
    const column = card.closest("[data-column]");
    const cards = cardsOf(column);
    const title = card.querySelector(".card-title")?.textContent.trim() ?? "";
    document.getElementById("urgent-announcements").textContent = sentence
      .replace("{card}", title)
      .replace("{column}", column.getAttribute("aria-label") ?? "")
      .replace("{place}", cards.indexOf(card) + 1)
      .replace("{of}", cards.length);
  }
}

const cardsOf = (column) => [...(column?.querySelectorAll(".card[data-card]:not([data-ghost])") ?? [])];
const focusOn = (card) => (card.querySelector(".card-title") ?? card).focus();

function homeOf(card) {
  const column = card.closest("[data-column]");
  const cards = cardsOf(column);
  return { column, next: cards[cards.indexOf(card) + 1] };
}

function put(card, column, next) {
  const list = column.querySelector(".column-cards");
  if (next && next !== card) next.before(card);
  else if (!next) {
    const last = cardsOf(column).filter((other) => other !== card).at(-1);
    if (last) last.after(card);
    else list.prepend(card);
  }
}

customElements.define("crm-board", Board);
