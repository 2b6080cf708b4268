// Asks the search index, which Pagefind made and reads: https://pagefind.app/docs/api/

/** @typedef {{id: string, score: number, words: number[], data: () => Promise<any>}} Match */

// Words of a question that say nothing of what is looked for.
const EMPTY = new Set(
  `a about agent agents all am an and any are as at be by can could do does for from give has have
  help how i in into is it me my need of on one or our please should show some tell that the there
  these this to us use want we what when where which who whom why will with would you your`.split(/\s+/),
);
const FEW = 5;

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
 * The pages that have all words of a query, best first; where there are few, then those that have
 * some of them.
 * @returns {Promise<{matches: Match[], complete: number}>} `complete` of them have all words.
 */
export async function search(query) {
  const all = query.toLowerCase().match(/[^\s,;:?!()[\]{}"“”/]+/g) ?? [];
  const telling = all.filter((word) => !EMPTY.has(word));
  const words = [...new Set(telling.length ? telling : all)];
  const matches = await ask(words.join(" "));
  const complete = matches.length;
  if (complete < FEW && words.length > 1) {
    const known = new Set(matches.map((match) => match.id));
    const some = new Map();
    for (const word of words) {
      for (const match of await ask(word)) {
        const sum = some.get(match.id) ?? { ...match, score: 0, words: [] };
        sum.score += match.score;
        sum.words = sum.words.concat(match.words);
        some.set(match.id, sum);
      }
    }
    matches.push(...ranked(some).filter((match) => !known.has(match.id)));
  }
  return { matches, complete };
}

/** Asks for British and American spelling alike. */
async function ask(text) {
  const pagefind = await load();
  const american = text.replace(/([iy])s(e[sdr]?|ing|ations?)\b/g, "$1z$2").replace(/(col|vi|fav)our/g, "$1or");
  const british = text.replace(/([iy])z(e[sdr]?|ing|ations?)\b/g, "$1s$2").replace(/(col|vi|fav)or\b/g, "$1our");
  const best = new Map();
  for (const spelling of new Set([text, american, british])) {
    for (const match of (await pagefind.search(spelling)).results) {
      if (!(best.get(match.id)?.score > match.score)) best.set(match.id, match);
    }
  }
  return ranked(best);
}

const ranked = (matches) => [...matches.values()].sort((a, b) => b.score - a.score);
