/** <crm-inline-edit>: the form of one value in its place. It opens in its first field; Escape leaves the value as it was. */

class InlineEdit extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this);
    // Only one is open: whoever opens another one leaves this one as it was.
    for (const other of document.querySelectorAll("crm-inline-edit")) if (other !== this) other.cancel();
    if (!this.contains(document.activeElement)) this.field?.focus();
  }

  get field() {
    return this.querySelector("[aria-invalid=true], input:not([type=hidden]), select, textarea");
  }

  handleEvent(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault(); // the panel around it stays open: one Escape, one thing
    event.stopPropagation();
    this.cancel();
  }

  cancel() {
    this.querySelector("[data-cancel]")?.click();
  }
}

customElements.define("crm-inline-edit", InlineEdit);
