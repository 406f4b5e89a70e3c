/** <crm-move-menu>: the one menu of a board; a card's button opens it there, and so does the key m on the card. */

/** The card with the focus; without any, the one under the mouse. */
const cardAtHand = (board) => board.querySelector(".card[data-move]:focus-within") ?? board.querySelector(".card[data-move]:hover");

class MoveMenu extends HTMLElement {
  connectedCallback() {
    this.menu = this.querySelector("[popover]");
    this.heading = this.querySelector("[data-words]");
    this.board = this.closest("crm-board");
    this.board.addEventListener("click", this, { capture: true }); // before htmx, which would ask for a dialog
    this.menu.addEventListener("keydown", this);
    this.menu.addEventListener("toggle", this);
    document.addEventListener("crm:move", this);
  }

  disconnectedCallback() {
    document.removeEventListener("crm:move", this);
  }

  handleEvent(event) {
    this[`on${event.type.replace("crm:", "")}`](event);
  }

  onmove(event) {
    const card = cardAtHand(this.board);
    if (!card) return;
    event.preventDefault();
    this.open(card);
  }

  onclick(event) {
    const button = event.target.closest(".card-menu");
    const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // in a new tab
    if (button && !isElsewhere && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      this.open(button.closest(".card"));
    }
    const item = event.target.closest("[role=menuitem]");
    if (item && this.contains(item)) this.choose(item);
  }

  open(card) {
    const button = card.querySelector(".card-menu") ?? card;
    if (this.menu.matches(":popover-open")) this.menu.hidePopover();
    this.opener = button;
    this.id = card.dataset.card;
    this.heading.textContent = this.heading.dataset.words.replace("{card}", card.querySelector(".card-title").textContent.trim());
    const { column } = card.closest("[data-column]").dataset;
    for (const item of this.menu.querySelectorAll("[data-to]")) item.disabled = item.dataset.to === column;
    button.style.anchorName = "--moved-card";
    button.setAttribute("aria-expanded", "true");
    this.menu.showPopover();
    this.items[0]?.focus();
  }

  get items() {
    return [...this.menu.querySelectorAll("[role=menuitem]:enabled")];
  }

  ontoggle({ newState }) {
    if (newState === "open") return;
    this.opener.style.anchorName = "";
    this.opener.removeAttribute("aria-expanded");
  }

  onkeydown(event) {
    const { items } = this;
    const at = items.indexOf(document.activeElement);
    const last = items.length - 1;
    const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key] ?? this.named(event.key, items, at);
    if (event.key === "Tab") this.close();
    else if (!(to >= 0)) return;
    else items[to].focus();
    event.preventDefault();
  }

  /** The next item that begins with the letter. */
  named(key, items, at) {
    if (key.length !== 1 || key === " ") return -1;
    const begins = (item) => item.textContent.trim().toLowerCase().startsWith(key.toLowerCase());
    const next = items.findIndex((item, place) => place > at && begins(item));
    return next < 0 ? items.findIndex(begins) : next;
  }

  /** The focus goes to the card: what is chosen is about it. */
  close() {
    this.menu.hidePopover();
    const card = this.board.querySelector(`.card[data-card="${this.id}"]`);
    card?.querySelector(".card-title").focus();
    return card;
  }

  choose({ dataset: { to, toZone } }) {
    const detail = { column: to, zone: toZone };
    this.close()?.dispatchEvent(new CustomEvent("crm:send", { bubbles: true, detail }));
  }
}

customElements.define("crm-move-menu", MoveMenu);

// A board without a menu of its own, as the months are: the button of the card asks where to.
document.addEventListener("crm:move", (event) => {
  const board = document.querySelector("crm-board:not(:has(crm-move-menu))");
  const button = board && cardAtHand(board)?.querySelector(".card-menu");
  if (!button) return;
  event.preventDefault();
  button.click();
});
