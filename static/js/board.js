/** <crm-board>: move a card by mouse, finger or keyboard, to a column or to a zone below; the server has the last word. */

const words = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
const SLACK = 6; // pixels a mouse may tremble before it drags
const LONG_PRESS = 300; // milliseconds a finger rests before it drags; a swipe scrolls
const INTENT = 24; // pixels a card is carried before zones and edges, which may lie right under the hand, obey
const EDGE = 56; // pixels from an edge in which it scrolls
const SPEED = 900; // pixels a second, at the very edge
const DIALOG = "dialog"; // the place in which an act asks

// What was done and is not saved yet, in its order: the first one is on its way to the server. It outlives the board,
// which another answer may draw anew meanwhile.
const waiting = [];
let asking; // the act whose dialog is open
const sender = document.getElementById("main"); // nothing else asks in its name, and it stays

const theBoard = () => document.querySelector("crm-board");
const cardsOf = (column) => [...(column?.querySelectorAll(".card[data-card]:not([data-leaving])") ?? [])];
const focusOn = (card) => (card.querySelector(".card-title") ?? card).focus();
const atHome = () => [null, document.body, sender].includes(document.activeElement);

class Board extends HTMLElement {
  connectedCallback() {
    for (const type of ["pointerdown", "keydown", "click", "dragstart", "focusin", "focusout", "crm:send"]) {
      this.addEventListener(type, this, { capture: type === "click" });
    }
    this.observer = new MutationObserver(() => this.adopt());
    this.observer.observe(this, { childList: true });
    this.adopt();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    this.end();
  }

  handleEvent(event) {
    this[`on${event.type.replace("crm:", "")}`](event);
  }

  get isOrdered() {
    return !this.hasAttribute("data-unordered"); // else the order says where in its column a card stands
  }

  get columns() {
    return [...this.querySelectorAll("[data-column]")];
  }

  get zones() {
    return [...this.querySelectorAll("[data-zone]")];
  }

  column(key) {
    return this.columns.find((column) => column.dataset.column === key);
  }

  card(id) {
    return this.querySelector(`.card[data-card="${id}"]`);
  }

  ondragstart(event) {
    event.preventDefault(); // a link or picture would be dragged instead of the card
  }

  onclick(event) {
    if (!this.dropped) return;
    event.preventDefault();
    event.stopPropagation(); // the click that ends a drag opens nothing
  }

  // --- A card in the air: `held` says which, where it came from, and over what it is -------------

  hold(card, how) {
    const home = placeOf(card);
    this.held = { card, id: card.dataset.card, home, place: home, from: home.column, ...how };
    this.dataset.moving = "";
  }

  over(place) {
    for (const other of this.querySelectorAll("[data-over]")) if (other !== place) delete other.dataset.over;
    if (place) place.dataset.over = "";
    this.held.over = place;
  }

  /** The card is no longer in the air: who it was, and where it is left to the caller. */
  end() {
    const { held, press } = this;
    clearTimeout(press?.timer);
    press?.stop.abort();
    this.press = this.held = null;
    delete this.dataset.moving;
    if (!held) return null;
    cancelAnimationFrame(held.frame);
    held.ghost?.remove();
    delete held.card.dataset.dragged;
    delete held.card.dataset.lifted;
    for (const place of this.querySelectorAll("[data-over]")) delete place.dataset.over;
    return held;
  }

  cancel() {
    const held = this.end();
    if (held) this.putBack(held.card, held.home);
  }

  putBack(card, home) {
    this.put(card, home);
    this.say(words.returned, card);
  }

  /** Into a column: before or behind the neighbours that are still there, else on top. */
  put(card, { column: key, before, after }) {
    const column = this.column(key);
    if (!column) return;
    const among = (id) => id && id !== card.dataset.card && column.querySelector(`.card[data-card="${id}"]`);
    const list = column.querySelector(".column-cards");
    const next = among(before) || (among(after) ? among(after).nextElementSibling : list.firstElementChild);
    if (next === card || (next && next === card.nextElementSibling)) return;
    const isByKeys = this.held && !this.press;
    const focused = !isByKeys && card.contains(document.activeElement) ? document.activeElement : null;
    focused?.blur(); // the browser would scroll along with it
    // What is moved in one go keeps its focus, and the finger that holds it.
    if (list.moveBefore && card.isConnected) list.moveBefore(card, next);
    else list.insertBefore(card, next);
    focused?.focus({ preventScroll: true });
  }

  // --- Pointer -----------------------------------------------------------------------------------

