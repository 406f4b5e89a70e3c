/** <crm-table>: tick rows by range, all at once, or all that match; Escape clears. */

const words = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
const number = new Intl.NumberFormat(document.documentElement.lang);

class Table extends HTMLElement {
  connectedCallback() {
    for (const type of ["click", "change", "keydown"]) this.addEventListener(type, this);
    this.observer = new MutationObserver(() => this.count());
    this.observer.observe(this, { childList: true, subtree: true });
    this.count();
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  get ticks() {
    return [...this.querySelectorAll("input[name=ids]")];
  }

  get everything() {
    return this.querySelector("input[data-matching]");
  }

  get matchesAll() {
    return Boolean(this.everything && !this.everything.disabled);
  }

  handleEvent(event) {
    this[`on${event.type}`](event);
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
    if (isHead || !this.ticks.some((tick) => tick.checked)) this.matchTicked();
    this.leaveOut();
    this.count(true);
  }

  onkeydown(event) {
    if (event.key !== "Escape" || !this.ticks.some((tick) => tick.checked)) return;
    if (this.querySelector(".menu:popover-open")) return; // it closes by itself
    event.preventDefault(); // an open drawer stays open: one Escape, one thing
    this.clear();
  }

  clear() {
    const within = this.querySelector(".bulk-bar")?.contains(document.activeElement);
    for (const tick of this.ticks) tick.checked = false;
    this.matchTicked();
    this.count(true);
    if (within) (this.querySelector("[data-all]") ?? this.ticks[0])?.focus();
  }

  /** The filter speaks for every row that matches it, on this page or not. */
  matchAll() {
    for (const tick of this.ticks) tick.checked = true;
    this.everything.disabled = false;
    this.count(true);
  }

  matchTicked() {
    if (this.everything) this.everything.disabled = true;
    this.leaveOut();
  }

  /** Rows un-ticked after "all that match" stay out: the form names them. */
  leaveOut() {
    for (const field of this.querySelectorAll("input[name=except]")) field.remove();
    if (!this.matchesAll) return;
    for (const tick of this.ticks.filter((each) => !each.checked)) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "except", value: tick.value });
      field.setAttribute("form", tick.getAttribute("form"));
      this.everything.after(field);
    }
  }

  count(aloud = false) {
    const ticks = this.ticks;
    const ticked = ticks.filter((tick) => tick.checked).length;
    const head = this.querySelector("[data-all]");
    if (head) {
      head.checked = ticked > 0 && ticked === ticks.length;
      head.indeterminate = ticked > 0 && ticked < ticks.length;
    }
    const offer = this.querySelector("[data-all-matching]");
    const unseen = this.matchesAll ? Number(offer.dataset.allMatching) - ticks.length : 0;
    const shown = this.querySelector("[data-count]");
    const text = this.sentence(ticked + unseen);
    if (shown && shown.textContent !== text) shown.textContent = text;
    if (offer) offer.hidden = this.matchesAll || ticked < ticks.length;
    if (aloud) document.getElementById("announcements").textContent = text;
  }

  sentence(amount) {
    const plural = new Intl.PluralRules(document.documentElement.lang).select(amount);
    const words_ = amount === 0 ? words.none : plural === "one" ? words.selectedOne : words.selectedOther;
    return words_.replace("{count}", number.format(amount));
  }
}

customElements.define("crm-table", Table);
