// Which lines two texts have in common, in order.

/** Pairs of lines to weigh at most: a quarter of a second and 60 MB. */
const MOST_PAIRS = 3e7;

/**
 * Parts two lists of lines into runs, the same in both or not, each from one line to before another.
 * Those in common are a longest common subsequence; where there are too many lines to find it, some
 * of what is common, and the result is not `exact`.
 * @param {string[]} a @param {string[]} b
 * @returns {{runs: {same: boolean, a: number[], b: number[]}[], exact: boolean}}
 */
export function lineDiff(a, b) {
  const width = b.length + 1;
  const exact = (a.length + 1) * width < MOST_PAIRS;
  // From each line of one and of the other on: how many lines are in both.
  const common = new Uint16Array(exact ? (a.length + 1) * width : 0);
  for (let i = exact ? a.length : 0; i--; ) {
    for (let j = b.length; j--; ) {
      const at = i * width + j;
      common[at] = a[i] === b[j] ? common[at + width + 1] + 1 : Math.max(common[at + width], common[at + 1]);
    }
  }
  const runs = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const same = a[i] === b[j];
    if (runs.at(-1)?.same !== same) runs.push({ same, a: [i, i], b: [j, j] });
    const [run, at] = [runs.at(-1), i * width + j];
    const inserted = j < b.length && (i === a.length || common[at + 1] > common[at + width]);
    if (same || !inserted) run.a[1] = ++i;
    if (same || inserted) run.b[1] = ++j;
  }
  return { runs, exact };
}
