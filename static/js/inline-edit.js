/** <crm-inline-edit>: the form of one value in its place; Escape leaves the value as it was. */

class InlineEdit extends HTMLElement {
  connectedCallback() {
    this.isSettled = document.readyState !== "complete"; // a page of its own does not come by htmx
    this.addEventListener("keydown", this);
    this.addEventListener("submit", this);
    this.addEventListener("focusin", this, { once: true });
    document.addEventListener("crm:settled", this);
    // Only one is open: whoever opens another one leaves the first as it was. (One beside this in the
    // same place is this one before it was sent, about to be removed.)
    for (const other of document.querySelectorAll("crm-inline-edit")) {
      if (other.parentElement !== this.parentElement) other.cancel();
    }
    this.firstElementChild?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  disconnectedCallback() {
    document.removeEventListener("crm:settled", this);
  }

  handleEvent(event) {
    if (event.type === "crm:settled") return this.settle(event.target);
    if (event.type === "focusin") return this.offer(event.target);
    if (event.type === "submit") return this.hold(event);
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault(); // the panel around it stays open: one Escape, one thing
    event.stopPropagation();
    this.cancel();
  }

  settle(part) {
    if (!part.contains(this) && !this.contains(part)) return;
    this.isSettled = true;
    if (this.isLeaving) this.cancel();
    else if (this.isSent) this.querySelector("form").requestSubmit();
  }

  /** Sent before htmx has taken the form over, it would lead away from the list, too. */
  hold(event) {
    if (this.isSettled) return;
    event.preventDefault();
    this.isSent = true;
  }

  /** What one types replaces the value that was there; what was refused is mended instead. */
  offer(field) {
    if (field.matches("input:not([aria-invalid])")) field.select();
  }

  /** The link would lead away from the list as long as htmx has not taken it over. */
  cancel() {
    this.isLeaving = true;
    if (this.isSettled) this.querySelector("[data-cancel]")?.click();
  }
}

customElements.define("crm-inline-edit", InlineEdit);
