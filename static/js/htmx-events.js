/** The only file that knows htmx's events: errors become toasts, focus goes where the server says. */

const words = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
const busy = document.getElementById("busy");
let waiting = 0;
let busyTimer;

document.addEventListener("htmx:beforeRequest", () => {
  waiting += 1;
  busyTimer ??= setTimeout(() => (busy.hidden = false), 250);
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  waiting = Math.max(0, waiting - 1);
  if (!waiting) {
    clearTimeout(busyTimer);
    busyTimer = undefined;
    busy.hidden = true;
  }
  const { status } = detail.xhr;
  const ok = status >= 200 && status < 400;
  const header = (name) => (ok ? detail.xhr.getResponseHeader(name) : null);
  const isAsked = header("HX-Retarget") === "#dialog"; // not done yet: a dialog asks for more
  const isLeaving = Boolean(header("HX-Redirect"));
  const source = target.isConnected ? target : document;
  source.dispatchEvent(new CustomEvent("crm:answered", { bubbles: true, detail: { ok, status, isAsked, isLeaving } }));
});

// How much of a large file is on its way.
document.addEventListener("htmx:xhr:progress", ({ target, detail: { loaded, total } }) => {
  target.dispatchEvent(new CustomEvent("crm:sending", { bubbles: true, detail: { share: total ? loaded / total : 0 } }));
});

// Something was sent and done, and the answer is about to be shown: here, elsewhere, or on another page.
document.addEventListener("htmx:beforeOnLoad", ({ detail: { xhr, requestConfig, target } }) => {
  if (requestConfig.verb !== "post" || xhr.status >= 400) return;
  const detail = {
    target: target?.id,
    sent: requestConfig.formData,
    isElsewhere: Boolean(xhr.getResponseHeader("HX-Retarget")),
    isLeaving: Boolean(xhr.getResponseHeader("HX-Redirect")),
  };
  document.dispatchEvent(new CustomEvent("crm:written", { detail }));
});

// What was swapped in obeys htmx only once it has settled. What is pressed or sent until then would
// leave the page, so it is done a moment later.
for (const type of ["click", "submit"]) {
  document.addEventListener(type, hold, { capture: true });
}

function hold(event) {
  const part = event.target.closest?.(".htmx-settling");
  const control = event.target.closest?.(event.type === "submit" ? "form" : "a, button");
  if (!part || !control?.matches("[hx-get], [hx-post]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  const again = () => (event.type === "submit" ? control.requestSubmit(submitter) : control.click());
  part.addEventListener("htmx:afterSettle", again, { once: true });
}

// A filter that is left empty has no place in the address: people share it, and views keep it.
document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (detail.verb !== "get" || !target.matches("form")) return;
  const sent = detail.formData;
  for (const name of new Set(sent.keys())) if (sent.getAll(name).every((value) => value === "")) sent.delete(name);
});

// The server refused and says so in toasts (see error_toast): they are let in, nothing else is.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status < 400 || detail.xhr.getResponseHeader("HX-Reswap") !== "none") return;
  detail.shouldSwap = true;
  detail.isError = false;
});

document.addEventListener("htmx:responseError", () => fail(words.failed));
document.addEventListener("htmx:sendError", () => fail(words.offline));
document.addEventListener("htmx:timeout", () => fail(words.slow));

document.addEventListener("htmx:afterSettle", ({ target }) => {
  target.dispatchEvent(new CustomEvent("crm:settled", { bubbles: true })); // its links obey from now on
  // A status that comes with new content is often not read out; one that was there before is.
  const status = target.id === "results" || target.id === "board" ? target.querySelector("[role=status]") : null;
  if (status) document.getElementById("announcements").textContent = status.textContent.trim();
  const wanted = [target, ...target.querySelectorAll("[data-focus], [aria-invalid=true], [autofocus]")]
    .find((element) => element.matches?.("[data-focus], [aria-invalid=true], [autofocus]"));
  // Who types in a cell goes on there when the one they left before is shown anew.
  const typing = document.activeElement?.closest("crm-inline-edit");
  if (typing && !wanted?.closest("crm-inline-edit, dialog")) return;
  wanted?.focus({ preventScroll: wanted.matches("h1, h2") });
});

function fail(text) {
  document.dispatchEvent(new CustomEvent("crm:failed", { detail: { text } }));
}
