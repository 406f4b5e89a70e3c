/** <crm-upload>: files that are dropped on the page, or chosen, go one by one, each with its own bar. */

const AT_ONCE = 2;

class Upload extends HTMLElement {
  connectedCallback() {
    this.waiting = [];
    this.running = new Set();
    this.added = 0;
    this.form = this.querySelector("form");
    this.rows = this.querySelector(".uploads");
    this.input.addEventListener("change", () => this.choose());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.dragged = (event) => this.drag(event);
    for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, this.dragged);
    this.leaving = (event) => this.running.size && event.preventDefault(); // the browser asks before it leaves
    window.addEventListener("beforeunload", this.leaving);
  }

  disconnectedCallback() {
    for (const type of ["dragover", "dragleave", "drop"]) document.removeEventListener(type, this.dragged);
    window.removeEventListener("beforeunload", this.leaving);
    for (const request of this.running) request.abort();
  }

  get input() {
    return this.form.querySelector("input[type=file]");
  }

  choose() {
    this.take([...this.input.files]);
    this.input.value = "";
  }

  /** Wherever on the page files are dropped, they are meant for the one place there is. */
  drag(event) {
    if (!event.dataTransfer?.types.includes("Files") || document.querySelector("dialog:modal")) return;
    event.preventDefault(); // else the browser would leave the page and show the file
    const isInside = event.type === "dragover" || event.relatedTarget;
    this.toggleAttribute("data-over", event.type !== "drop" && Boolean(isInside));
    if (event.type === "drop") this.take([...event.dataTransfer.files]);
  }

  take(files) {
    for (const row of this.rows.querySelectorAll("[data-state=done]")) row.remove();
    for (const file of files) {
      const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
      row.querySelector(".upload-name").textContent = file.name;
      row.querySelector(".progress").setAttribute("aria-label", file.name);
      row.querySelector("[data-stop]").addEventListener("click", () => this.stop(row));
      this.rows.append(row);
      const entry = { file, row, token: token() };
      if (file.size > Number(this.dataset.largest)) this.fail(row, this.dataset.tooLarge);
      else this.waiting.push(entry);
      if (row.dataset.state !== "failed") this.say(row, "waiting", this.dataset.waiting);
    }
    this.go();
  }

  go() {
    while (this.running.size < AT_ONCE && this.waiting.length) this.send(this.waiting.shift());
    if (!this.running.size && this.added) this.finish();
  }

  /** The token lets a file that was sent twice be there once. */
  send({ file, row, token }) {
    const body = new FormData(this.form);
    body.set("token", token);
    body.set("files", file, file.name);
    const request = new XMLHttpRequest();
    row.request = request;
    this.running.add(request);
    request.open("POST", this.form.action);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Target", "add-files");
    request.upload.addEventListener("progress", ({ loaded, total }) => this.show(row, total ? loaded / total : 0));
    request.addEventListener("loadend", () => this.answer(request, row));
    request.send(body);
    this.say(row, "running", "");
  }

  show(row, share) {
    const percent = Math.floor(100 * share);
    row.querySelector(".progress").value = percent;
    row.querySelector(".upload-state").textContent = `${percent} %`;
  }

  answer(request, row) {
    this.running.delete(request);
    const isLeaving = request.getResponseHeader("HX-Redirect"); // signed out meanwhile
    if (request.status >= 200 && request.status < 300 && !isLeaving) {
      this.added += 1;
      this.said = request.responseText;
      this.say(row, "done", this.dataset.added);
    } else if (row.isConnected) {
      this.fail(row, reason(request) ?? this.dataset.failed);
    }
    this.go();
  }

  stop(row) {
    this.waiting = this.waiting.filter((entry) => entry.row !== row);
    row.remove();
    if (row.request?.readyState < XMLHttpRequest.DONE) row.request.abort();
  }

  say(row, state, words) {
    row.dataset.state = state;
    row.querySelector(".upload-state").textContent = words;
    if (state === "done") row.querySelector("[data-stop]").remove();
  }

  fail(row, words) {
    this.say(row, "failed", words);
    announce(`${row.querySelector(".upload-name").textContent}: ${words}`);
  }

  /** The lists on the page ask for what is new. One file brings its Undo along; several do not. */
  finish() {
    const words = this.added === 1 ? this.dataset.doneOne : this.dataset.doneMany;
    announce(words.replace("{count}", this.added));
    if (this.added === 1) document.getElementById("toasts")?.append(...parsed(this.said).querySelectorAll(".toast"));
    this.added = 0;
    for (const row of this.rows.querySelectorAll("[data-state=done]")) row.remove();
    this.dispatchEvent(new CustomEvent("crm:uploaded", { bubbles: true }));
  }
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

/** Why a file was refused, in the words of the form or of a toast. */
function reason(request) {
  const words = parsed(request.responseText ?? "").querySelector("[role=alert] p")?.textContent.trim();
  return words || null;
}

function announce(text) {
  document.getElementById("announcements").textContent = text;
}

/** A random number as the server wants it, on pages without https, too. */
function token() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

customElements.define("crm-upload", Upload);
