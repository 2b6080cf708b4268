// Asks the search index, which Pagefind made and reads: https://pagefind.app/docs/api/

import { fold } from "./elements.js";

/** Words that tell nothing. */
const EMPTY = new Set(
  `a about agent agents all an and any are as at be can could do does for from give has have help how
  i in is it me my need of on or our please should show some that the there this to use want we what
  when where which who will with would you your`.split(/\s+/),
);
const ENOUGH = 5;
const MOST = 50;

let loading;

/** Pagefind, loaded once, without the worker that would load it twice. */
export function load() {
  return (loading ??= import("./pagefind/pagefind.js").then(async (pagefind) => {
    await pagefind.options({ noWorker: true, ranking: { pageLength: 0.1, termFrequency: 0.2 } });
    await pagefind.init();
    return pagefind;
  }));
}

/** The pages with all words of a query, best first; where they are few, then those with some. */
export async function search(query) {
  const all = query.toLowerCase().match(/[^\s,;:?!()[\]{}"“”/-]+/g) ?? [];
  const telling = all.filter((word) => !EMPTY.has(word));
  const words = [...new Set(telling.length ? telling : all)];
  const name = words.length > 1 ? [words.join("-")] : []; // counts for more than its parts
  const pages = new Map();
  for (const [index, matches] of (await Promise.all([...words, ...name].map(find))).entries()) {
    for (const { id, score, words: places, data } of matches) {
      const page = pages.get(id) ?? { data, score: 0, words: [], found: new Set() };
      page.score += score;
      page.words.push(...places);
      if (index < words.length) page.found.add(index);
      pages.set(id, page);
    }
  }
  const matches = [...pages.values()].sort((a, b) => b.found.size - a.found.size || b.score - a.score);
  const complete = matches.filter(({ found }) => found.size === words.length).length;
  return { matches: matches.slice(0, complete < ENOUGH ? MOST : complete), complete };
}

async function find(word) {
  // British and American
  const swap = { s: "z", z: "s", our: "or", or: "our" };
  const other = word.replace(/(?<=[iy])[sz](?=(e[sdr]?|ing|ations?)$)|(?<=col|vi|fav)ou?r/, (each) => swap[each]);
  const pagefind = await load();
  const found = [];
  for (const spelling of new Set([word, other])) {
    const { results } = await pagefind.search(spelling);
    const best = await results[0]?.data();
    // For a word that it does not know, Pagefind takes a shorter one.
    const start = fold(spelling).slice(0, Math.max(3, spelling.length - 3));
    if (fold(`${best?.meta.title} ${best?.content}`).includes(start)) found.push(...results);
  }
  return found;
}
