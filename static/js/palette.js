/** <crm-palette>: search and commands over any page, by Ctrl K; arrow keys walk through what the server found. */

const words = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const wordsOf = (text) => plain(text).match(/[\p{L}\p{N}_]+/gu) ?? [];

class Palette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.form = this.querySelector("form");
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.said = this.querySelector("[role=status]");
    this.observer = new MutationObserver(() => this.arrange());
    this.observer.observe(this.list, { childList: true });
    this.list.addEventListener("crm:settled", () => this.settle());
    this.form.addEventListener("keydown", this);
    this.dialog.addEventListener("click", this);
    this.outside = (event) => (event.type === "keydown" ? this.onshortcut(event) : this.onlink(event));
    for (const type of ["keydown", "click"]) document.addEventListener(type, this.outside);
    if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
      for (const hint of document.querySelectorAll("[data-palette] kbd")) hint.textContent = "⌘ K";
    }
  }

  disconnectedCallback() {
    this.observer.disconnect();
    for (const type of ["keydown", "click"]) document.removeEventListener(type, this.outside);
  }

  onshortcut(event) {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (this.dialog.open) this.dialog.close();
    else this.open();
  }

  onlink(event) {
    if (!event.target.closest?.("a[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open();
  }

  open() {
    if (document.querySelector("dialog:modal:not(#drawer)")) return; // one question at a time
    this.input.value = "";
    this.list.replaceChildren();
    this.acts = [...document.querySelectorAll("[data-act]")].filter((act) => act.checkVisibility());
    this.dialog.showModal();
    this.input.focus();
    this.form.dispatchEvent(new CustomEvent("crm:wanted"));
  }

  handleEvent(event) {
    this[`on${event.type}`](event);
  }

  onclick({ target }) {
    const option = target.closest("[role=option]");
    if (option || target === this.dialog || target.closest("[data-close]")) this.dialog.close();
    this.acts[option?.dataset.place]?.click();
  }

  onkeydown(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") this.walk(1);
    else if (event.key === "ArrowUp") this.walk(-1);
    else if (event.key === "Enter" && event.target === this.input) this.enter();
    else return;
    event.preventDefault();
  }

  /** What is selected; if the answer to what was typed is still on its way, the first thing in it. */
  enter() {
    if (this.shownFor !== this.input.value.trim() || !this.isSettled) this.isEntered = true;
    else if (this.active) this.active.click();
    else this.form.submit(); // the page says what can be done when nothing was found
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get active() {
    return this.list.querySelector("[aria-selected=true]");
  }

  walk(step) {
    const options = this.options;
    if (!options.length) return;
    const at = options.indexOf(this.active);
    this.select(options.at((at + step) % options.length));
  }

  select(option) {
    for (const each of this.options) each.setAttribute("aria-selected", String(each === option));
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  /** The part of the search page becomes a list of options; its sentence is said below. */
  arrange() {
    const found = this.list.firstElementChild;
    this.shownFor = found?.dataset.text;
    if (found) this.dress(found);
    this.observer.takeRecords(); // of what was just done
    const options = this.options;
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.select(options[0]);
    this.isSettled = false;
  }

  /** From now on the links that were found do what they say. */
  settle() {
    this.isSettled = true;
    if (!this.isEntered) return;
    this.isEntered = false;
    this.enter();
  }

  dress(found) {
    found.removeAttribute("id"); // the search page has one of its own
    const sentence = found.querySelector("[data-said]");
    sentence.remove();
    const acts = this.actsFor(found.dataset.text);
    const isEmpty = !found.querySelector("a") && acts.length;
    this.said.textContent = isEmpty ? `${words.onThisPage}: ${acts.length}` : sentence.textContent.trim();
    if (acts.length) this.insert(found, acts);
    for (const each of [found, ...found.querySelectorAll("h2, ul, li, p")]) each.setAttribute("role", "presentation");
    for (const [place, group] of [...found.querySelectorAll("section")].entries()) {
      const head = group.querySelector("h2");
      head.id = `palette-group-${place}`;
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", head.id);
    }
    for (const [place, option] of [...found.querySelectorAll("a, button")].entries()) {
      Object.assign(option, { id: `palette-option-${place}`, tabIndex: -1 });
      option.setAttribute("role", "option");
    }
  }

  /** What the page below offers itself, by its own buttons. */
  actsFor(text) {
    const wanted = wordsOf(text);
    if (text && !wanted.length) return [];
    return this.acts.filter((act) => {
      const title = wordsOf(act.textContent);
      return wanted.every((word) => title.some((each) => each.startsWith(word)));
    });
  }

  insert(found, acts) {
    const section = document.createElement("section");
    section.className = "found-group";
    const head = Object.assign(document.createElement("h2"), { textContent: words.onThisPage });
    const list = document.createElement("ul");
    for (const act of acts) {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      const title = Object.assign(document.createElement("span"), { className: "found-title" });
      title.textContent = act.textContent.trim();
      button.append(...[act.querySelector(".icon")?.cloneNode(true), title].filter(Boolean));
      button.dataset.place = this.acts.indexOf(act);
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
    section.append(head, list);
    const actions = found.querySelector("[data-actions]");
    if (actions) actions.before(section);
    else found.append(section);
  }
}

customElements.define("crm-palette", Palette);
