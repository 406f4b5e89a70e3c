/** <crm-table>: tick rows by range, all at once, or all that match, on any page of a list; Escape clears. What is wider than its room scrolls in it. */

const words = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
const number = new Intl.NumberFormat(document.documentElement.lang);

/** What is ticked, on whichever page of the list: its ids alone, or all that match but some. */
class Selection {
  constructor(place) {
    this.place = place;
    const kept = JSON.parse(sessionStorage.getItem(place) ?? "{}");
    this.all = Boolean(kept.all);
    this.ids = new Set(kept.ids);
    this.except = new Set(kept.except);
  }

  has(id) {
    return this.all ? !this.except.has(id) : this.ids.has(id);
  }

  put(id, isTicked) {
    const set = this.all ? this.except : this.ids;
    set[isTicked === this.all ? "delete" : "add"](id);
  }

  clear() {
    this.all = false;
    this.ids.clear();
    this.except.clear();
  }

  keep() {
    if (!this.all && !this.ids.size) return sessionStorage.removeItem(this.place);
    sessionStorage.setItem(this.place, JSON.stringify({ all: this.all, ids: [...this.ids], except: [...this.except] }));
  }
}

class Table extends HTMLElement {
  connectedCallback() {
    for (const type of ["click", "change", "keydown"]) this.addEventListener(type, this);
    for (const type of ["crm:written", "submit"]) document.addEventListener(type, this);
    this.form = this.querySelector("#bulk");
    if (this.form) this.recall();
    this.observer = new MutationObserver(() => this.count());
    this.observer.observe(this, { childList: true, subtree: true });
    this.count();
    this.room = new ResizeObserver(() => this.fit());
    for (const box of this.querySelectorAll(".table-scroll, .table-scroll > .table")) this.room.observe(box);
  }

  disconnectedCallback() {
    for (const type of ["crm:written", "submit"]) document.removeEventListener(type, this);
    this.observer.disconnect();
    this.room.disconnect();
  }

  fit() {
    const scroll = this.querySelector(".table-scroll");
    scroll?.toggleAttribute("data-scrolls", scroll.firstElementChild.offsetWidth > scroll.clientWidth);
  }

  get ticks() {
    return [...this.querySelectorAll("input[name=ids][type=checkbox]")];
  }

  get everything() {
    return this.querySelector("input[data-matching]");
  }

  get matchesAll() {
    return Boolean(this.everything && !this.everything.disabled);
  }

  handleEvent(event) {
    if (event.type === "crm:written") this.onwritten(event.detail);
    else this[`on${event.type}`](event);
  }

  /** Ticks outlive a page, an order and the panel: the form names the view and the filters, which is what they belong to. */
  recall() {
    for (const field of this.form.querySelectorAll("[data-elsewhere], [name=except]")) field.remove();
    const own = [...this.form.querySelectorAll("input:not([name=csrfmiddlewaretoken], [name=next], [name=count])")];
    const address = new URLSearchParams(own.map((field) => [field.name, field.value]));
    this.selection = new Selection(`ticked:${location.pathname}?${address}`);
    for (const tick of this.ticks) tick.checked = this.selection.has(tick.value);
    if (this.everything) this.everything.disabled = !this.selection.all;
    this.tell();
  }

  /** What an act was done to is no longer ticked. */
  onwritten({ target, sent, isElsewhere, isLeaving }) {
    if (this.form && ((target === "results" && !isElsewhere) || isLeaving)) this.forget(sent);
  }

  onsubmit({ target }) {
    const isAct = target.closest("#dialog") ? !target.matches("[hx-post], [data-closes]") : target.hasAttribute("data-forgets");
    if (this.form && isAct) this.forget(new FormData(target));
  }

  forget(sent) {
    if (sent.get("all")) this.selection.clear();
    for (const id of sent.getAll("ids")) this.selection.ids.delete(id);
    this.selection.keep();
  }

