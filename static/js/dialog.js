/** <crm-dialog>: what is swapped into its dialog opens it; what empties it closes it. */

const FIRST =
  "[data-focus], [autofocus], .dialog-body :is(input:not([type=hidden]), select, textarea), .dialog-foot button";

/** What was chosen from a menu is hidden again: the button of the menu stands for it. */
function within(opener) {
  const menu = opener.closest("[popover]:not(:popover-open)");
  return menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : opener;
}

class Dialog extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.observer = new MutationObserver(() => this.follow());
    this.observer.observe(this.dialog, { childList: true });
    this.dialog.addEventListener("click", this);
    this.dialog.addEventListener("close", this);
    this.dialog.addEventListener("submit", this);
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  follow() {
    const filled = this.dialog.childElementCount > 0;
    if (filled && !this.dialog.open) {
      this.opener = document.activeElement;
      this.dialog.showModal();
      this.dialog.querySelector(FIRST)?.focus();
    } else if (!filled && this.dialog.open) {
      this.dialog.close();
    }
  }

  handleEvent(event) {
    const { type, target } = event;
    if (type === "close") return this.leave();
    if (type === "submit") return this.follows(target);
    const button = target.closest("[data-close]");
    if (button) event.preventDefault(); // a link that leads back where the dialog is a page of its own
    if (button || target === this.dialog) this.close(target);
  }

  /** A press beside the dialog closes it only while nothing was typed. */
  close(target) {
    if (target === this.dialog && this.dialog.querySelector("textarea, input:not([type=hidden])")) return;
    this.dialog.close();
  }

  /** A form whose answer is a file leaves the page as it is: once it is sent, its dialog is done. */
  follows(form) {
    if (form.matches("[data-closes]")) setTimeout(() => this.dialog.close());
  }

  leave() {
    this.dialog.replaceChildren();
    const opener = this.opener?.isConnected ? within(this.opener) : null;
    (opener ?? document.getElementById("main"))?.focus();
  }
}

customElements.define("crm-dialog", Dialog);
