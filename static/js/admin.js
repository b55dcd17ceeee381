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
