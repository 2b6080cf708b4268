// Filters and sorts the list of all agents, and keeps what is chosen in the page's address.

import { fold, make } from "./elements.js";

const { compare } = new Intl.Collator("en", { numeric: true });

/** Orders by the control's value; without one, rows stand in their folders. */
const ORDERS = {
  name: (a, b) => compare(a.name, b.name),
  model: (a, b) => a.options[0] - b.options[0],
  size: (a, b) => b.size - a.size,
  problems: (a, b) => b.problems - a.problems,
};

export function start(root) {
  const form = root.querySelector("[data-ac-filters]");
  if (!form.hidden) return;
  const [place, said, chips, pages] = ["rows", "count", "chosen", "pages"].map((name) => root.querySelector(`[data-ac-${name}]`));
  const { text, sort } = form.elements;
  const panels = [...form.querySelectorAll("[popover]")];
  const inputs = panels.flatMap((panel) => [...panel.querySelectorAll("[name]")]);
  const bits = inputs.map((input) => 1 << panels.findIndex((panel) => panel.contains(input)));
  const unread = [...(pages?.querySelectorAll("a:not([aria-current])") ?? [])];
  const all = said.textContent;
  const flat = place.appendChild(make("ul", { className: "ac-list ac-flat" }));
  const rows = [];
  let reading, typing, timer;
  let ignored = "", missing = "";

  function take(sections) {
    for (const section of sections) {
      const [heading, list] = section.children;
      const items = [...list.children];
      const home = (document.getElementById(heading.id) ?? place.appendChild(section).firstChild).nextElementSibling;
      home.append(...items);
      for (const item of items) {
        const [link, ...others] = item.children;
        others.pop().append(make("span", { className: "ac-where" }, ` · in ${heading.textContent}`));
        const path = decodeURI(link.href).slice(new URL(".", location).href.length);
        const name = link.textContent;
        rows.push({
          problems: 0,
          ...item.dataset,
          item,
          home,
          name,
          text: fold(`${name} ${others[0]?.textContent ?? ""} ${path}`),
          options: item.dataset.in.split(" ").map((each) => parseInt(each, 36)),
        });
      }
    }
  }

  async function read() {
    if (reading) return;
    reading = true;
    said.textContent = "Reading all agents…";
    try {
      for (const page of unread.map(sectionsOf)) take(await page);
    } catch {
      missing = " Part of the list could not be loaded.";
    }
    unread.length = 0;
    arrange();
  }

  function arrange() {
    if (sort.value) flat.append(...[...rows].sort(ORDERS[sort.value]).map(({ item }) => item));
    else for (const { item, home } of rows) home.append(item);
    update();
  }

  function update() {
    const terms = fold(text.value).match(/\S+/g) ?? [];
    const asked = inputs.reduce((sum, input, index) => sum | (input.checked && bits[index]), 0);
    const plain = !asked && !terms.length && !sort.value;
    if (!plain && unread.length) return read();
    const counts = new Uint32Array(inputs.length);
    let found = 0;
    rows.forEach(({ item, text, options }, index) => {
      let open = asked; // the facets in which the row is not among the chosen
      for (const each of options) if (inputs[each].checked) open &= ~bits[each];
      const told = terms.every((term) => text.includes(term));
      // An option counts what choosing it leads to, whatever else of its facet is chosen.
      if (told) for (const each of options) counts[each] += !(open & ~bits[each]);
      const hidden = plain ? index >= first : !told || open > 0;
      if (item.hidden !== hidden) item.hidden = hidden;
      found += !hidden;
    });
    inputs.forEach((input, index) => {
      input.parentNode.lastChild.textContent = counts[index].toLocaleString("en");
      input.disabled = !counts[index] && !input.checked;
    });
    for (const panel of panels) panel.previousElementSibling.lastChild.textContent = panel.querySelectorAll(":checked").length || "";
    if (pages) pages.hidden = !plain;
    const number = found ? `${found.toLocaleString("en")} of ${form.dataset.acFilters}.` : "No agent has all of this.";
    said.textContent = (plain || found === rows.length ? all : number) + ignored + missing;
    chips.replaceChildren(...inputs.filter((input) => input.checked).map(chip), ...(plain ? [] : [make("button", { type: "button" }, "Reset")]));
  }

  function chip(input) {
    const words = `${input.closest("[popover]").ariaLabel}: ${input.nextSibling.textContent}`;
    return make("button", { type: "button", value: inputs.indexOf(input), ariaLabel: `Remove ${words}` }, words);
  }

  function clear() {
    for (const input of inputs) input.checked = false;
    text.value = sort.value = "";
  }

  function change(typed) {
    ignored = "";
    if (typed) update();
    else arrange();
    clearTimeout(timer);
    timer = setTimeout(remember, typed ? 200 : 0, typed); // browsers limit how often an address changes
  }

  function remember(typed) {
    const query = String(new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim())));
    // What is typed in one go is one step back.
    history[typed && typing ? "replaceState" : "pushState"](history.state, "", location.pathname + (query && `?${query}`));
    typing = typed;
  }

  function readAddress() {
    clearTimeout(timer);
    clear();
    ignored = "";
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = { text, sort, __proto__: null }[name] ?? inputs.find((input) => input.name === name && input.value === value);
      if (field) field.checked = field.value = value;
      if (field?.value !== value) ignored += ` Not known here: ${name}=${value}.`;
    }
    sort.value ||= ""; // where it was none of the orders
    typing = false;
    arrange();
  }

  take(place.querySelectorAll("section"));
  const first = rows.length;
  form.oninput = ({ target }) => (target.name ? change(target === text) : narrow(target));
  chips.onclick = ({ target }) => {
    if (target === chips) return;
    if (target.value) inputs[target.value].checked = false;
    else clear();
    change();
    (chips.firstChild ?? text).focus();
  };
  form.parentNode.addEventListener("focusin", ({ target }) => {
    const left = form.querySelector(":popover-open:not(:focus-within)");
    if (left !== target.popoverTargetElement) left?.hidePopover();
  });
  window.onpopstate = readAddress;
  if (location.search) readAddress();
  form.hidden = false;
}

function narrow({ value, parentNode }) {
  for (const label of parentNode.querySelectorAll("label")) label.hidden = !fold(label.textContent).includes(fold(value));
}

async function sectionsOf({ href }) {
  const page = new DOMParser().parseFromString(await (await fetch(href)).text(), "text/html");
  page.head.prepend(make("base", { href })); // for its links lead from there
  for (const link of page.links) link.href = link.href;
  return page.querySelectorAll("[data-ac-rows] > section");
}
