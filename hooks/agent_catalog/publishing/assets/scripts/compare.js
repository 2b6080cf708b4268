// Shows two agents side by side. What they say is text, never markup.

import { lineDiff } from "./line-diff.js";

/** Equal lines to show around a difference. */
const AROUND = 3;

const count = (lines) => `${lines.toLocaleString("en")} line${lines === 1 ? "" : "s"}`;

function make(tag, attributes, ...children) {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

/** @param {Document} root */
export async function start(root) {
  const page = root.querySelector("[data-ac-compare]:not([data-started])");
  if (!page) return;
  page.dataset.started = "";
  const find = (selector) => page.querySelector(selector);
  const [form, swap] = ["form", "[data-swap]"].map(find);
  const asked = new URLSearchParams(location.search);
  const [a, b] = ["a", "b"].map((side) => (form.elements[side].value = (asked.get(side) ?? "").trim()));
  form.hidden = false;
  offer(form);
  const say = (words) => (find("[role=status]").textContent = words);
  if (!a && !b) return say("Choose two agents.");
  swap.href = `?${new URLSearchParams({ a: b, b: a })}`;
  swap.hidden = false;
  if (!a || !b) return say("Choose another agent to compare this one with.");
  if (a === b) return say("Both are the same agent. Choose another one on one side.");
  say("Loading …");
  try {
    const both = await Promise.all([a, b].map((address) => load(address, form.dataset.files)));
    const missing = [a, b].filter((_, side) => !both[side]);
    if (missing.length) return say(`There is no agent ${missing.join(" and no agent ")}: renamed or removed, perhaps.`);
    document.title = `${a} and ${b} compared${document.title.slice(find("h1").textContent.length)}`;
    both.forEach(({ name, path, url }, side) => {
      const href = new URL(url, new URL(form.dataset.root, location));
      find("thead").rows[0].cells[side + 1].replaceChildren(make("a", { href }, name), make("span", {}, path));
    });
    find("tbody").replaceChildren(...facts(...both.map((each) => new Map(each.facts))));
    find("[data-lines]").replaceChildren(...lines(...both.map((each) => each.prompt.split("\n"))));
    find("[data-result]").hidden = false;
    say(both[0].sha256 === both[1].sha256 ? "The two files are identical, byte for byte." : "");
  } catch {
    say("The agents could not be loaded.");
  }
}

/** What there is to compare of an agent; nothing if there is none at the address. */
async function load(address, files) {
  const parts = address.split("/").map(encodeURIComponent);
  if (parts.some((part) => /^\.{0,2}$/.test(part))) return null;
  const answer = await fetch(`${files}${parts.join("/")}.json`);
  if (!answer.ok && answer.status !== 404) throw answer;
  return answer.ok ? answer.json() : null;
}

/** Offers agents while one types. */
function offer(form) {
  let agents;
  form.addEventListener("input", async ({ target }) => {
    agents ??= fetch(`${form.dataset.files}index.json`).then((answer) => answer.json()).catch(() => []);
    const words = target.value.toLowerCase().split(/\s+/);
    const found = (await agents).filter((each) => words.every((word) => each.join(" ").toLowerCase().includes(word)));
    form.querySelector("datalist").replaceChildren(...found.slice(0, 20).map(([value, label]) => make("option", { value, label })));
  });
}

/** Rows of what two agents have: what is the same is said once, and lists are parted. */
function* facts(a, b) {
  const row = (label, one = "—", other = "—") => {
    const same = one === other;
    const cells = same ? [make("td", { colSpan: 2 }, one)] : [make("td", {}, one), make("td", {}, other)];
    return make("tr", {}, make("th", { scope: "row" }, label, make("span", {}, same ? "same" : "differs")), ...cells);
  };
  for (const label of new Set([...a.keys(), ...b.keys()])) {
    const [one, other] = [a.get(label), b.get(label)];
    if (Array.isArray(one)) {
      const less = (has, not) => has.filter((each) => !not.includes(each)).join(", ") || "—";
      const both = one.filter((each) => other.includes(each));
      if (one.length > both.length || other.length > both.length) yield row(`${label} of one only`, less(one, other), less(other, one));
      if (both.length) yield row(`${label} of both`, both.join(", "), both.join(", "));
    } else yield row(label, one, other);
  }
}

/** What two texts have in common and what not, after a line that sums it up. */
function lines(a, b) {
  const { runs, exact } = lineDiff(a, b);
  const sums = { first: 0, second: 0, both: 0 };
  const block = (sign, texts) => make("pre", {}, ...texts.map((text) => make("span", {}, `${sign} ${text}\n`)));
  const only = (name, sign, [from, to], texts) => {
    if (from === to) return [];
    sums[name] += to - from;
    const range = to - from > 1 ? `lines ${from + 1} to ${to}` : `line ${to}`;
    const label = make("span", {}, `${sign} only in the ${name}, ${range}`);
    return make("div", { className: `ac-only-${name}` }, label, block(sign, texts.slice(from, to)));
  };
  const blocks = runs.flatMap((run, at) => {
    if (!run.same) return [only("first", "−", run.a, a), only("second", "+", run.b, b)].flat();
    const texts = a.slice(...run.a);
    const from = at && AROUND, to = texts.length - (at < runs.length - 1 && AROUND);
    sums.both += texts.length;
    if (to - from < 4) return block(" ", texts);
    const fold = make("details", {}, make("summary", {}, `${count(to - from)} in both`), block(" ", texts.slice(from, to)));
    return [block(" ", texts.slice(0, from)), fold, block(" ", texts.slice(to))];
  });
  const said = sums.first + sums.second
    ? `${count(sums.first)} only in the first, ${count(sums.second)} only in the second, ${count(sums.both)} in both.`
    : "Both have the same lines.";
  const doubt = " Some lines are repeated so often that this is an approximation: there may be more in both.";
  return [make("p", {}, exact ? said : said + doubt), ...blocks];
}
