// Search from any page: a dialog with a field and a list of links.

import { make } from "./elements.js";
import { load, search } from "./search-index.js";

const ROOT = new URL("../../", import.meta.url);
const ROWS = 8;
const EXCERPT = 28; // words

const dialog = document.querySelector("dialog.ac-search");
const [field, close, status, list, more] = dialog.querySelectorAll("input, button, p, ol");
const hint = status.textContent;
let timer, latest = 0;

/** Opens search if the page's address says so, and closes it after instant navigation. */
export function start() {
  const query = new URL(location).searchParams.get("search");
  if (!query) return dialog.close();
  field.value = query;
  open();
}

document.querySelector("[data-ac-search]").onclick = open;
addEventListener("keydown", (event) => {
  const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.ctrlKey || event.metaKey ? event.key === "k" : "/sf".includes(event.key) && !writes && !event.altKey) open(event);
});
field.oninput = () => {
  clearTimeout(timer);
  list.ariaBusy = true;
  // One or two letters begin too many words to look all of them up at once.
  timer = setTimeout(show, /(^|\s)\S{1,2}$/.test(field.value) ? 250 : 100);
};
field.form.onsubmit = async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  await show();
  list.querySelector("a")?.click();
};
dialog.onclose = () => remember("");
dialog.onclick = ({ target }) => {
  const here = target.pathname === location.pathname;
  if (here) remember(""); // before instant navigation looks at the address
  if (here || target === dialog || target === close) dialog.close();
};
dialog.onkeydown = (event) => {
  event.stopPropagation(); // the theme has keys of its own
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const stops = [field, ...list.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement);
  if (step || event.key === "Escape") event.preventDefault(); // which would empty the field, and no more
  if (step) stops.at((at + step) % stops.length).focus();
  else if (event.key === "Escape") dialog.close();
};

function open(event) {
  event?.preventDefault();
  load().catch(() => {}); // said when it is asked
  if (!dialog.open) dialog.showModal();
  field.select();
  show();
}

function remember(query) {
  const url = new URL(location);
  url.searchParams.delete("search");
  if (query) url.searchParams.set("search", query);
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

async function show() {
  const query = field.value.trim();
  const turn = ++latest;
  remember(query);
  try {
    const { matches, complete } = query ? await search(query) : { matches: [] };
    if (await add(matches, 0, turn)) status.textContent = query ? said(matches.length, complete) : hint;
  } catch {
    if (turn === latest) status.textContent = "The search index cannot be read.";
  }
  if (turn === latest) list.ariaBusy = false; // an older answer may come after the newest
}

function said(all, complete) {
  if (complete) return complete === 1 ? "1 result" : `${complete} results`;
  return all ? `Nothing has all of these words, ${all} have some` : "Nothing found";
}

/** Adds some results, unless there has been another query meanwhile. */
async function add(matches, from, turn) {
  const to = from + ROWS;
  const rows = await Promise.all(matches.slice(from, to).map(row));
  if (turn !== latest) return false;
  if (!from) list.replaceChildren();
  list.append(...rows);
  more.hidden = matches.length <= to;
  more.onclick = async () => (await add(matches, to, turn)) && list.children[to].querySelector("a").focus();
  return true;
}

async function row({ data, words: places }) {
  const { meta, content, anchors } = await data();
  const words = content.split(/\s+/);
  const prompt = anchors.find(({ id, element }) => id === "system-prompt" && element === "p")?.location ?? words.length;
  const told = places.filter((place) => place < prompt);
  const first = told.length ? Math.min(...told) : 0;
  const from = Math.max(0, first - 4);
  const mark = (word) => [make("mark", {}, word), " "];
  const text = words.slice(from, Math.min(from + EXCERPT, prompt)).flatMap((word, index) => (told.includes(from + index) ? mark(word) : `${word} `));
  if (from) text.unshift("… ");
  if (places.length && !told.length) text.push(make("span", {}, "In the prompt: "), ...mark(words[places[0]]));
  const section = anchors.findLast(({ element, location }) => /h[2-6]/.test(element) && location <= first);
  const [hash, part] = section ? [`#${section.id}`, `: ${section.text}`] : ["", ""];
  const link = make("a", { href: new URL(meta.url + hash, ROOT) }, meta.title + part);
  return make("li", {}, link, make("span", {}, meta.kind), make("p", {}, ...text));
}
