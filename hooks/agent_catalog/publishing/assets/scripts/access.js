// What readers by keyboard or by ear need of things that are only known in the browser.

/** A table that is wider than its place can be scrolled by keyboard; others are no tab stops. */
function reach(table) {
  if (table.scrollWidth > table.clientWidth) {
    table.tabIndex = 0;
    table.setAttribute("role", "group");
    table.setAttribute("aria-label", "Wide table");
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) table.removeAttribute(name);
  }
}

const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => reach(target)));
const changed = new MutationObserver(mend);

/** The theme's scripts frame tables and code after the page is there. */
function mend() {
  for (const each of document.querySelectorAll(".ac-scroll, .md-typeset__scrollwrap")) {
    resized.observe(each);
  }
  // Buttons of a block of code are no landmark, least of all one without a name.
  for (const each of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    each.setAttribute("role", "none");
  }
}

export function start() {
  mend();
  changed.observe(document.body, { childList: true, subtree: true });
}
