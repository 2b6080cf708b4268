// What readers by keyboard or by ear need of things that are only known in the browser.

/** The theme's scripts give each block of code buttons in a landmark of its own, without a name. */
function unmark() {
  for (const each of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    each.setAttribute("role", "presentation");
  }
}

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
const changed = new MutationObserver(unmark);

/** @param {ParentNode} root */
export function start(root) {
  unmark();
  changed.observe(document.body, { childList: true, subtree: true });
  for (const table of root.querySelectorAll(".ac-scroll, .md-typeset__scrollwrap")) {
    resized.observe(table);
  }
}
