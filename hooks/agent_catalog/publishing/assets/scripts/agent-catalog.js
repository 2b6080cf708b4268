// Starts what a page needs, and loads no more than that. Without scripts every page is complete.

/** What an element asks for: a module whose `start(root)` brings the elements below it to life. */
const modules = [
  ["[data-ac-search]", () => import("./search.js")],
  ["[data-ac-copy], [data-ac-install]", () => import("./copy.js")],
  [".ac-tip", () => import("./tips.js")],
  ["[data-ac-filters]", () => import("./list.js")],
  ["[data-ac-compare]", () => import("./compare.js")],
  [".md-typeset :is(pre, table)", () => import("./access.js")],
];

function start() {
  for (const [selector, load] of modules) {
    if (document.querySelector(selector)) load().then((module) => module.start(document));
  }
}

// Under instant navigation Material puts new pages into the same document, and tells of each.
if (window.document$) window.document$.subscribe(start);
else start();
