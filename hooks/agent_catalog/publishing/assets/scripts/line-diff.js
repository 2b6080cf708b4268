// Which lines two texts have in common, in order.

/** Pairs of equal lines to weigh at most: some tenths of a second of work. */
const MOST_PAIRS = 3e6;

/**
 * Parts two lists of lines into runs, the same in both or not, each from one line to before another.
 *
 * Those in common are a longest common subsequence (Hunt and Szymanski, 1977). Lines that are
 * repeated thousands of times only join what is beside them; then it is not `exact`.
 * @param {string[]} a @param {string[]} b
 * @returns {{runs: {same: boolean, a: number[], b: number[]}[], exact: boolean}}
 */
export function lineDiff(a, b) {
  const runs = [];
  let i = 0, j = 0;
  const add = (same, p, q) => {
    if (p === i && q === j) return;
    if (runs.at(-1)?.same !== same) runs.push({ same, a: [i], b: [j] });
    runs.at(-1).a[1] = i = p;
    runs.at(-1).b[1] = j = q;
  };
  const join = (p, q) => {
    while (i < p && j < q && a[i] === b[j]) add(true, i + 1, j + 1);
  };
  join(a.length, b.length);
  const head = i;
  const [pairs, exact] = chain(a.slice(head), b.slice(head));
  for (const [p, q] of [...pairs.map((pair) => pair.map((at) => at + head)), [a.length, b.length]]) {
    join(p, q);
    add(false, p, q);
    if (p < a.length) add(true, p + 1, q + 1);
  }
  return { runs, exact };
}

/** The longest chain of pairs of equal lines, without the lines that have too many. */
function chain(a, b) {
  const places = new Map(), pairs = new Map();
  b.forEach((line, q) => places.set(line, [q, ...(places.get(line) ?? [])]));
  for (const line of a) pairs.set(line, (pairs.get(line) ?? 0) + (places.get(line)?.length ?? 0));
  let left = MOST_PAIRS;
  for (const [line, number] of [...pairs].sort((x, y) => x[1] - y[1])) if ((left -= number) < 0) places.delete(line);
  const ends = []; // of the chains of each length, the end that comes first in b
  a.forEach((line, p) => {
    for (const q of places.get(line) ?? []) {
      let low = 0, high = ends.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ends[middle].q < q) low = middle + 1;
        else high = middle;
      }
      if (ends[low]?.q !== q) ends[low] = { p, q, before: ends[low - 1] };
    }
  });
  const found = [];
  for (let end = ends.at(-1); end; end = end.before) found.unshift([end.p, end.q]);
  return [found, left >= 0];
}
