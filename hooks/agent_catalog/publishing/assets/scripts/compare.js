// Shows two agents side by side. What they say is text, never markup.

import { lineDiff } from "./line-diff.js";

/** Equal lines to show around a difference. */
const AROUND = 3;

const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

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
  const [form, swap, heading] = ["form", "[data-swap]", "h1"].map(find);
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
    const title = `${both[0].name} and ${both[1].name} compared`;
    document.title = title + document.title.slice(heading.textContent.length);
    heading.textContent = title;
    both.forEach(({ name, path, url }, side) => {
      const href = new URL(url, new URL(form.dataset.root, location));
      find("thead").rows[0].cells[side + 1].replaceChildren(make("a", { href }, name), make("small", {}, path));
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
    return make("tr", {}, make("th", { scope: "row" }, label, make("small", {}, same ? "same" : "differs")), ...cells);
  };
  for (const label of new Set([...a.keys(), ...b.keys()])) {
    const [one, other] = [a.get(label), b.get(label)];
    if (Array.isArray(one)) {
      const less = (has, not) => has.filter((each) => !not.includes(each)).join(", ") || "—";
      const both = one.filter((each) => other.includes(each)).join(", ");
      yield row(`${label} of one only`, less(one, other), less(other, one));
      if (both) yield row(`${label} of both`, both, both);
    } else yield row(label, one, other);
  }
}

/** What two texts have in common and what not, after a line that sums it up. */
function lines(a, b) {
  const { runs, exact } = lineDiff(a, b);
  const sums = { a: 0, b: 0, both: 0 };
  const block = (sign, from, texts) => make("pre", {}, texts.map((text, k) => `${String(from + k + 1).padStart(4)} ${sign} ${text}`).join("\n"));
  const blocks = runs.flatMap((run, at) => {
    const size = { a: run.a[1] - run.a[0], b: run.b[1] - run.b[0] };
    if (run.same) {
      sums.both += size.a;
      const part = (from, to) => (to > from ? [block(" ", run.a[0] + from, a.slice(run.a[0] + from, run.a[0] + to))] : []);
      const from = at && AROUND, to = size.a - (at < runs.length - 1 && AROUND);
      if (to - from < 2) return part(0, size.a);
      const fold = make("details", {}, make("summary", {}, `${count(to - from, "line")} in both`), ...part(from, to));
      return [...part(0, from), fold, ...part(to, size.a)];
    }
    return [["a", "−", "first", a], ["b", "+", "second", b]].filter(([side]) => size[side]).map(([side, sign, name, texts]) => {
      sums[side] += size[side];
      const label = make("small", {}, `${sign} ${count(size[side], "line")} only in the ${name}`);
      return make("div", { className: `ac-only-${name}` }, label, block(sign, run[side][0], texts.slice(...run[side])));
    });
  });
  const said = sums.a + sums.b
    ? `${count(sums.a, "line")} only in the first, ${count(sums.b, "line")} only in the second, ${sums.both.toLocaleString("en")} in both.`
    : "Both have the same lines.";
  const doubt = " Some lines are repeated so often that this is an approximation: there may be more in common.";
  return [make("p", {}, exact ? said : said + doubt), ...blocks];
}
