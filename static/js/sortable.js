/** <crm-sortable>: its rows are put in order by mouse, finger or keyboard; the server keeps the order. */

const words = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
const EDGE = 64; // pixels from the edge of the window where it begins to scroll

class Sortable extends HTMLElement {
  connectedCallback() {
    for (const type of ["pointerdown", "keydown", "click", "focusout", "crm:answered"]) this.addEventListener(type, this);
    this.form = this.querySelector("form[data-sorting]");
  }

  handleEvent(event) {
    this[`on${event.type.replace("crm:", "")}`](event);
  }

  get rows() {
    return [...this.querySelectorAll("[data-item]")];
  }

  // --- Pointer ---------------------------------------------------------------------------------

  onpointerdown(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button || this.dragged || this.saving) return;
    event.preventDefault(); // no text is selected, and the page does not scroll
    grip.focus({ preventScroll: true });
    const stop = new AbortController();
    const { signal } = stop;
    this.lift(grip.closest("[data-item]"));
    this.stop = stop;
    this.at = event.clientY;
    window.addEventListener("pointermove", (moved) => this.follow(moved.clientY), { signal });
    window.addEventListener("pointerup", () => this.release(true), { signal });
    window.addEventListener("pointercancel", () => this.release(false), { signal });
    // A row that moves loses the focus, and the keys are heard elsewhere.
    window.addEventListener("keydown", (key) => key.key === "Escape" && this.release(false), { signal });
    this.scrolling = requestAnimationFrame(() => this.scroll());
  }

  follow(y) {
    this.at = y;
    const others = this.rows.filter((row) => row !== this.dragged);
    const next = others.find((row) => {
      const box = row.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    if (next) {
      if (this.dragged.nextElementSibling !== next) next.before(this.dragged);
    } else if (others.at(-1)?.nextElementSibling !== this.dragged) others.at(-1)?.after(this.dragged);
  }

  scroll() {
    if (!this.stop) return;
    const pull = this.at < EDGE ? -10 : this.at > innerHeight - EDGE ? 10 : 0;
    if (pull) {
      scrollBy(0, pull);
      this.follow(this.at);
    }
    this.scrolling = requestAnimationFrame(() => this.scroll());
  }

  // --- Keyboard, and the buttons for one step --------------------------------------------------

  onkeydown(event) {
    const grip = event.target.closest("[data-grip]");
    if (event.key === "Escape" && this.dragged) this.release(false);
    else if (!grip) return;
    else if (event.key === " " || (event.key === "Enter" && this.dragged)) {
      if (this.dragged) this.release(true);
      else if (!this.saving) this.lift(grip.closest("[data-item]"));
    } else if (this.dragged && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      this.step(this.dragged, event.key === "ArrowDown" ? 1 : -1);
      grip.focus();
      this.say(words.overRow, this.dragged);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A row that was lifted by Space is put back when one goes elsewhere. */
  onfocusout(event) {
    if (this.dragged && !this.stop && event.target.closest("[data-grip]") && event.relatedTarget) this.release(false);
  }

  /** The arrows of a row send a form where no script runs; here what was typed elsewhere stays. */
  onclick(event) {
    const button = event.target.closest("[data-item] button[name=direction]");
    if (!button) return;
    event.preventDefault();
    if (this.saving) return;
    const row = button.closest("[data-item]");
    this.home = this.homeOf(row);
    this.step(row, button.value === "down" ? 1 : -1);
    this.drop(row);
    const twin = button.disabled ? row.querySelector("button[name=direction]:not(:disabled)") : button;
    twin?.focus();
  }

  step(row, by) {
    const { rows } = this;
    const other = rows[rows.indexOf(row) + by];
    if (by < 0) other?.before(row);
    else other?.after(row);
  }

  // --- Both ------------------------------------------------------------------------------------

  lift(row) {
    this.home = this.homeOf(row);
    this.dragged = row;
    row.dataset.dragged = "";
    row.querySelector("[data-grip]").setAttribute("aria-pressed", "true");
    this.say(words.liftedRow, row);
  }

  release(keep) {
    const row = this.dragged;
    this.stop?.abort();
    this.stop = null;
    cancelAnimationFrame(this.scrolling);
    this.dragged = null;
    delete row.dataset.dragged;
    const grip = row.querySelector("[data-grip]");
    grip.setAttribute("aria-pressed", "false");
    if (keep) this.drop(row);
    else this.putBack(row, this.home);
    grip.focus({ preventScroll: true });
  }

  drop(row) {
    const now = this.homeOf(row);
    this.ends();
    if (now === this.home) return;
    this.saving = { row, home: this.home };
    row.dataset.saving = "";
    this.form.elements.before.value = now?.dataset.item ?? "";
    this.say(words.droppedRow, row);
    // What went wrong is said elsewhere; onanswered puts the row back.
    htmx.ajax("POST", row.dataset.move, { source: this.form, swap: "none" }).catch(() => {});
  }

  onanswered({ target, detail }) {
    if (target !== this.form || !this.saving) return;
    const { row, home } = this.saving;
    this.saving = null;
    delete row.dataset.saving;
    if (!detail.ok) this.putBack(row, home);
  }

  homeOf(row) {
    const { rows } = this;
    return rows[rows.indexOf(row) + 1];
  }

  putBack(row, next) {
    const last = this.rows.filter((other) => other !== row).at(-1);
    if (next?.isConnected) next.before(row);
    else last?.after(row);
    this.ends();
    this.say(words.returnedRow, row);
  }

  /** The first row goes no further up, the last one no further down. */
  ends() {
    const { rows } = this;
    for (const [place, row] of rows.entries()) {
      const ways = { up: place === 0, down: place === rows.length - 1 };
      for (const [way, isEnd] of Object.entries(ways)) {
        const button = row.querySelector(`button[name=direction][value=${way}]`);
        if (button) button.disabled = isEnd;
      }
    }
  }

  say(sentence, row) {
    const { rows } = this;
    document.getElementById("urgent-announcements").textContent = sentence
      .replace("{row}", row.querySelector("[data-grip]").dataset.name)
      .replace("{place}", rows.indexOf(row) + 1)
      .replace("{of}", rows.length);
  }
}

customElements.define("crm-sortable", Sortable);
