/** <crm-toasts>: each toast leaves after ten seconds, unless somebody reads it; errors stay. */

const TEN_SECONDS = 10_000;

class Toasts extends HTMLElement {
  connectedCallback() {
    this.timers = new Map();
    this.popover = "manual"; // the top layer: above an open dialog too
    this.observer = new MutationObserver(() => this.arrange());
    this.observer.observe(this, { childList: true });
    this.addEventListener("click", this);
    for (const type of ["pointerenter", "focusin"]) this.addEventListener(type, () => this.pause());
    for (const type of ["pointerleave", "focusout"]) this.addEventListener(type, () => this.arrange());
    this.failed = ({ detail }) => this.say(detail.text);
    document.addEventListener("crm:failed", this.failed);
    this.arrange();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    this.pause();
    document.removeEventListener("crm:failed", this.failed);
  }

  handleEvent({ target }) {
    if (target.closest("[data-close]")) target.closest(".toast").remove();
  }

  /** Show the strip when there is something in it, and let time run for what is new. */
  arrange() {
    const toasts = [...this.querySelectorAll(".toast")];
    if (this.matches(":popover-open")) this.hidePopover(); // shown anew, it lies on top of newer dialogs
    if (toasts.length) this.showPopover();
    if (this.matches(":hover, :focus-within")) return;
    for (const toast of toasts) {
      if (toast.dataset.level === "error" || this.timers.has(toast)) continue;
      this.timers.set(toast, setTimeout(() => toast.remove(), TEN_SECONDS));
    }
  }

  pause() {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** An error that never reached the server. The same words are said once. */
  say(text) {
    const shown = [...this.querySelectorAll("p")].some((line) => line.textContent === text);
    if (shown) return;
    const toast = document.getElementById("failure-toast").content.firstElementChild.cloneNode(true);
    toast.querySelector("p").textContent = text;
    this.append(toast);
  }
}

customElements.define("crm-toasts", Toasts);