  onpointerdown(event) {
    const card = event.target.closest(".card[data-move]");
    if (!card || event.button || event.target.closest("button, .card-menu, input") || this.held || this.press) return;
    const { pointerId, clientX: x, clientY: y } = event;
    const touch = event.pointerType !== "mouse";
    const stop = new AbortController();
    const { signal } = stop;
    this.press = { card, pointerId, x, y, touch, stop };
    if (touch) this.press.timer = setTimeout(() => this.grab(), LONG_PRESS);
    window.addEventListener("pointermove", (moved) => this.move(moved), { signal });
    window.addEventListener("pointerup", (up) => up.pointerId === pointerId && this.release(), { signal });
    window.addEventListener("pointercancel", (gone) => gone.pointerId === pointerId && this.cancel(), { signal });
    window.addEventListener("blur", () => this.cancel(), { signal });
    window.addEventListener("contextmenu", (menu) => touch && menu.preventDefault(), { signal });
    window.addEventListener("keydown", (key) => this.escape(key), { signal, capture: true });
    // Once the card is in the air a finger must not scroll the board under it.
    card.addEventListener("touchmove", (moved) => this.held && moved.preventDefault(), { signal, passive: false });
  }

  escape(event) {
    if (event.key !== "Escape" || !this.held) return;
    event.preventDefault();
    event.stopPropagation(); // it closes nothing else
    this.cancel();
  }

