// The drawing follows the part that is being written on.
document.addEventListener("focusin", (event) => {
  const part = event.target.closest("[data-part]")?.dataset.part;
  const show = document.getElementById("show");
  if (!part || !show || show.value === part) return;
  show.value = part;
  htmx.trigger(show.form, "look");
});

// Parts that come to the whole stay so while they are typed: what one takes, the last one gives.
const amounts = () => [...document.querySelectorAll("#plan [name^=parts-][name$=-amount]")];
const yen = (text) => Number(text.normalize("NFKC").replace(/[\s,、円¥\\]/g, ""));
let isBalanced = false;

document.addEventListener("focusin", (event) => {
  const all = amounts();
  if (!all.includes(event.target)) return;
  isBalanced = all.reduce((sum, field) => sum + yen(field.value), 0) === Number(event.target.form.dataset.whole);
});

document.addEventListener("input", (event) => {
  const all = amounts();
  const last = all.at(-1);
  if (!isBalanced || !all.includes(event.target) || event.target === last) return;
  const left = all.slice(0, -1).reduce((rest, field) => rest - yen(field.value), Number(event.target.form.dataset.whole));
  if (left > 0) last.value = left;
});
