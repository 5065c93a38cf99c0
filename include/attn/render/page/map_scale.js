// Numbers to places on the colour map, 0 to 1, as attn/render/scale.hpp has it:
//
//     linear  t = u, u = (x − low) / (high − low)      gamma  t = √u, around 0 for differences      log  t = log(x / low) / log(high / low)

/** Where numbers lie between two limits. place() is 0 to 1, and in the middle where all numbers are equal. */
export class MapScale {
  constructor(curve, {low, high}, floor = 1e-4) {
    if (!(low <= high)) [low, high] = [0, 0];  // no number at all
    this.curve = curve;
    this.low = curve === 'log' ? Math.max(low, floor) : low;
    this.high = high;
    this.constant = !(this.low < this.high);
    this.signed = this.low === -this.high;
    this.span = curve === 'log' ? Math.log(this.high / this.low) : this.high - this.low;
  }

  place(x) {
    if (this.constant) return x < this.low ? 0 : x > this.low ? 1 : 0.5;
    const inside = Math.min(Math.max(x, this.low), this.high);
    if (this.curve === 'log') return Math.log(inside / this.low) / this.span;
    const u = (inside - this.low) / this.span;
    if (this.curve !== 'gamma') return u;
    return this.signed ? 0.5 + Math.sign(u - 0.5) * 0.5 * Math.sqrt(Math.abs(2 * u - 1)) : Math.sqrt(u);
  }

  /** The number whose place is t. */
  number(t) {
    if (this.constant) return this.low;
    if (this.curve === 'log') return this.low * Math.exp(t * this.span);
    if (this.curve !== 'gamma') return this.low + t * this.span;
    return this.signed ? Math.sign(t - 0.5) * this.high * (2 * t - 1) ** 2 : this.low + t * t * this.span;
  }

  /** 0 to 255, or 256 for what is no finite number. */
  code(x) { return Math.abs(x) < Infinity ? Math.floor(this.place(x) * 255 + 0.5) : 256; }
}

/** numbers[k] if they were sorted; afterwards none before k is larger, none behind it smaller [Hoare 1961]. */
function mapSelect(numbers, k) {
  for (let left = 0, right = numbers.length - 1; left < right;) {
    const pivot = numbers[left + right >> 1];
    let i = left, j = right;
    while (i <= j) {
      while (numbers[i] < pivot) ++i;
      while (numbers[j] > pivot) --j;
      if (i <= j) {
        const x = numbers[i];
        numbers[i++] = numbers[j];
        numbers[j--] = x;
      }
    }
    if (k <= j) right = j; else if (k >= i) left = i; else break;
  }
  return numbers[k];
}

/** A percentile, interpolated linearly between order statistics. Changes their order. */
function mapPercentile(numbers, share) {
  const position = share * (numbers.length - 1), k = Math.floor(position), low = mapSelect(numbers, k);
  if (position === k) return low;
  let next = Infinity;
  for (let i = k + 1; i < numbers.length; ++i) next = Math.min(next, numbers[i]);
  return low + (position - k) * (next - low);
}

/** The finite numbers of maps {numbers, rows, cols}, without the columns that `leave` marks. */
function mapFinite(maps, leave, magnitudes) {
  const found = new Float32Array(maps.reduce((sum, {numbers}) => sum + numbers.length, 0));
  let size = 0;
  for (const {numbers, rows, cols} of maps)
    for (let i = 0, at = 0; i < rows; ++i)
      for (let j = 0; j < cols; ++j, ++at) {
        const x = numbers[at];
        if (Math.abs(x) < Infinity && !leave?.[j]) found[size++] = magnitudes ? Math.abs(x) : x;
      }
  return found.subarray(0, size);
}

/** The smallest and the largest finite number of a map, without the columns that `leave` marks, and whether all are finite. */
function mapEndsOf({numbers, rows, cols}, leave) {
  let low = Infinity, high = -Infinity, finite = true;
  for (let i = 0, at = 0; i < rows; ++i)
    for (let j = 0; j < cols; ++j, ++at) {
      const x = numbers[at];
      if (!(Math.abs(x) < Infinity)) finite = false;
      else if (leave === null || !leave[j]) {
        if (x < low) low = x;
        if (x > high) high = x;
      }
    }
  return {low, high, finite};
}

/** The same of all columns, found once. */
export function mapAllEnds(map) { return map.ends ??= mapEndsOf(map, null); }

function mapEnds(maps, leave) {
  const ends = maps.map(map => leave ? mapEndsOf(map, leave) : mapAllEnds(map));
  return {low: Math.min(...ends.map(({low}) => low)), high: Math.max(...ends.map(({high}) => high))};
}

/**
 * The range that the colours of some maps span: all numbers, or (robust) the 2nd to the 98th percentile; of signed numbers as far to both
 * sides of 0. `leave`: 1 for each column that isn't counted; where that leaves nothing, all are.
 */
export function mapLimits(maps, {robust, leave, signed}) {
  if (leave?.every(Boolean)) leave = null;
  let limits = null;
  if (robust) {
    const numbers = mapFinite(maps, leave, signed);
    if (numbers.length > 0) limits = {low: signed ? 0 : mapPercentile(numbers, 0.02), high: mapPercentile(numbers, 0.98)};
  }
  limits ??= mapEnds(maps, leave);
  if (!signed) return limits;
  const far = Math.max(Math.abs(limits.low), Math.abs(limits.high));
  return far < Infinity ? {low: -far, high: far} : limits;
}

/** Whether some numbers lie outside of a scale's range: {below, above}. */
export function mapBeyond(maps, {low, high}) {
  const ends = mapEnds(maps, null);
  return {below: ends.low < low, above: ends.high > high};
}
