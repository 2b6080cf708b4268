// Starts what a page needs, and loads no more than that. Without scripts every page is complete.

/** The modules, each with the elements that its `start(root)` brings to life. */
const modules = {
  search: "[data-ac-search]",
  copy: "[data-ac-copy]",
  list: "[data-ac-filters]",
  compare: "[data-ac-compare]",
  access: ".md-typeset :is(pre, table)",
};

function start() {
  for (const [name, selector] of Object.entries(modules)) {
    if (document.querySelector(selector)) import(`./${name}.js`).then((module) => module.start(document));
  }
}

// Under instant navigation Material puts new pages into the same document, and tells of each.
if (window.document$) window.document$.subscribe(start);
else start();
