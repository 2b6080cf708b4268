// What readers by keyboard or by ear need, where only the browser knows of it.

/** A table that is wider than its place can be scrolled by keyboard; others are no tab stops. */
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const wide = target.scrollWidth > target.clientWidth;
    target.tabIndex = wide ? 0 : -1;
    target.role = wide ? "group" : null;
    target.ariaLabel = wide ? "Wide table" : null;
  }
});

/** The theme frames tables and code late. */
function mend() {
  for (const each of document.querySelectorAll(".ac-scroll, .md-typeset__scrollwrap")) resized.observe(each);
  // Buttons of a block of code are no landmark.
  for (const each of document.querySelectorAll(".md-code__nav")) each.role = "none";
}

const changed = new MutationObserver(mend);

export function start() {
  mend();
  changed.observe(document.body, { childList: true, subtree: true });
}
