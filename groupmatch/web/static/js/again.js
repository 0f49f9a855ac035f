// Loads a page again that is still being prepared. Without a script there is a link to look again.

document.querySelector("[data-look-again]")?.remove();
if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 1500);
