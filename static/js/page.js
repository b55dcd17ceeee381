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
