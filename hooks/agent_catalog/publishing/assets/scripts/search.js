// Search from any page: a dialog with a field and a list of links. Names and texts are those of
// agents, so they become text nodes and nothing else.

import { load, search } from "./search-index.js";

const ROOT = new URL("../../", import.meta.url);
const KINDS = { agents: "Agent", tools: "Tool", models: "Model", colors: "Color" };
const ROWS = 8;
const EXCERPT = 28; // words
const HINT = "Finds agents by name, purpose, example, tool and prompt, and the other pages.";

let dialog, field, status, list, more;
let timer;
let latest = 0;

/** @param {Document} root */
export function start(root) {
  if (!dialog) build();
  for (const opener of root.querySelectorAll("[data-ac-search]:not([role])")) {
    opener.role = "button";
    opener.ariaHasPopup = "dialog";
    opener.onclick = (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) open(event);
    };
    opener.onkeydown = (event) => {
      if (event.key === " ") open(event);
    };
  }
  const query = new URL(location).searchParams.get("search");
  if (query) {
    field.value = query;
    open();
  } else dialog.close(); // after instant navigation
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function build() {
  field = make("input", { type: "search", autocomplete: "off", spellcheck: false });
  const close = make("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const form = make("form", { role: "search", onsubmit: onSubmit }, make("label", {}, "Search", field), close);
  status = make("p", { role: "status" });
  list = make("ol", { onclick: onFollow });
  more = make("button", { type: "button", hidden: true }, "Show more");
  dialog = make("dialog", { className: "ac-search", ariaLabel: "Search" }, form, status, list, more);
  field.oninput = () => {
    clearTimeout(timer);
    list.ariaBusy = true;
    // One or two letters begin too many words to look all of them up at once.
    timer = setTimeout(show, /(^|\s)\S{1,2}$/.test(field.value) ? 250 : 100);
  };
  dialog.onkeydown = onKey;
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close();
  };
  dialog.onclose = () => remember("");
  document.body.append(dialog);
  addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
    const letter = ["/", "s", "f"].includes(event.key) && !writes && !event.altKey;
    if (command ? event.key === "k" : letter) open(event);
  });
}

function open(event) {
  event?.preventDefault();
  load().catch(() => {}); // said when it is asked
  if (!dialog.open) dialog.showModal();
  field.select();
  show();
}

function onKey(event) {
  event.stopPropagation(); // the theme has keys of its own
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const stops = [field, ...list.querySelectorAll("a")];
    stops.at((stops.indexOf(document.activeElement) + step) % stops.length).focus();
  } else if (event.key === "Escape") {
    dialog.close(); // where the field would only be emptied
  } else {
    if (event.key.length === 1 && document.activeElement.matches("a")) field.focus();
    return;
  }
  event.preventDefault();
}

async function onSubmit(event) {
  event.preventDefault();
  clearTimeout(timer);
  await show();
  list.querySelector("a")?.click();
}

function onFollow(event) {
  clearTimeout(timer);
  if (event.target.pathname !== location.pathname) return;
  remember("");
  dialog.close();
}

/** Keeps the query in the address, so that it can be shared. */
function remember(query) {
  const url = new URL(location);
  if (query) url.searchParams.set("search", query);
  else url.searchParams.delete("search");
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

async function show() {
  const query = field.value.trim();
  const turn = ++latest;
  remember(query);
  try {
    const { matches, complete } = query ? await search(query) : { matches: [] };
    if (await add(matches, 0, turn)) status.textContent = query ? said(matches.length, complete) : HINT;
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

async function row(match) {
  const { meta, raw_url, content, anchors } = await match.data();
  const path = raw_url.replace(/~\.html$/, "/");
  const words = content.split(/\s+/);
  const prompt = anchors.find((each) => each.id === "system-prompt" && each.element === "p")?.location ?? Infinity;
  const told = match.words.filter((place) => place < prompt);
  const first = densest(told);
  const from = Math.max(0, first - 4);
  const text = make("p", {}, from ? "… " : "");
  words.slice(from, Math.min(from + EXCERPT, prompt)).forEach((word, index) => {
    text.append(told.includes(from + index) ? make("mark", {}, word) : word, " ");
  });
  if (!told.length && match.words.length) {
    const found = new Set(match.words.slice(0, 6).map((place) => words[place]));
    text.append(make("span", {}, "In the prompt: "), ...[...found].flatMap((word) => [make("mark", {}, word), " "]));
  }
  const section = anchors.findLast((each) => /h[2-6]/.test(each.element) && each.location <= first);
  const link = make("a", {}, section ? `${meta.title}: ${section.text}` : meta.title);
  link.href = new URL(path.slice(1).split("/").map(encodeURIComponent).join("/"), ROOT);
  if (section) link.hash = section.id;
  const [, folder, place] = path.match(/^\/(\w+)\/(.+?)(\/|\.html)$/) ?? [];
  const kind = KINDS[folder] ?? "Page";
  return make("li", {}, link, make("span", {}, kind === "Agent" ? `${kind} ${place}` : kind), text);
}

/** Where the stretch of words begins that has the most of these places. */
function densest(places) {
  const near = (start) => places.filter((each) => each >= start && each < start + EXCERPT - 4).length;
  return places.reduce((best, each) => (near(each) > near(best) ? each : best), places[0] ?? 0);
}
