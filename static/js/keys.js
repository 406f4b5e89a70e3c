/** Single keys press the control that says a key is its own (aria-keyshortcuts), or ask for the next row. */

const PATIENCE = 1500; // milliseconds between "g" and the letter of a place
const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false]), [role=menu], [role=listbox]";
// A question or a menu is open, or a card is in the air: the keys are theirs.
const TAKEN = "dialog:modal:not(#drawer), .menu:popover-open, [data-moving]";
const ASKED = {
  j: ["crm:walk", { step: 1 }],
  k: ["crm:walk", { step: -1 }],
  e: ["crm:archive", {}],
  m: ["crm:move", {}],
};
let going = 0; // until when the next letter names a place

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.shortcuts === "off" || event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest?.(FIELDS);
  if ((field && takesLetters(field)) || document.querySelector(TAKEN)) return;
  if (act(event)) event.preventDefault();
});

// Not so the tick box of a row, nor a field that was closed a moment ago and still has the focus.
const takesLetters = (field) => !field.matches(".table input[type=checkbox]") && field.checkVisibility();

function act(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : "";
  const isGoing = performance.now() < going;
  going = 0;
  // Whether "/" and "?" need Shift is up to the keyboard.
  if (key === "/" || key === "?") return press(`[aria-keyshortcuts="${key}"]`);
  if (key === "x") return ask("crm:tick", { range: event.shiftKey });
  if (!/^[a-z]$/.test(key) || event.shiftKey) return false;
  if (isGoing) return press(`[data-go=${key}]`);
  if (key === "g") return Boolean((going = performance.now() + PATIENCE));
  if (key === "c") return press('[aria-keyshortcuts="c"]');
  return key in ASKED && ask(...ASKED[key]);
}

function press(selector) {
  const control = [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
  if (!control) return false;
  if (!control.matches("input")) control.click(); // the focus stays where one is: a dialog gives it back
  else control.select();
  return true;
}

/** Whoever knows the rows says by preventDefault() that there was something to do. */
function ask(name, detail) {
  return !document.dispatchEvent(new CustomEvent(name, { detail, cancelable: true }));
}
