// Levels of a map: each has 2 × 2 cells of the one below in one, so that a picture from afar leaves nothing out.

/** One level: numbers [rows × cols], and how many queries and keys each row and column stands for. */
function mapCoarser({numbers, rows, cols, rowSizes, colSizes}, pool) {
  const halved = sizes => Float64Array.from({length: sizes.length + 1 >> 1}, (_, n) => sizes[2 * n] + (sizes[2 * n + 1] ?? 0));
  const level = {rows: rows + 1 >> 1, cols: cols + 1 >> 1, rowSizes: halved(rowSizes), colSizes: halved(colSizes)};
  level.numbers = new Float32Array(level.rows * level.cols);
  for (let r = 0, at = 0; r < level.rows; ++r) {
    const upper = 2 * r * cols, lower = 2 * r + 1 < rows ? upper + cols : upper;
    const u = rowSizes[2 * r], l = lower === upper ? 0 : rowSizes[2 * r + 1];
    for (let c = 0; c < level.cols; ++c, ++at) {
      const left = 2 * c, right = left + 1 < cols ? left + 1 : left;
      const a = numbers[upper + left], b = numbers[upper + right], d = numbers[lower + left], e = numbers[lower + right];
      if (pool === 'mean') {
        const w = colSizes[left], v = right === left ? 0 : colSizes[right];
        level.numbers[at] = (u * (w * a + v * b) + l * (w * d + v * e)) / ((u + l) * (w + v));
      } else if (pool === 'max') {
        level.numbers[at] = Math.max(a, b, d, e);  // NaN where one of them is
      } else {
        level.numbers[at] = mapFarther(mapFarther(a, b), mapFarther(d, e));
      }
    }
  }
  return level;
}

/** The one that is farther from 0; NaN where one of them is. */
function mapFarther(x, y) { return Math.abs(y) > Math.abs(x) || Number.isNaN(y) ? y : x; }

/** Levels of a map by the mean (weighted by the cells' sizes), the maximum ('max'), or of differences the one farthest from 0 ('far'). */
export class MapPyramid {
  constructor({numbers, rows, cols}, {rowSizes, colSizes}, pool) {
    this.pool = pool;
    this.levels = [{numbers, rows, cols, rowSizes, colSizes}];
    this.top = Math.ceil(Math.log2(Math.max(rows, cols)));
  }

  /** The n-th level, made when it is first asked for. */
  level(n) {
    while (this.levels.length <= n) this.levels.push(mapCoarser(this.levels.at(-1), this.pool));
    return this.levels[n];
  }
}
