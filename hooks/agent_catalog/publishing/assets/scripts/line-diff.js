/** Pairs of lines to weigh at most: a quarter of a second and 60 MB. */
const MOST_PAIRS = 3e7;

/**
 * Runs of lines of `a` and `b`, the same in both or not, each from one line to before another: by a
 * longest common subsequence. Of texts that are too long for it, nothing.
 */
export function lineDiff(a, b) {
  const width = b.length + 1;
  const pairs = (a.length + 1) * width;
  if (pairs > MOST_PAIRS) return null;
  // From each line of one and of the other on: how many lines are in both.
  const common = new Uint16Array(pairs);
  for (let i = a.length; i--; ) {
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
  return runs;
}
