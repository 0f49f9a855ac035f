// Keys of tables: j and k go down and up its rows. Enter then follows the row's link by itself,
// because it is the link that has the focus.

const links = [...document.querySelectorAll("table[data-rows] tbody th a:first-of-type")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) return;
  if (event.target.closest("input, textarea, select") || links.length === 0) return;
  const row = document.activeElement?.closest("tr");
  const here = links.findIndex((link) => row?.contains(link));
  const next = event.key === "j" ? here + 1 : here - 1;
  const link = links[Math.min(Math.max(next, 0), links.length - 1)];
  link.focus();
  link.scrollIntoView({ block: "nearest" });
  event.preventDefault();
});

// A click anywhere on a row follows its link, unless something is being selected.
document.addEventListener("click", (event) => {
  if (event.target.closest("a, button, input, label, summary, details")) return;
  if (String(window.getSelection())) return;
  event.target.closest("table[data-rows] tbody tr")?.querySelector("th a")?.click();
});
