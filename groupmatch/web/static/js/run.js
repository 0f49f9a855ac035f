// Fetches the live part of a running match until it is over, then shows the whole page anew.
// Without a script there is a link to look again.

const box = document.querySelector("[data-progress]");

async function look() {
  const answer = await fetch(box.dataset.progress, {
    headers: { Accept: "text/html", "X-By-Itself": "yes" },
  });
  if (answer.ok && !answer.redirected) box.innerHTML = await answer.text();
  if (!answer.ok || answer.redirected || box.querySelector("[data-over]")) location.reload();
  else setTimeout(look, 1500);
}

if (box) setTimeout(look, 1000);
document.querySelector("[data-look-again]")?.remove();