  move(event) {
    const { press } = this;
    if (event.pointerId !== press.pointerId) return;
    if (!press.touch && !event.buttons) return this.cancel(); // let go where nobody saw it
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y);
    if (!this.held && far <= SLACK) return;
    if (!this.held && press.touch) return this.end();
    if (!this.held) this.grab();
    this.held.at = { x: event.clientX, y: event.clientY };
    this.held.isMeant ||= far > INTENT;
    this.float();
    this.preview();
  }

  grab() {
    const { card, x, y } = this.press;
    const box = card.getBoundingClientRect();
    const ghost = card.cloneNode(true);
    ghost.removeAttribute("data-card");
    ghost.setAttribute("aria-hidden", "true");
    ghost.inert = true;
    ghost.dataset.ghost = "";
    ghost.style.inlineSize = `${box.width}px`;
    this.hold(card, { ghost, grip: { x: x - box.left, y: y - box.top }, at: { x, y } });
    document.getSelection().removeAllRanges();
    document.body.append(ghost);
    card.dataset.dragged = "";
    this.float();
    this.held.frame = requestAnimationFrame((now) => this.scroll(now, now));
  }

  float() {
    const { ghost, at, grip } = this.held;
    ghost.style.translate = `${at.x - grip.x}px ${at.y - grip.y}px`;
  }

  /** Show where the card would go if it were let go of now. */
  preview() {
    const { at, card, home, isMeant } = this.held;
    const under = document.elementFromPoint(at.x, at.y);
    const zone = under?.closest("[data-zone]");
    const column = under?.closest("[data-column]");
    if (zone && this.contains(zone)) {
      this.put(card, home);
      return this.over(isMeant ? zone : null);
    }
    this.over(this.contains(column) ? column : null);
    if (!this.held.over || !this.isOrdered) return;
    const others = cardsOf(column).filter((other) => other !== card);
    const next = others.find((other) => at.y < middleOf(other));
    this.put(card, { column: column.dataset.column, before: next?.dataset.card, after: others.at(-1)?.dataset.card });
  }

  scroll(before, now) {
    if (!this.held) return;
    const box = this.getBoundingClientRect();
    const zones = this.querySelector("[data-zones]")?.getBoundingClientRect().top ?? innerHeight;
    const { at, isMeant } = this.held;
    if (isMeant && at.y < zones) {
      const step = (SPEED * (now - before)) / 1000;
      const x = step * pull(at.x, Math.max(box.left, 0), Math.min(box.right, innerWidth));
      const y = step * pull(at.y, Math.max(box.top, 0), Math.min(box.bottom, innerHeight, zones));
      const tall = this.scrollHeight > this.clientHeight + 1 ? this : document.scrollingElement;
      if (x) this.scrollBy(x, 0);
      if (y) tall.scrollBy(0, y);
      if (x || y) this.preview();
    }
    this.held.frame = requestAnimationFrame((next) => this.scroll(now, next));
  }

  release() {
    const held = this.end();
    if (!held) return;
    this.dropped = true;
    setTimeout(() => (this.dropped = false)); // only the click of this very release
    this.drop(held);
  }

  // --- Keyboard ----------------------------------------------------------------------------------

  onkeydown(event) {
    const card = event.target.closest(".card[data-move]");
    const field = event.target.closest("button, input, select, textarea, [role=menu]");
    if (!card || field || this.press || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === " " && event.repeat) return event.preventDefault();
    const isZoned = this.held?.over?.matches("[data-zone]");
    if (key === " " && !this.held) this.lift(card);
    else if (key === " " || (key === "Enter" && this.held)) this.settle();
    else if (key === "Escape" && this.held) this.unlift();
    else if (key === "End" && this.held) this.toZone(0);
    else if (isZoned && (key === "Home" || key === "ArrowUp")) this.toColumns();
    else if (isZoned && key.startsWith("Arrow")) this.toZone(this.zones.indexOf(this.held.over) + (key === "ArrowLeft" ? -1 : 1));
    else if (key.startsWith("Arrow")) this.held ? this.shift(key) : this.walk(card, key);
    else return;
    event.preventDefault();
  }

  lift(card) {
    this.hold(card, {});
    card.dataset.lifted = "";
    this.say(this.zones.length ? words.liftedZones : words.lifted, card);
  }

  shift(key) {
    const { card } = this.held;
    const column = columnOf(card);
    const cards = cardsOf(column);
    const at = cards.indexOf(card);
    const id = (place) => cards[place]?.dataset.card;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const other = this.beside(column, key);
      const there = cardsOf(other);
      const next = this.isOrdered ? there[at] : there[0];
      if (other) this.put(card, { column: other.dataset.column, before: next?.dataset.card, after: there.at(-1)?.dataset.card });
    } else if (this.isOrdered) {
      const before = key === "ArrowUp" ? id(at - 1) : id(at + 2);
      const isThere = key === "ArrowUp" ? at > 0 : at < cards.length - 1;
      if (isThere) this.put(card, { column: column.dataset.column, before, after: cards.at(-1).dataset.card });
    }
    this.held.place = placeOf(card);
    focusOn(card);
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.toColumns();
  }

  toZone(at) {
    const { zones } = this;
    if (!zones.length) return;
    const place = Math.max(0, Math.min(at, zones.length - 1));
    this.over(zones[place]);
    this.say(words.overZone, this.held.card, { zone: nameOf(zones[place]), place: place + 1, of: zones.length });
  }

  toColumns() {
    this.over(columnOf(this.held.card));
    this.say(this.isOrdered ? words.over : words.overColumn, this.held.card);
  }

  settle() {
    const held = this.end();
    focusOn(held.card);
    this.drop(held);
  }

  unlift() {
    const { card } = this.held;
    this.cancel();
    focusOn(card);
  }

  walk(card, key) {
    const column = columnOf(card);
    const cards = cardsOf(column);
    const at = cards.indexOf(card);
    const across = key === "ArrowLeft" || key === "ArrowRight";
    const there = across ? cardsOf(this.beside(column, key)) : cards;
    const next = across ? there[Math.min(at, there.length - 1)] : there[at + (key === "ArrowDown" ? 1 : -1)];
    if (next) focusOn(next);
  }

  beside(column, key) {
    const { columns } = this;
    return columns[columns.indexOf(column) + (key === "ArrowRight" ? 1 : -1)];
  }

  // --- What becomes of it ------------------------------------------------------------------------

  /** From the menu: to the top of a column, or to a zone. */
  onsend({ target: card, detail }) {
    if (this.held || this.press) return;
    const home = placeOf(card);
    const held = { card, id: card.dataset.card, home, from: home.column };
    const zone = this.zones.find((each) => each.dataset.zone === detail.zone);
    if (zone) return this.leave(held, zone);
    this.put(card, { column: detail.column });
    this.save(held, { column: detail.column, before: "", after: "" });
  }

  drop(held) {
    const { card, home, over } = held;
    if (over?.matches("[data-zone]")) return this.leave(held, over);
    if (!this.isOrdered && over) this.put(card, { column: over.dataset.column });
    const now = placeOf(card);
    const stays = now.column === home.column && (!this.isOrdered || (now.before === home.before && now.after === home.after));
    if (stays) return this.putBack(card, home);
    this.say(words.dropped, card);
    this.save(held, this.isOrdered ? now : { column: now.column, before: "", after: "" });
  }

  /** The card stands where it was dropped already; its form tells the server, which draws both columns anew. */
  save({ card, id, home, from }, place) {
    const { column: to, after, before } = place;
    this.queue({ id, home, place, isMove: true, url: card.dataset.move, form: "form[data-move]", values: { to, from, after, before, id } });
  }

  /** Out of the board: at once, or by a dialog that asks for more. */
  leave({ card, id, home }, zone) {
    this.put(card, home);
    this.say(words.droppedZone, card, { zone: nameOf(zone) });
    const { ask, send } = zone.dataset;
    const url = (ask ?? send).replace("/0/", `/${id}/`);
    if (ask) this.queue({ id, home, place: home, url, isAsking: true });
    else this.queue({ id, home, leaves: true, url, form: "form[data-leave]", values: { id, token: once() } });
  }

  queue({ form, values, ...act }) {
    const data = form && filled(this.querySelector(form), { ...values, shown: this.shown });
    waiting.push({ ...act, data });
    this.adopt();
    if (waiting.length === 1) send();
  }

  /** Columns were drawn anew: what is not saved, what is in the air and what had the focus are other elements now. */
  adopt() {
    for (const act of [...waiting, asking]) {
      if (!act || act.isDone) continue;
      const card = this.only(act);
      if (!card || card === act.card) continue;
      act.card = card;
      card.dataset.saving = "";
      card.toggleAttribute("data-leaving", Boolean(act.leaves));
      if (act.place) this.put(card, act.place);
    }
    if (this.held && this.only(this.held) !== this.held.card) this.holdAgain();
    this.focusAgain();
  }

  /** The card of an act; a column it left may show it once more, until the act is saved. */
  only({ id, card }) {
    if (!this.contains(card)) return this.card(id); // a whole board may have been drawn anew
    for (const other of this.querySelectorAll(`.card[data-card="${id}"]`)) {
      if (other === card) continue;
      if (other.dataset.move) card.dataset.move = other.dataset.move; // it may say what one sees of it by now
      other.remove();
    }
    return card;
  }

  holdAgain() {
    const { held } = this;
    const card = this.card(held.id);
    if (!card) return this.end();
    Object.assign(held, { card, home: placeOf(card) });
    card.dataset[held.ghost ? "dragged" : "lifted"] = "";
    if (held.ghost) return this.preview();
    this.put(card, held.place);
    if (!held.over?.isConnected) this.over(columnOf(card));
  }

  /** How many cards the columns show that show more than at first. */
  get shown() {
    return this.columns.map((column) => `${column.dataset.column}:${cardsOf(column).length}`).join(" ");
  }

  say(sentence, card, { zone, place, of } = {}) {
    const column = columnOf(card);
    const cards = cardsOf(column);
    document.getElementById("urgent-announcements").textContent = sentence
      .replace("{card}", card.querySelector(".card-title")?.textContent.trim() ?? "")
      .replace("{column}", column.getAttribute("aria-label") ?? "")
      .replace("{zone}", zone)
      .replace("{place}", place ?? cards.indexOf(card) + 1)
      .replace("{of}", of ?? cards.length);
  }

  // --- Focus: it stays on the card, or goes to the one that takes its place -----------------------

  onfocusin({ target }) {
    const card = target.closest(".card[data-card]");
    if (!card) return void (this.focused = null);
    const column = columnOf(card);
    const at = cardsOf(column).indexOf(card);
    const part = target.closest(".card-menu") ? ".card-menu" : ".card-title";
    this.focused = { card, part, at, id: card.dataset.card, column: column.dataset.column };
  }

  onfocusout() {
    const { focused } = this;
    setTimeout(() => {
      if (!focused?.card.isConnected || focused.card.contains(document.activeElement)) return;
      if (this.focused === focused && !isLeaving(focused.card)) this.focused = null;
      if (this.held?.card === focused.card && !this.press) this.cancel(); // one went elsewhere with a lifted card
    });
  }

  focusAgain() {
    const { focused } = this;
    if (!focused || (focused.card.isConnected && !isLeaving(focused.card))) return;
    if (!atHome() && !focused.card.contains(document.activeElement)) return;
    const same = this.card(focused.id);
    const cards = cardsOf(this.column(focused.column));
    const card = same && !isLeaving(same) ? same : cards[Math.min(focused.at, cards.length - 1)];
    (card?.querySelector(focused.part) ?? card ?? this).focus({ preventScroll: true });
  }
}

