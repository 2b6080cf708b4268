// Asks the search index, which Pagefind made and reads: https://pagefind.app/docs/api/

import { fold } from "./elements.js";

// Words of a question that say nothing of what is looked for.
const EMPTY = new Set(
  `a about agent agents all am an and any are as at be by can could do does for from give has have
  help how i in into is it me my need of on one or our please should show some tell that the there
  these this to us use want we what when where which who whom why will with would you your`.split(/\s+/),
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

/**
 * The pages that have all telling words of a query, best first; where these are few, then others
 * that have some of them. `complete` of them have all words.
 */
export async function search(query) {
  const all = query.toLowerCase().match(/[^\s,;:?!()[\]{}"“”/-]+/g) ?? [];
  const telling = all.filter((word) => !EMPTY.has(word));
  const words = [...new Set(telling.length ? telling : all)];
  const name = words.length > 1 ? [words.join("-")] : []; // counts for more than its parts
  const pages = new Map();
  for (const [index, matches] of (await Promise.all([...words, ...name].map(find))).entries()) {
    for (const { id, score, words: places, data } of matches.values()) {
      const page = pages.get(id) ?? { data, score: 0, words: [], count: 0 };
      page.score += score;
      page.words.push(...places);
      page.count += index < words.length;
      pages.set(id, page);
    }
  }
  const matches = [...pages.values()].sort((a, b) => b.count - a.count || b.score - a.score);
  const complete = matches.filter(({ count }) => count === words.length).length;
  return { matches: matches.slice(0, complete < ENOUGH ? MOST : complete), complete };
}

/** The pages that have a word, in its British or its American spelling. */
async function find(word) {
  const american = word.replace(/([iy])s(e[sdr]?|ing|ations?)$/, "$1z$2").replace(/(col|vi|fav)our/, "$1or");
  const british = word.replace(/([iy])z(e[sdr]?|ing|ations?)$/, "$1s$2").replace(/(col|vi|fav)or/, "$1our");
  const pagefind = await load();
  const best = new Map();
  for (const spelling of new Set([word, american, british])) {
    const { results } = await pagefind.search(spelling);
    if (!(await hasWord(results[0], spelling))) continue;
    for (const match of results) if (!(best.get(match.id)?.score > match.score)) best.set(match.id, match);
  }
  return best;
}

/** Whether a page has a word, which Pagefind takes for a shorter one if it does not know it. */
async function hasWord(match, word) {
  if (!match) return false;
  const { meta, content } = await match.data();
  return fold(`${meta.title} ${content}`).includes(fold(word).slice(0, Math.max(3, word.length - 3)));
}
