// Fetches what the last night could arrange until it is there. Without a script there is a link.

const box = document.querySelector("[data-arranged]");
let looks = 30;

async function look() {
  const answer = await fetch(box.dataset.arranged, { headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) box.innerHTML = await answer.text();
  if (answer.ok && box.querySelector("[data-waiting]") && --looks) setTimeout(look, 1000);
}

if (box?.querySelector("[data-waiting]")) setTimeout(look, 1000);
