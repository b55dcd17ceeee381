// The drawing follows the part that is being written on.
document.addEventListener("focusin", (event) => {
  const part = event.target.closest("[data-part]")?.dataset.part;
  const show = document.getElementById("show");
  if (!part || !show || show.value === part) return;
  show.value = part;
  htmx.trigger(show.form, "look");
});
