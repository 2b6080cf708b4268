// Loads the scripts that a page needs, and no more. Without scripts every page is complete.

/** Modules and the elements that they bring to life. */
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

// Instant navigation puts each new page into the same document.
if (window.document$) window.document$.subscribe(start);
else start();
