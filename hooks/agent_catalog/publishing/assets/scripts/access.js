// What readers by keyboard or by ear need of things that are only known in the browser.

/** A table that is wider than its place can be scrolled by keyboard; others are no tab stops. */
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const wide = target.scrollWidth > target.clientWidth;
    target.tabIndex = wide ? 0 : -1;
    target.role = wide ? "group" : null;
    target.ariaLabel = wide ? "Wide table" : null;
  }
});

/** The theme's scripts frame tables and code after the page is there. */
function mend() {
  for (const each of document.querySelectorAll(".ac-scroll, .md-typeset__scrollwrap")) resized.observe(each);
  // Buttons of a block of code are no landmark, least of all one without a name.
  for (const each of document.querySelectorAll(".md-code__nav")) each.role = "none";
}

const changed = new MutationObserver(mend);

export function start() {
  mend();
  changed.observe(document.body, { childList: true, subtree: true });
}
