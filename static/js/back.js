/** <crm-back>: one step back in the history, where a form still holds what was typed. */

class Back extends HTMLElement {
  connectedCallback() {
    this.hidden = history.length < 2;
    this.addEventListener("click", () => history.back());
  }
}

customElements.define("crm-back", Back);
