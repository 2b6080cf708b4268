// Shows two agents side by side.

import { make } from "./elements.js";
import { lineDiff } from "./line-diff.js";

const CONTEXT = 3; // lines

export async function start(root) {
  const page = root.querySelector("[data-ac-compare]");
  const [title, form, status, result, head, body, prompts] = page.querySelectorAll("h1, form, [role=status], [data-result], thead tr, tbody, [data-lines]");
  if (!form.hidden) return;
  form.hidden = false;
  const say = (words) => (status.textContent = words);
  const query = new URLSearchParams(location.search);
  const options = [...form.querySelectorAll("option")];
  const sides = ["a", "b"].map((side) => {
    const asked = (query.get(side) ?? "").trim();
    const found = options.filter(({ value, text }) => value === asked || text === asked);
    return (form.elements[side].value = found.length === 1 ? found[0].value : asked);
  });
  const [a, b] = sides;
  if (!a || !b || a === b) return say("Choose two different agents.");
  const missing = sides.filter((address) => !options.some(({ value }) => value === address));
  if (missing.length) return say(`No agent has the address ${missing.join(" or ")}.`);
  try {
    const both = await Promise.all(sides.map(async (address) => (await fetch(`${form.dataset.files}${address}.json`)).json()));
    document.title = `${both[0].name} and ${both[1].name} compared${document.title.slice(title.textContent.length)}`;
    both.forEach(({ name, path, url }, side) => {
      const href = new URL(url, new URL(form.dataset.root, location));
      head.cells[side + 1].replaceChildren(make("a", { href }, name), make("span", {}, path));
    });
    body.replaceChildren(...facts(...both.map((each) => new Map(each.facts))));
    prompts.replaceChildren(...lines(...both.map((each) => each.prompt.split("\n"))));
    result.hidden = false;
    say("");
  } catch {
    say("The agents could not be loaded.");
  }
}

function* facts(a, b) {
  const row = (label, ...sides) => {
    const [one, other] = sides.map((side) => [side ?? []].flat().join(", ") || "—");
    const same = one === other;
    const cells = same ? [make("td", { colSpan: 2 }, one)] : [make("td", {}, one), make("td", {}, other)];
    return make("tr", {}, make("th", { scope: "row" }, label, make("span", {}, same ? "same" : "differs")), ...cells);
  };
  for (const label of new Set([...a.keys(), ...b.keys()])) {
    const sides = [a.get(label), b.get(label)];
    if (!Array.isArray(sides[0])) {
      yield row(label, ...sides);
      continue;
    }
    const both = sides[0].filter((each) => sides[1].includes(each));
    const only = sides.map((side) => side.filter((each) => !both.includes(each)));
    if (only.flat().length) yield row(`${label} of one only`, ...only);
    if (both.length) yield row(`${label} of both`, both, both);
  }
}

function lines(a, b) {
  const runs = lineDiff(a, b);
  if (!runs) return [make("p", {}, "The prompts are too long to compare them by line.")];
  const block = (sign, texts) => make("pre", {}, ...texts.map((text) => make("span", {}, `${sign} ${text}\n`)));
  const only = (side, sign, [from, to], texts) => {
    const range = to - from > 1 ? `s ${from + 1} to ${to}` : ` ${to}`;
    const label = make("span", {}, `${sign} only in the ${side}, line${range}`);
    return from < to ? [make("div", { className: `ac-only-${side}` }, label, block(sign, texts.slice(from, to)))] : [];
  };
  let both = 0;
  const blocks = runs.flatMap((run, at) => {
    if (!run.same) return [...only("first", "−", run.a, a), ...only("second", "+", run.b, b)];
    const texts = a.slice(...run.a);
    both += texts.length;
    const [from, to] = [at && CONTEXT, texts.length - (at < runs.length - 1 && CONTEXT)];
    if (to - from <= CONTEXT) return block(" ", texts);
    const fold = make("details", {}, make("summary", {}, `${to - from} lines in both`), block(" ", texts.slice(from, to)));
    return [block(" ", texts.slice(0, from)), fold, block(" ", texts.slice(to))];
  });
  return [make("p", {}, `Lines: ${a.length - both} only in the first, ${b.length - both} only in the second, ${both} in both.`), ...blocks];
}
