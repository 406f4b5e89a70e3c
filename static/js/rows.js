/** Walk through the rows of a list, by key or by the panel's buttons; at the end of a page, on to the next one. */

const words = JSON.parse(document.getElementById("script-words")?.textContent ?? "{}");
let place = 0; // of the row one was at last: it stays when the row leaves the list
let waiting; // the control that was pressed, and what is to be done when its answer is there

const rowLinks = () => [...document.querySelectorAll("main .table tbody a.title")];
const drawer = () => document.querySelector("#drawer[open]");
const rowOf = (link) => link.closest("tr");
const say = (text) => (document.getElementById("announcements").textContent = text);

document.addEventListener("crm:walk", (event) => {
  if (!document.querySelector("main .table")) return;
  event.preventDefault();
  walk(event.detail.step);
});

document.addEventListener("crm:tick", (event) => {
  const link = here(rowLinks());
  const box = link && rowOf(link).querySelector("input[name=ids]");
  if (!box) return;
  event.preventDefault();
  box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: event.detail.range }));
});

document.addEventListener("crm:archive", (event) => {
  if (waiting || archive()) event.preventDefault();
});

document.addEventListener("focusin", ({ target }) => {
  const links = rowLinks();
  const at = links.indexOf(target.closest("main .table tbody tr")?.querySelector("a.title"));
  if (at >= 0) place = at;
});

// What was pressed stands in the list, so an answer that takes it away has brought other rows.
document.addEventListener("crm:answered", ({ target }) => {
  if (waiting?.control === target) waiting = null; // refused, or asked back
});

document.addEventListener("crm:settled", () => {
  if (!waiting || waiting.control.isConnected) return;
  const { then } = waiting;
  waiting = null;
  then();
});

function press(control, then) {
  waiting = { control, then };
  control.click();
}

/** The row of the record that is open, else the one that has the focus. */
function here(links) {
  const id = drawer()?.dataset.peek;
  if (id) return links.find((link) => link.dataset.peek === id);
  const row = document.activeElement.closest("tr");
  return row && links.find((link) => rowOf(link) === row);
}

function walk(step) {
  if (waiting) return;
  const links = rowLinks();
  const link = here(links);
  const isNew = !link && step < 0 ? place - 1 : place; // another row took the place of the last one
  const to = link ? links.indexOf(link) + step : isNew;
  if (links[to]) go(links, to);
  else turn(links, step);
}

function go(links, to) {
  place = to;
  const link = links[to];
  if (drawer()) {
    link.click();
    link.scrollIntoView({ block: "nearest" });
  } else {
    link.focus();
  }
}

function turn(links, step) {
  const pager = document.querySelector(`main .pager a[rel=${step > 0 ? "next" : "prev"}]`);
  if (!pager) return say(!links.length ? words.noRows : step > 0 ? words.lastRow : words.firstRow);
  press(pager, () => {
    const fresh = rowLinks();
    if (fresh.length) go(fresh, step > 0 ? 0 : fresh.length - 1);
  });
}

/** The open record while one is in it, else what is ticked, else the row; on a record's own page, that record. */
function archive() {
  const links = rowLinks();
  const button = document.querySelector("crm-table [aria-keyshortcuts=e]");
  const ticked = document.querySelectorAll("crm-table :is([name=ids]:checked, [data-elsewhere], [data-matching]:enabled)").length;
  const isInside = drawer()?.contains(document.activeElement);
  const link = here(links);
  if (button && ticked && !isInside) {
    press(button, () => follow(link?.href));
  } else if (button && link) {
    if (ticked) document.querySelector("crm-table [data-clear]").click();
    place = links.indexOf(link);
    rowOf(link).querySelector("input[name=ids]").click();
    press(button, () => follow(link.href));
  } else {
    const own = document.querySelector("#drawer[open] [aria-keyshortcuts=e], main .panel [aria-keyshortcuts=e], main .record-foot [aria-keyshortcuts=e]");
    own?.click();
    return Boolean(own);
  }
  return true;
}

/** After an act: the same row if it is still there, else the one in its place; none is left, so is nothing open. */
function follow(address) {
  const links = rowLinks();
  const same = links.findIndex((link) => link.href === address);
  if (same >= 0) return drawer() ? undefined : links[same].focus();
  if (links.length) go(links, Math.min(place, links.length - 1));
  else drawer()?.querySelector("[data-close]").click();
}
