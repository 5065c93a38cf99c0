// How numbers become places on a colour map, 0 to 1. Ranges and curves are those of scale.hpp:
//
//     linear  t = u            u = (x − low) / (high − low), taken to [0, 1]
//     gamma   t = √u
//     log     t = ln(x / low) / ln(high / low), low being 1e-4 at least
//     robust  linear between the 2nd and the 98th percentile

const kFloor = 1e-4;

/** The k-th smallest of some numbers, which change their places. */
function nth(numbers, k) {
  let low = 0, high = numbers.length - 1;
  while (low < high) {
    const pivot = numbers[(low + high) >> 1];
    let i = low, j = high;
    while (i <= j) {
      while (numbers[i] < pivot) ++i;
      while (numbers[j] > pivot) --j;
      if (i <= j) {
        [numbers[i], numbers[j]] = [numbers[j], numbers[i]];
        ++i;
        --j;
      }
    }
    if (k <= j) high = j; else if (k >= i) low = i; else break;
  }
  return numbers[k];
}

/** {low, high} of matrices {numbers, rows, cols}, without the columns that `leftOut(j)` names; what isn't finite doesn't count. */
export function limitsOf(matrices, kind, leftOut = () => false) {
  const columns = Array.from({length: matrices[0].cols}, (_, j) => !leftOut(j));
  let low = Infinity, high = -Infinity, count = 0;
  const each = use => matrices.forEach(({numbers, rows, cols}) => {
    for (let i = 0, at = 0; i < rows; ++i) for (let j = 0; j < cols; ++j, ++at) if (columns[j] && Number.isFinite(numbers[at])) use(numbers[at]);
  });
  each(x => {
    if (x < low) low = x;
    if (x > high) high = x;
    ++count;
  });
  if (count === 0) return {low: 0, high: 0};
  if (kind === 'robust') {
    const all = new Float32Array(count);
    let at = 0;
    each(x => { all[at++] = x; });
    [low, high] = [nth(all, Math.floor(0.02 * (count - 1))), nth(all, Math.ceil(0.98 * (count - 1)))];
  }
  if (kind === 'log') low = Math.max(low, kFloor);
  return {low, high};
}

/** t(x) for a kind of scale. Where all numbers are equal, there is nothing to tell apart: the middle. */
export function scaleOf(kind, {low, high}) {
  if (!(low < high)) return x => x < low ? 0 : x > low ? 1 : 0.5;
  const clamp = t => t < 0 ? 0 : t > 1 ? 1 : t;
  if (kind === 'log') {
    const span = Math.log(high / low);
    return x => x <= low ? 0 : clamp(Math.log(x / low) / span);
  }
  const per = 1 / (high - low);
  if (kind === 'gamma') return x => Math.sqrt(clamp((x - low) * per));
  return x => clamp((x - low) * per);
}

/** The number at place t of the scale. */
export function numberAt(kind, {low, high}, t) {
  if (kind === 'log' && low < high) return low * (high / low) ** t;
  return low + (high - low) * (kind === 'gamma' ? t * t : t);
}
