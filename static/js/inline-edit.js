/** <crm-inline-edit>: the form of one value in its place; Escape leaves the value as it was. */

class InlineEdit extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("focusin", this, { once: true });
    // Only one is open: whoever opens another one leaves the first as it was. (One beside this in the
    // same place is this one before it was sent, about to be removed; so is one in a part that is
    // being drawn anew.)
    for (const other of document.querySelectorAll("crm-inline-edit")) {
      if (other.parentElement !== this.parentElement && !other.closest(".htmx-swapping")) other.cancel();
    }
    this.firstElementChild?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  handleEvent(event) {
    if (event.type === "focusin") return this.offer(event.target);
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault(); // the panel around it stays open: one Escape, one thing
    event.stopPropagation();
    this.cancel();
  }

  /** What one types replaces the value that was there; what was refused is mended instead. */
  offer(field) {
    if (field.matches("input:not([aria-invalid])")) field.select();
  }

  cancel() {
    this.querySelector("[data-cancel]")?.click();
  }
}

customElements.define("crm-inline-edit", InlineEdit);