  onclick(event) {
    const { target } = event;
    if (target.matches("input[name=ids]")) {
      if (event.shiftKey) this.range(target);
      this.last = target;
    }
    if (target.closest("[data-clear]")) this.clear();
    if (target.closest("[data-all-matching]")) this.matchAll();
  }

  range(target) {
    const ticks = this.ticks;
    const ends = [ticks.indexOf(this.last), ticks.indexOf(target)].sort((a, b) => a - b);
    if (ends[0] < 0) return;
    for (const tick of ticks.slice(ends[0], ends[1] + 1)) tick.checked = target.checked;
  }

  onchange({ target }) {
    const isHead = target.matches("[data-all]");
    if (isHead) for (const tick of this.ticks) tick.checked = target.checked;
    else if (!target.matches("input[name=ids]")) return;
    if (isHead && !target.checked && this.selection.all) return this.clear();
    this.note();
    this.count(true);
  }

  onkeydown(event) {
    if (event.key !== "Escape" || !this.selected) return;
    if (this.querySelector(".menu:popover-open")) return; // it closes by itself
    event.preventDefault(); // an open drawer stays open: one Escape, one thing
    this.clear();
  }

  clear() {
    const within = this.querySelector(".bulk-bar")?.contains(document.activeElement);
    this.selection.clear();
    this.show();
    if (within) (this.querySelector("[data-all]") ?? this.ticks[0])?.focus();
  }

  /** The filter speaks for every row that matches it, on this page or not. */
  matchAll() {
    this.selection.clear();
    this.selection.all = true;
    this.show();
  }

  /** Let the page say what the selection says. */
  show() {
    for (const tick of this.ticks) tick.checked = this.selection.has(tick.value);
    if (this.everything) this.everything.disabled = !this.selection.all;
    this.note();
    this.count(true);
  }

  /** Let the selection say what the page says, and the form what is ticked or left out elsewhere. */
  note() {
    for (const tick of this.ticks) this.selection.put(tick.value, tick.checked);
    this.selection.keep();
    this.tell();
  }

  tell() {
    for (const field of this.form.querySelectorAll("[data-elsewhere], [name=except]")) field.remove();
    const { all, ids, except } = this.selection;
    const here = new Set(this.ticks.map((tick) => tick.value));
    const elsewhere = [...ids].filter((id) => !here.has(id));
    this.elsewhere = all ? 0 : elsewhere.length;
    for (const value of all ? except : elsewhere) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: all ? "except" : "ids", value });
      if (!all) field.dataset.elsewhere = "";
      this.form.append(field);
    }
  }

  get selected() {
    if (!this.form) return 0;
    const { all, ids, except } = this.selection;
    return all ? Number(this.querySelector("[data-all-matching]")?.dataset.allMatching ?? this.ticks.length) - except.size : ids.size;
  }

  count(aloud = false) {
    if (!this.form) return;
    const ticks = this.ticks;
    const ticked = ticks.filter((tick) => tick.checked).length;
    const head = this.querySelector("[data-all]");
    if (head) {
      head.checked = ticked > 0 && ticked === ticks.length;
      head.indeterminate = ticked > 0 && ticked < ticks.length;
    }
    const offer = this.querySelector("[data-all-matching]");
    const shown = this.querySelector("[data-count]");
    const atLeast = this.matchesAll && offer?.hasAttribute("data-at-least") ? "+" : "";
    const parts = [this.sentence(this.selected, "selected", atLeast)];
    if (this.elsewhere) parts.push(this.sentence(this.elsewhere, "elsewhere"));
    const text = parts.join(", ");
    if (shown && shown.textContent !== text) shown.textContent = text;
    if (offer) offer.hidden = this.matchesAll || ticked < ticks.length;
    if (aloud) document.getElementById("announcements").textContent = text;
  }

  sentence(amount, name, atLeast = "") {
    const plural = new Intl.PluralRules(document.documentElement.lang).select(amount);
    const words_ = amount === 0 ? words.none : words[`${name}${plural === "one" ? "One" : "Other"}`];
    return words_.replace("{count}", number.format(amount) + atLeast);
  }
}

customElements.define("crm-table", Table);
