// The little that links and forms cannot do alone. Every page works without it.

// A button that waits says what it is doing and cannot be pressed twice.
const ANSWER_SECONDS = 20;

function wait(button) {
  button.dataset.label = button.textContent;
  button.textContent = button.dataset.busy;
  button.setAttribute("aria-disabled", "true");
  // A download answers without leaving the page: nothing tells us that it has come.
  setTimeout(ready, ANSWER_SECONDS * 1000, button);
}

function ready(button) {
  if (!button.dataset.label) return;
  button.textContent = button.dataset.label;
  delete button.dataset.label;
  button.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const button = event.submitter ?? event.target.querySelector("[data-busy]");
  if (!button?.dataset.busy) return;
  if (button.dataset.label) event.preventDefault();
  else wait(button);
});

// Back from the next page: the browser shows this one as it was left.
addEventListener("pageshow", () => document.querySelectorAll("[data-label]").forEach(ready));

// What was made opens by itself, but not again for somebody who comes back from it. It waits for the page to be loaded:
// until then the file would take the place of the page in the history.
const made = document.querySelector("[data-open-once]");
const openMade = () => {
  history.replaceState({ opened: true }, "");
  location.assign(made.href);
};
if (made && !history.state?.opened) addEventListener("load", () => setTimeout(openMade));

// The tracking number into the clipboard; where that is forbidden (in-app browsers), it is marked for copying by hand.
const SHOWN_SECONDS = 3;

async function copy(button) {
  const source = document.getElementById(button.dataset.source);
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    getSelection().selectAllChildren(source);
    return;
  }
  const label = button.textContent;
  button.textContent = button.dataset.done;
  tell(button.dataset.done);
  setTimeout(() => { button.textContent = label; }, SHOWN_SECONDS * 1000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button && button.textContent !== button.dataset.done) copy(button);
});

// Read aloud by screen readers.
function tell(text) {
  const news = document.getElementById("news");
  if (news) news.textContent = text;
}

// The tracking partial asks for itself every so often, but not while nobody sees it or someone is marking its text.
const tracking = () => document.getElementById("tracking");
let asked = Date.now();
let before = null;

function mayAsk() {
  const marked = getSelection();
  return !document.hidden && (marked.isCollapsed || !tracking().contains(marked.anchorNode));
}

document.addEventListener("htmx:before:request", (event) => {
  if (event.target !== tracking()) return;
  if (mayAsk()) asked = Date.now();
  else event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  const every = tracking()?.dataset.every;
  if (!document.hidden && every && Date.now() - asked > every * 1000) htmx.trigger(tracking(), "look");
});

// What the buyer had unfolded stays unfolded, and what has changed is said.
document.addEventListener("htmx:before:swap", (event) => {
  if (event.target !== tracking()) return;
  before = {
    answer: tracking().querySelector("h1").textContent,
    open: [...tracking().querySelectorAll("details[open]")].map((details) => details.id),
  };
});

document.addEventListener("htmx:after:swap", () => {
  if (!before || !tracking()) return;
  for (const id of before.open) document.getElementById(id)?.setAttribute("open", "");
  const answer = tracking().querySelector("h1").textContent;
  if (answer !== before.answer) tell(answer);
  before = null;
});

// An error is gone once its field is written on again; whether it is mended, the server says.
document.addEventListener("input", (event) => {
  const field = event.target.closest(".field.is-wrong");
  if (!field) return;
  field.classList.remove("is-wrong");
  field.querySelectorAll(".field-error").forEach((error) => error.remove());
  field.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
});

// What a postcode stands for goes into fields that are empty or hold what an earlier postcode has filled in: what
// somebody typed, meanwhile too, stays.
document.addEventListener("htmx:after:swap", () => {
  const places = document.getElementById("places");
  if (places?.dataset.prefecture === undefined) return;
  const { elements } = places.closest("form");
  for (const part of ["prefecture", "address"]) {
    const field = elements[`recipient_${part}`];
    const filled = elements[`filled_${part}`];
    const value = places.dataset[part];
    if (value === field.value || (field.value && field.value !== filled.value)) continue;
    field.value = filled.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  // Once only: who empties a field then finds it empty.
  delete places.dataset.prefecture;
});
