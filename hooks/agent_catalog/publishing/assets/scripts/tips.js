// Badges show what they mean on hover and focus, by the stylesheet; Escape hides it again.

const OPEN = ".ac-badge:is(:hover, :focus-within)";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const badge of document.querySelectorAll(OPEN)) {
    badge.classList.add("ac-badge--quiet");
    const leave = () => badge.classList.remove("ac-badge--quiet");
    badge.addEventListener("mouseleave", leave, { once: true });
    badge.addEventListener("focusout", leave, { once: true });
  }
});

export function start() {}
