// Shows two agents side by side. What they say is text, never markup.

import { make, written } from "./elements.js";
import { lineDiff } from "./line-diff.js";

/** Equal lines to show around a difference. */
const AROUND = 3;

const count = (lines) => `${written(lines)} line${lines === 1 ? "" : "s"}`;

/** @param {Document} root */
export async function start(root) {
  const page = root.querySelector("[data-ac-compare]");
  const [title, form, swap, status, result, head, body, prompts] = page.querySelectorAll("h1, form, [data-swap], [role=status], [data-result], thead tr, tbody, [data-lines]");
  if (!form.hidden) return;
  form.hidden = false;
  const say = (words) => (status.textContent = words);
  const asked = new URLSearchParams(location.search);
  const sides = ["a", "b"].map((side) => (form.elements[side].value = (asked.get(side) ?? "").trim()));
  const [a, b] = sides;
  if (!a || !b) return say(a || b ? "Choose another agent to compare this one with." : "Choose two agents.");
  swap.href = `?${new URLSearchParams({ a: b, b: a })}`;
  swap.hidden = false;
  const known = Array.from(form.querySelectorAll("option"), ({ value }) => value);
  const missing = sides.filter((address) => !known.includes(address));
  if (missing.length) return say(`There is no agent ${missing.join(" and no agent ")}: renamed or removed, perhaps.`);
  if (a === b) return say("Both are the same agent. Choose another one on one side.");
  say("Loading …");
  try {
    const both = await Promise.all(sides.map(async (address) => (await fetch(`${form.dataset.files}${address}.json`)).json()));
    document.title = `${a} and ${b} compared${document.title.slice(title.textContent.length)}`;
    both.forEach(({ name, path, url }, side) => {
      const href = new URL(url, new URL(form.dataset.root, location));
      head.cells[side + 1].replaceChildren(make("a", { href }, name), make("span", {}, path));
    });
    body.replaceChildren(...facts(...both.map((each) => new Map(each.facts))));
    prompts.replaceChildren(...lines(...both.map((each) => each.prompt.split("\n"))));
    result.hidden = false;
    say(both[0].sha256 === both[1].sha256 ? "The two files are identical, byte for byte." : "");
  } catch {
    say("The agents could not be loaded.");
  }
}

/** Rows of what two agents have: what is the same is said once, and lists are parted. */
function* facts(a, b) {
  const row = (label, ...sides) => {
    const [one, other] = sides.map((side) => [side ?? []].flat().join(", ") || "—");
    const same = one === other;
    const cells = same ? [make("td", { colSpan: 2 }, one)] : [make("td", {}, one), make("td", {}, other)];
    return make("tr", {}, make("th", { scope: "row" }, label, make("span", {}, same ? "same" : "differs")), ...cells);
  };
  for (const label of new Set([...a.keys(), ...b.keys()])) {
    const [one, other] = [a.get(label), b.get(label)];
    if (!Array.isArray(one)) {
      yield row(label, one, other);
      continue;
    }
    const both = one.filter((each) => other.includes(each));
    const [first, second] = [one, other].map((each) => each.filter((item) => !both.includes(item)));
    if (first.length || second.length) yield row(`${label} of one only`, first, second);
    if (both.length) yield row(`${label} of both`, both, both);
  }
}

/** What two texts have in common and what not, after a line that sums it up. */
function lines(a, b) {
  const { runs, exact } = lineDiff(a, b);
  const block = (sign, texts) => make("pre", {}, ...texts.map((text) => make("span", {}, `${sign} ${text}\n`)));
  const only = (side, sign, [from, to], texts) => {
    const range = to - from > 1 ? `lines ${from + 1} to ${to}` : `line ${to}`;
    const label = make("span", {}, `${sign} only in the ${side}, ${range}`);
    return from < to ? [make("div", { className: `ac-only-${side}` }, label, block(sign, texts.slice(from, to)))] : [];
  };
  let both = 0;
  const blocks = runs.flatMap((run, at) => {
    if (!run.same) return [...only("first", "−", run.a, a), ...only("second", "+", run.b, b)];
    const texts = a.slice(...run.a);
    both += texts.length;
    const [from, to] = [at && AROUND, texts.length - (at < runs.length - 1 && AROUND)];
    if (to - from <= AROUND) return block(" ", texts);
    const fold = make("details", {}, make("summary", {}, `${count(to - from)} in both`), block(" ", texts.slice(from, to)));
    return [block(" ", texts.slice(0, from)), fold, block(" ", texts.slice(to))];
  });
  const same = both === a.length && both === b.length;
  const said = same ? "Both have the same lines." : `${count(a.length - both)} only in the first, ${count(b.length - both)} only in the second, ${count(both)} in both.`;
  const doubt = exact ? "" : " The prompts are so long that this is an approximation: there may be more in both.";
  return [make("p", {}, said + doubt), ...blocks];
}
