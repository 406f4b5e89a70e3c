/** <crm-drawer>: a record beside its list. ?peek= in the address says which; back closes it without a request. */

const NARROW = matchMedia("(width < 56rem)");
const peeked = () => new URL(location.href).searchParams.get("peek");

function addressOf(id) {
  const url = new URL(location.href);
  if (id) url.searchParams.set("peek", id);
  else url.searchParams.delete("peek");
  return url;
}

const withoutPeek = () => addressOf(null).href;

class Drawer extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.listAddress = withoutPeek();
    this.observer = new MutationObserver(() => this.follow());
    this.observer.observe(this.dialog, { childList: true });
    this.pop = (event) => this.travel(event);
    // Before htmx's own handler, which would ask the server for the page again.
    window.addEventListener("popstate", this.pop, { capture: true });
    document.addEventListener("click", this, { capture: true });
    this.dialog.addEventListener("click", (event) => this.press(event));
    this.dialog.addEventListener("cancel", (event) => this.dismiss(event));
    document.addEventListener("keydown", this);
    document.addEventListener("crm:answered", this); // a filter or a page of the list may be in the address now
    if (this.dialog.open) this.show(peeked());
  }

  disconnectedCallback() {
    this.observer.disconnect();
    window.removeEventListener("popstate", this.pop, { capture: true });
    document.removeEventListener("click", this, { capture: true });
    document.removeEventListener("keydown", this);
    document.removeEventListener("crm:answered", this);
  }

  handleEvent(event) {
    if (event.type === "click") {
      const link = event.target.closest?.("a[data-peek]");
      if (link) this.opener = link;
    } else if (event.type === "crm:answered") {
      this.listAddress = withoutPeek();
      requestAnimationFrame(() => this.offerSteps()); // other rows may stand in the list now
    } else if (event.key === "Escape" && this.dialog.open && !event.defaultPrevented) {
      if (document.querySelector("dialog:modal") || document.querySelector(".menu:popover-open")) return;
      if (event.target.matches?.("input:not([type=checkbox]), textarea, select") && !this.dialog.contains(event.target)) return;
      this.dismiss(event);
    }
  }

  press(event) {
    if (event.target.closest("[data-close]")) this.dismiss(event);
    const step = event.target.closest("[data-step]")?.dataset.step;
    if (step) document.dispatchEvent(new CustomEvent("crm:walk", { detail: { step: Number(step) }, cancelable: true }));
  }

  /** New content: the first opening adds to the history, the next ones replace its top. */
  follow() {
    if (!this.dialog.childElementCount) {
      if (this.dialog.open) this.dismiss();
      return;
    }
    const id = this.opener?.dataset.peek;
    if (!id || this.travelling) return;
    const address = addressOf(id);
    if (this.dialog.open) history.replaceState({ ...history.state, drawer: history.state?.drawer }, "", address);
    else history.pushState({ drawer: "pushed" }, "", address);
    this.show(id);
  }

  show(id) {
    this.dialog.dataset.peek = id;
    for (const row of document.querySelectorAll("a[data-peek]")) {
      if (row.dataset.peek === id) row.closest("tr")?.setAttribute("aria-selected", "true");
      else row.closest("tr")?.removeAttribute("aria-selected");
    }
    this.offerSteps();
    if (NARROW.matches) {
      if (this.dialog.matches(":modal")) return;
      if (this.dialog.open) this.dialog.close();
      this.dialog.showModal();
    } else if (!this.dialog.open) {
      this.dialog.show();
    }
  }

  /** Previous and next, as far as the list goes; at the end of a page the next one begins. */
  offerSteps() {
    const rows = [...document.querySelectorAll("a[data-peek]")];
    const at = rows.findIndex((row) => row.dataset.peek === this.dialog.dataset.peek);
    for (const button of this.dialog.querySelectorAll("[data-step]")) {
      const step = Number(button.dataset.step);
      const pager = document.querySelector(`main .pager [rel=${step > 0 ? "next" : "prev"}]`);
      button.hidden = !rows.length;
      button.disabled = !rows[at + step] && !pager;
    }
  }

  hide() {
    if (this.dialog.open) this.dialog.close();
    const back = this.opener?.isConnected ? this.opener : this.linkTo(this.dialog.dataset.peek);
    for (const row of document.querySelectorAll("tr[aria-selected]")) row.removeAttribute("aria-selected");
    (back ?? document.getElementById("main"))?.focus();
  }

  dismiss(event) {
    event?.preventDefault();
    if (history.state?.drawer === "pushed") {
      history.back(); // travel() does the rest
    } else {
      history.replaceState(history.state, "", addressOf(null));
      this.hide();
    }
  }

  /** Back and forward: when only the record changed, the list stays as it is. */
  travel(event) {
    if (withoutPeek() !== this.listAddress) return;
    event.stopImmediatePropagation();
    const id = peeked();
    if (!id) this.hide();
    else if (id === this.dialog.dataset.peek && this.dialog.childElementCount) this.show(id);
    else this.fetch(id);
  }

  async fetch(id) {
    const link = this.linkTo(id);
    if (!link) return location.reload();
    this.travelling = true;
    try {
      await htmx.ajax("GET", link.href, { target: this.dialog, swap: "innerHTML" });
      this.show(id);
    } catch {
      // Offline: said in a toast; the list stays.
    } finally {
      this.travelling = false;
    }
  }

  linkTo(id) {
    return [...document.querySelectorAll("a[data-peek]")].find((link) => link.dataset.peek === id);
  }
}

customElements.define("crm-drawer", Drawer);
