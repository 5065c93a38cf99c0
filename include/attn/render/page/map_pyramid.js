// A map and the same with fewer cells: each level pools 2 × 2 cells of the one before, the maximum of maxima or the mean of means weighted
// by how many tokens a cell stands for, and so is exact.

/** How many of n tokens each of some cells has: those from ⌊c·n/cells⌋ on. */
export function sizesOf(n, cells) {
  return Float64Array.from({length: cells}, (_, c) => Math.floor((c + 1) * n / cells) - Math.floor(c * n / cells));
}

export class Pyramid {
  /** numbers [rows × cols]; `sizes` {rows, cols} are tokens of each row and column; pool: 'max' or 'mean'. */
  constructor(numbers, rows, cols, pool, sizes) {
    this.pool = pool;
    this.levels = [{numbers, rows, cols, sizes}];
  }

  level(n) {
    while (this.levels.length <= n) this.levels.push(this.halved(this.levels.at(-1)));
    return this.levels[n];
  }

  halved({numbers, rows, cols, sizes}) {
    const half = {rows: (rows + 1) >> 1, cols: (cols + 1) >> 1};
    const pair = of => Float64Array.from({length: (of.length + 1) >> 1}, (_, n) => of[2 * n] + (of[2 * n + 1] ?? 0));
    half.sizes = {rows: pair(sizes.rows), cols: pair(sizes.cols)};
    half.numbers = new Float32Array(half.rows * half.cols);
    const isMax = this.pool === 'max';
    for (let i = 0, at = 0; i < half.rows; ++i) {
      const lastRow = Math.min(2 * i + 1, rows - 1);
      for (let j = 0; j < half.cols; ++j, ++at) {
        const lastCol = Math.min(2 * j + 1, cols - 1);
        let max = -Infinity, sum = 0, isNumber = true;
        for (let r = 2 * i; r <= lastRow; ++r)
          for (let c = 2 * j; c <= lastCol; ++c) {
            const x = numbers[r * cols + c];
            isNumber &&= x === x;
            if (x > max) max = x;
            if (!isMax) sum += x * sizes.rows[r] * sizes.cols[c];
          }
        half.numbers[at] = !isNumber ? NaN : isMax ? max : sum / (half.sizes.rows[i] * half.sizes.cols[j]);
      }
    }
    return half;
  }
}
