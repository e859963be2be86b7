// Enhancement only: every page works without this file.
const announcer = document.getElementById("announcer");
const offline = document.getElementById("offline");
let hadFocus = false;

function focusOn(element) {
  if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
  element.focus();
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  hadFocus = detail.target.contains(document.activeElement) && document.activeElement !== document.body;
});

// A swap may take away the element that had the focus: go to what is wrong, else to what came instead.
document.addEventListener("htmx:afterSwap", ({ target: part }) => {
  const urgent = part.querySelector(".error-summary, #refusal");
  if (urgent) focusOn(urgent);
  else if (hadFocus && document.activeElement === document.body) focusOn(part);

  const said = part.matches("[data-announce]") ? part : part.querySelector("[data-announce]");
  if (said) announcer.textContent = said.dataset.announce;
});

const showOffline = () => { offline.hidden = false; };
document.addEventListener("htmx:sendError", showOffline);
document.addEventListener("htmx:timeout", showOffline);
document.addEventListener("htmx:afterOnLoad", () => { offline.hidden = true; });

// On a phone the menu is wider than the screen.
document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-share]")) {
  button.hidden = !(navigator.share || navigator.clipboard);
  button.addEventListener("click", async () => {
    if (navigator.share) return navigator.share({ title: document.title, url: location.href }).catch(() => {});
    await navigator.clipboard.writeText(location.href);
    button.textContent = announcer.textContent = button.dataset.share;
  });
}