// --- The server: one act after the other -----------------------------------------------------------

function send() {
  const [act] = waiting;
  if (!act || act.isSent) return;
  act.isSent = true;
  act.seenAt = location.href;
  const how = act.isAsking ? { target: `#${DIALOG}`, swap: "innerHTML" } : { values: act.data, swap: "none" };
  // What went wrong is said elsewhere; answered() puts the card back.
  htmx.ajax(act.data ? "POST" : "GET", urlOf(act), { source: sender, ...how }).catch(() => {});
}

/** A card that was drawn anew since may say something else in its address: what one sees of it by now. */
function urlOf({ isMove, card, url }) {
  return (isMove && card?.dataset.move) || url;
}

function answered(act, { ok, status, isAsked, isLeaving: isGone }) {
  const board = theBoard();
  const { card } = act;
  const isDrawnAnew = !card?.isConnected;
  if (isGone || act.isRefresh || !board) return;
  if (ok && waiting.some(({ id }) => id === act.id)) return; // it was moved on meanwhile
  if (ok && (act.isAsking || isAsked)) return void (asking = act);
  if (!ok) {
    forget(act.id); // what was done to it later began where it never got
    if (!isDrawnAnew) giveBack(board, act);
  }
  if (act.seenAt !== location.href) refresh(board); // drawn for other filters
  else if (!isDrawnAnew && (ok || (status >= 400 && status < 500))) refresh(board, act);
  if (isDrawnAnew || !act.leaves) delete card?.dataset.saving;
}

