// Keyboard for those who work here all day: / searches, n and p go through a list, Enter opens.
const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

function step(by) {
  const links = [...document.querySelectorAll("[data-row]")];
  const at = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const box = document.querySelector("[data-search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  }
  if (event.key === "n") step(1);
  if (event.key === "p") step(-1);
});

// Mail texts: a placeholder goes where the cursor was last, and the HTML form follows what is typed.
const TEXT_FIELDS = "#mail-text textarea, #mail-text #subject";
let lastField = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches(TEXT_FIELDS)) lastField = event.target;
});

document.addEventListener("click", (event) => {
  const words = event.target.closest("[data-insert]")?.dataset.insert;
  const field = lastField ?? document.querySelector("#mail-text textarea");
  if (!words || !field || field.readOnly) return;
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

function fillFrame() {
  const frame = document.querySelector("iframe[name=letter]:not([data-filled])");
  const button = document.querySelector("[data-fills-frame]");
  if (!frame || !button) return;
  frame.dataset.filled = "";
  button.form.requestSubmit(button);
}

document.addEventListener("htmx:after:swap", fillFrame);
document.addEventListener("DOMContentLoaded", fillFrame);

// A list that follows its filters: the address follows too, so that it can be kept and passed on.
document.addEventListener("htmx:after:swap", () => {
  const address = document.querySelector("[data-address]")?.dataset.address;
  if (address && address !== location.pathname + location.search) history.replaceState(history.state, "", address);
});
