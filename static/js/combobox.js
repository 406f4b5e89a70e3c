/** <crm-combobox>: finds records while one types; picking one sends its id, else the typed name is sent. */

const words = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
let serial = 0;

class Combobox extends HTMLElement {
  connectedCallback() {
    [this.picked, this.input] = this.querySelectorAll("input");
    this.list = this.querySelector("[role=listbox]");
    this.list.id ||= `options-${(serial += 1)}`;
    const label = this.input.labels?.[0]?.textContent.trim();
    if (label) this.list.setAttribute("aria-label", label);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", this);
    this.input.addEventListener("keydown", this);
    this.input.addEventListener("blur", this);
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus
    this.list.addEventListener("click", this);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  handleEvent(event) {
    this[`on${event.type}`](event);
  }

  oninput() {
    this.picked.value = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(), 200);
  }

  onblur() {
    this.close();
  }

  onclick({ target }) {
    const option = target.closest("[role=option]");
    if (option) this.pick(option);
  }

  onkeydown(event) {
    const { key } = event;
    if (key === "ArrowDown" && this.list.hidden) this.find();
    else if (key === "ArrowDown" || key === "ArrowUp") this.walk(key === "ArrowDown" ? 1 : -1);
    else if (key === "Enter" && this.active) this.pick(this.active);
    else if (key === "Escape" && !this.list.hidden) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get active() {
    return this.list.hidden ? null : this.list.querySelector("[aria-selected=true]");
  }

  async find() {
    const text = this.input.value.trim();
    this.asking?.abort();
    this.asking = new AbortController();
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("q", text);
    const beside = this.dataset.along && this.input.form?.elements[this.dataset.along];
    if (beside) url.searchParams.set(this.dataset.along, beside.value);
    let html;
    try {
      const answer = await fetch(url, { signal: this.asking.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) return;
      html = await answer.text();
    } catch {
      return; // offline, or asked anew: what is typed stays and is sent as it is
    }
    if (document.activeElement !== this.input) return;
    this.show(html, text);
  }

  show(html, text) {
    // Our own server's fragment; the parser runs no scripts, and the page's policy allows none.
    const parsed = new DOMParser().parseFromString(`<ul>${html}</ul>`, "text/html");
    this.list.replaceChildren(...parsed.querySelectorAll("[role=option]"));
    const same = this.options.some((option) => nameOf(option).toLowerCase() === text.toLowerCase());
    if ("create" in this.dataset && text && !same) this.list.append(this.newOption(text));
    this.options.forEach((option, place) => {
      option.id = `${this.list.id}-${place}`;
      option.setAttribute("aria-selected", "false");
    });
    const found = this.options.length;
    this.list.hidden = !found;
    this.input.setAttribute("aria-expanded", String(found > 0));
    this.input.removeAttribute("aria-activedescendant");
    const said = found ? words.results.replace("{count}", found) : words.noResults;
    document.getElementById("announcements").textContent = said;
  }

  newOption(text) {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.dataset.text = text;
    option.textContent = (this.dataset.create || words.create).replace("{text}", text);
    return option;
  }

  walk(step) {
    const options = this.options;
    if (!options.length) return;
    const at = options.indexOf(this.active);
    const next = options.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % options.length);
    for (const option of options) option.setAttribute("aria-selected", String(option === next));
    this.input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  pick(option) {
    this.picked.value = option.dataset.value ?? "";
    this.input.value = nameOf(option);
    this.close();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

const nameOf = (option) => option.dataset.text ?? (option.querySelector("span") ?? option).textContent.trim();

customElements.define("crm-combobox", Combobox);