/** The card shows itself again, where it was. */
function giveBack(board, { card, home }) {
  delete card.dataset.saving;
  delete card.dataset.leaving;
  board.putBack(card, home);
}

function forget(id) {
  for (let at = waiting.length - 1; at >= 0; at -= 1) if (waiting[at].id === id && !waiting[at].isSent) waiting.splice(at, 1);
}

/** What happened elsewhere, or is not what the board shows: ask for the columns as they are. */
function refresh(board, act) {
  const url = board.querySelector("[data-redraw]")?.dataset.redraw;
  if (!url) return;
  const asked = new URLSearchParams({ shown: board.shown });
  const keys = act ? [act.home.column, act.place?.column ?? act.home.column] : board.columns.map((each) => each.dataset.column);
  for (const key of new Set(keys)) asked.append("column", key);
  waiting.push({ url: `${url}?${asked}`, isRefresh: true });
}

document.addEventListener("crm:answered", ({ target, detail }) => {
  if (target !== sender || !waiting[0]?.isSent) return;
  answered(waiting.shift(), detail);
  setTimeout(send);
});

document.addEventListener("crm:written", ({ detail }) => {
  if (asking && detail.target === DIALOG && !detail.isElsewhere) asking.isDone = true;
});

// The dialog was answered, or closed: then the card goes back.
document.addEventListener(
  "close",
  ({ target }) => {
    if (!asking || target.id !== DIALOG) return;
    const act = asking;
    const board = theBoard();
    asking = null;
    if (!board) return;
    if (!act.isDone && act.card.isConnected) giveBack(board, act);
    const { id, home } = act;
    const card = board.card(id) ?? board.card(home.before) ?? board.card(home.after);
    setTimeout(() => card?.isConnected && atHome() && focusOn(card)); // the dialog gives the focus back before
  },
  true,
);

addEventListener("beforeunload", (event) => {
  if (waiting.some((act) => act.data && !act.isSent)) event.preventDefault();
});

// --- Small questions -------------------------------------------------------------------------------

const columnOf = (card) => card.closest("[data-column]");
const isLeaving = (card) => card.matches("[data-leaving]");
const nameOf = (zone) => zone.textContent.trim();
const once = () => crypto.randomUUID?.(); // tells a repetition from a new act; browsers know it on secure connections alone

function placeOf(card) {
  const column = columnOf(card);
  const cards = cardsOf(column);
  const at = cards.indexOf(card);
  const id = (place) => cards[place]?.dataset.card ?? "";
  return { column: column.dataset.column, after: id(at - 1), before: id(at + 1) };
}

function middleOf(card) {
  const box = card.getBoundingClientRect();
  return box.top + box.height / 2;
}

/** From -1 at the lower edge to 1 at the upper one; nothing in between. */
function pull(at, low, high) {
  const depth = at < low + EDGE ? at - low - EDGE : at > high - EDGE ? at - high + EDGE : 0;
  return Math.max(-1, Math.min(1, depth / EDGE));
}

/** What ``form`` sends, with ``values`` in the fields that ask for them. */
function filled(form, values) {
  const data = new FormData(form);
  for (const field of form.querySelectorAll("[data-fill]")) data.set(field.name, values[field.dataset.fill] ?? "");
  return data;
}

customElements.define("crm-board", Board);
