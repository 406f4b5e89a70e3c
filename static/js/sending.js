/** <crm-sending>: a form with a large file shows how much of it is there, and that it is looked at then. */

class Sending extends HTMLElement {
  connectedCallback() {
    this.addEventListener("crm:sending", ({ detail }) => this.show(detail.share));
    this.addEventListener("crm:answered", ({ detail }) => detail.isLeaving || this.show(null));
  }

  show(share) {
    const place = this.querySelector(".sending");
    place.hidden = share === null;
    if (share === null) return;
    const bar = place.querySelector("progress");
    bar.value = Math.floor(100 * share);
    if (share < 1) return;
    bar.removeAttribute("value"); // it is all there; nobody knows how long looking at it takes
    const label = place.querySelector("label");
    label.textContent = label.dataset.sent;
  }
}

customElements.define("crm-sending", Sending);
