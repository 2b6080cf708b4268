// The list of all agents: filters and sorts it, and keeps what is chosen in the page's address.

/** Rows to show at once of a list that is not whole, so that each key press is answered at once. */
const MOST = 300;

const { compare } = new Intl.Collator("en", { numeric: true });

/** Orders by the control's value; by folder, rows stand as they came. */
const ORDERS = {
  name: (a, b) => compare(a.name, b.name),
  model: (a, b) => a.options[0] - b.options[0],
  size: (a, b) => b.size - a.size,
  problems: (a, b) => b.problems - a.problems,
};

/** Text as it is compared: without case and accents. */
const fold = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const written = number => number.toLocaleString("en");
const make = (tag, values) => Object.assign(document.createElement(tag), values);

let last = new AbortController();

/** Brings the list of a page to life, once. */
export function start(root) {
  const form = root.querySelector("[data-ac-filters]");
  if (!form.hidden) return;
  last.abort();
  last = new AbortController();
  begin(root, form, last);
  form.hidden = false;
}

function begin(root, form, { signal }) {
  const find = name => root.querySelector(`[data-ac-${name}]`);
  const [place, said, chips, pages, more] = ["rows", "count", "chosen", "pages", "more"].map(find);
  const { text, sort } = form.elements;
  const facets = [...form.querySelectorAll("details")];
  const options = facets.flatMap((facet, index) => [...facet.querySelectorAll("[name]")].map(input => {
    const [label, count] = [...input.parentNode.children].slice(-2);
    return { input, label, count, facet, bit: 1 << index };
  }));
  const unread = [...pages?.querySelectorAll("a:not([aria-current])") ?? []];
  const contents = root.querySelectorAll('.md-nav--secondary a[href^="#folder-"]');
  const all = said.textContent;
  const flat = make("ul", { className: "ac-list ac-flat" });
  const rows = [];
  let reading = false, plain = true, typing = false, ignored = "", missing = "", most = MOST, found, timer;

  /** Takes in the rows of a page of the list, with the folders that they stand in. */
  function take(part) {
    for (const list of part.querySelectorAll(".ac-list")) {
      const heading = list.previousElementSibling;
      const before = rows.at(-1)?.section;
      const section = before?.heading.id === heading.id ? before : { heading, list };
      for (const item of list.children) {
        const link = item.firstElementChild;
        const path = decodeURI(link.getAttribute("href")).replace(/^(\.\.\/)+/, "");
        if (part !== place) link.href = link.href; // it is to lead there from this page as well
        rows.push({
          item,
          section,
          name: link.textContent,
          text: fold(`${link.textContent} ${item.querySelector("p")?.textContent ?? ""} ${path}`),
          options: item.dataset.in.split(" ").map(each => parseInt(each, 36)),
          size: Number(item.dataset.size),
          problems: Number(item.dataset.problems ?? 0),
        });
      }
    }
  }

  /** Takes in the list's other pages, as soon as they may be asked for. */
  async function read() {
    if (!unread.length) return;
    reading = true;
    try {
      for (const page of unread.splice(0).map(fetchPage)) take((await page).querySelector("[data-ac-rows]"));
    } catch {
      missing = " Part of the list could not be loaded.";
    }
    reading = false;
    update();
  }

  function update() {
    const terms = fold(text.value).split(/\s+/).filter(Boolean);
    const chosen = options.filter(({ input }) => input.checked);
    const asked = chosen.reduce((bits, { bit }) => bits | bit, 0);
    const bits = options.map(({ bit }) => bit);
    const met = options.map(({ input, bit }) => input.checked ? ~bit : -1);
    const counts = new Uint32Array(bits.length);
    plain = !asked && !terms.length && !sort.value;
    if (!plain) read();
    found = rows.filter(row => {
      if (!terms.every(term => row.text.includes(term))) return false;
      let open = asked; // the facets in which the row is not among the chosen
      for (const each of row.options) open &= met[each];
      // An option counts what choosing it leads to, whatever else of its facet is chosen.
      for (const each of row.options) if (!(open & ~bits[each])) counts[each]++;
      return !open;
    });
    if (sort.value) found.sort(ORDERS[sort.value]);
    if (!reading) options.forEach(({ input, count }, each) => {
      const number = written(counts[each]);
      const none = !counts[each] && !input.checked;
      if (count.textContent !== number) count.textContent = number;
      if (input.disabled === none) return;
      input.disabled = none;
      input.parentNode.classList.toggle("ac-none", none);
    });
    show();
    tell(chosen);
  }

  /** Puts rows on the page: its own while nothing is chosen, else the first that were found. */
  function show() {
    const shown = plain ? rows.slice(0, first) : found.slice(0, most);
    const left = plain ? 0 : found.length - shown.length;
    if (sort.value) {
      fill(flat, shown.map(withFolder));
      fill(place, [flat]);
    } else {
      const sections = new Map();
      for (const { item, section } of shown) {
        if (!sections.has(section)) sections.set(section, []);
        sections.get(section).push(item);
      }
      for (const [{ list }, items] of sections) fill(list, items);
      fill(place, [...sections.keys()].flatMap(({ heading, list }) => [heading, list]));
    }
    for (const link of contents) link.parentNode.hidden = !document.getElementById(link.hash.slice(1));
    if (pages) pages.hidden = !plain;
    more.hidden = !left;
    more.textContent = `Show ${written(Math.min(MOST, left))} more of ${written(left)}`;
  }

  /** Says how many were found, and offers to take back what was chosen. */
  function tell(chosen) {
    const count = found.length ? `${written(found.length)} of ${form.dataset.acFilters}.` : "No agent has all of this.";
    const whole = plain || found.length === rows.length;
    said.textContent = (reading && !plain ? "Reading all agents…" : whole ? all : count) + ignored + missing;
    for (const facet of facets) {
      facet.querySelector("b").textContent = chosen.filter(each => each.facet === facet).length || "";
    }
    const buttons = chosen.map(({ input, label, facet }) => {
      const textContent = `${facet.dataset.acFacet}: ${label.textContent}`;
      return offer({ textContent, ariaLabel: `Remove ${textContent}` }, () => { input.checked = false; });
    });
    if (!plain) buttons.push(offer({ textContent: "Reset" }, clear));
    chips.replaceChildren(...buttons);
  }

  function offer(values, act) {
    const button = make("button", { type: "button", ...values });
    button.onclick = () => {
      const index = [...chips.children].indexOf(button);
      act();
      change();
      (chips.children[index] ?? text).focus();
    };
    return button;
  }

  function clear() {
    for (const { input } of options) input.checked = false;
    text.value = sort.value = "";
  }

  function change(typed = false) {
    ignored = "";
    most = MOST;
    update();
    clearTimeout(timer);
    if (typed) timer = setTimeout(remember, 200, true); // browsers limit how often an address changes
    else remember(false);
  }

  /** Writes the address; what is typed in one go is one step back. */
  function remember(typed) {
    const values = [...new FormData(form)].filter(([, value]) => value.trim());
    const query = String(new URLSearchParams(values)).replaceAll("%2F", "/");
    const write = typed && typing ? "replaceState" : "pushState";
    history[write](history.state, "", location.pathname + (query && `?${query}`));
    typing = typed;
  }

  /** Reads the address. */
  function open() {
    const unknown = [];
    clearTimeout(timer);
    clear();
    for (const [name, value] of new URLSearchParams(location.search)) {
      const option = options.find(({ input }) => input.name === name && input.value === value);
      if (option) option.input.checked = true;
      else if (name === "text") text.value = value;
      else if (name === "sort" && sort.querySelector(`[value="${CSS.escape(value)}"]`)) sort.value = value;
      else unknown.push(`${name}=${value}`);
    }
    ignored = unknown.length ? ` Not known here, so ignored: ${unknown.join(", ")}.` : "";
    most = MOST;
    typing = false;
    update();
  }

  /** Closes the facets that are left. */
  function leave(target) {
    for (const facet of facets) if (!facet.contains(target)) facet.open = false;
  }

  take(place);
  const first = rows.length;
  form.addEventListener("input", ({ target }) => target.name ? change(target === text) : narrow(target));
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("focusin", read);
  form.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape") return;
    target.closest("details")?.firstElementChild.focus();
    leave();
  });
  for (const event of ["click", "focusin"]) document.addEventListener(event, ({ target }) => leave(target), { signal });
  window.addEventListener("popstate", open, { signal });
  more.addEventListener("click", () => {
    const next = found[most];
    most += MOST;
    show();
    next.item.firstElementChild.focus();
  });
  if (location.search) open();
}

/** Makes nodes the children of an element, unless they are. */
function fill(parent, nodes) {
  if (nodes.length !== parent.children.length || nodes.some((node, index) => node !== parent.children[index])) {
    parent.replaceChildren(...nodes);
  }
}

/** Leaves of a facet's options those that are looked for. */
function narrow({ value, parentNode }) {
  for (const label of parentNode.querySelectorAll("label")) {
    label.hidden = !fold(label.textContent).includes(fold(value));
  }
}

/** A row for a list without folders as headings. */
function withFolder({ item, section: { heading } }) {
  if (!item.querySelector(".ac-where")) {
    item.lastElementChild.append(make("span", { className: "ac-where", textContent: ` · in ${heading.textContent}` }));
  }
  return item;
}

/** Another page of the list, whose links lead where they lead from there. */
async function fetchPage({ href }) {
  const answer = await fetch(href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  page.head.prepend(make("base", { href }));
  return page;
}
