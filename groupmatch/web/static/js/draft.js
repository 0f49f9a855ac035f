// Keys of the draft: j and k go down and up, Enter opens, a approves, x removes.
// Every act is a button on the page; the keys only press it.

const bundles = [...document.querySelectorAll("[data-bundle]")];
const typing = (event) => event.target.closest("input, textarea, select, button, a, summary");

function go(step) {
  const here = bundles.indexOf(document.activeElement?.closest("[data-bundle]"));
  const next = bundles[Math.min(Math.max(here + step, 0), bundles.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const bundle = document.activeElement?.closest("[data-bundle]");
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (bundle && event.key === "a") bundle.querySelector("[data-approve]")?.requestSubmit();
  else if (bundle && event.key === "x") bundle.querySelector("[data-remove]")?.requestSubmit();
  else if (bundle && event.key === "Enter" && !typing(event)) {
    const more = bundle.querySelector("[data-more]");
    more.open = !more.open;
  } else return;
  event.preventDefault();
});

// After an act the page comes back at the bundle that was decided on.
document.querySelector("[data-bundle]:target")?.focus();
