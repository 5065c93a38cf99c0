// The numbers under the crosshair, in words.
import {shownWithError} from './numbers.js';
import {mapShort} from './map_bar.js';

/** The cells of the map that one cell of a level stands for: {top, bottom, left, right}. */
export function mapCellAt({rows, cols}, level, row, col) {
  const cells = 2 ** level, first = place => Math.floor(place / cells) * cells;
  return {top: first(row), bottom: Math.min(first(row) + cells, rows), left: first(col), right: Math.min(first(col) + cells, cols)};
}

/** The place of the largest number of some cells (of differences: the one farthest from 0). */
function mapLargest({numbers, cols, signed}, {top, bottom, left, right}) {
  let best = -Infinity, place = {row: top, col: left};
  for (let i = top; i < bottom; ++i)
    for (let j = left; j < right; ++j) {
      const x = numbers[i * cols + j], size = Number.isNaN(x) ? Infinity : signed ? Math.abs(x) : x;
      if (size > best) [best, place] = [size, {row: i, col: j}];
    }
  return place;
}

/** The mean of some cells, each as heavy as it is large. */
function mapMeanOf(source, {rowSizes, colSizes}, {top, bottom, left, right}) {
  let sum = 0, weight = 0;
  for (let i = top; i < bottom; ++i)
    for (let j = left; j < right; ++j) {
      const w = rowSizes[i] * colSizes[j];
      sum += w * source.at(i, j);
      weight += w;
    }
  return sum / weight;
}

/**
 * What some cells show, by one source or several: {place, values: [{name, x, error}], difference}. `place` is where the largest is, and null
 * where the cells are averaged.
 */
export function mapReading(sources, cells, pool) {
  const one = cells.bottom - cells.top === 1 && cells.right - cells.left === 1;
  const parts = sources[0].signed ? [sources[0].first, sources[0].second] : sources;
  const value = (source, place) => {
    const x = place ? source.at(place.row, place.col) : mapMeanOf(source, source.sizes, cells);
    return {name: source.name, x, error: source.error(x)};
  };
  const place = one ? {row: cells.top, col: cells.left} : pool === 'max' ? mapLargest(sources[0], cells) : null;
  const values = parts.map(source => value(source, place));
  if (!one && pool === 'max' && sources.length === 2) values[1] = value(parts[1], mapLargest(parts[1], cells));  // each has its own largest
  const difference = sources[0].signed ? {x: values[0].x - values[1].x, error: values[0].error + values[1].error} : null;
  return {one, place: sources.length === 2 && !one ? null : place, values, difference};
}

/** A difference with its sign. */
const mapSigned = ({x, error}) => (x > 0 ? '+' : '') + shownWithError(x, error);

/** Lines for the tip. */
export function mapTip(reading, cells, rows, cols, pool, pooled) {
  const {one, place, values, difference} = reading, at = place ? {top: place.row, bottom: place.row + 1, left: place.col, right: place.col + 1} : cells;
  const kind = pooled ? pool === 'max' ? 'largest weight' : 'mean weight' : 'weight';
  const lines = [];
  if (!one) {
    const what = difference && pool === 'max' ? 'difference farthest from 0' : pool === 'max' ? 'largest' : 'mean';
    lines.push(`${what} of ${cells.bottom - cells.top} × ${cells.right - cells.left} cells${place ? ', at' : ''}`);
  }
  lines.push(`query  ${rows.name(at.top, at.bottom)}`, `key  ${cols.name(at.left, at.right)}`);
  if (values.length === 1) lines.push(`${kind}  ${shownWithError(values[0].x, values[0].error)}`);
  else for (const {name, x, error} of values) lines.push(`${name}:  ${shownWithError(x, error)}`);
  if (difference) lines.push(`difference:  ${mapSigned(difference)}`);
  return lines.join('\n');
}

/** The same in one line. */
export const mapSentence = (...of) => mapTip(...of).replace(', at\n', ', at ').split('\n').join(' · ').replaceAll('  ', ' ');

/** "97–98 queries × 97–98 keys" of a cell. */
function mapCellTokens(rows, cols) {
  const range = ({tokens, cells}, word) => {
    const [low, high] = [Math.floor(tokens / cells), Math.ceil(tokens / cells)];
    return `${low === high ? low : `${low}–${high}`} ${word}`;
  };
  return `${range(rows, 'queries')} × ${range(cols, 'keys')}`;
}

/** What a cell and a pixel of the picture stand for. */
export function mapGrain(size, level, rows, cols, pool, signed) {
  const cells = 2 ** level, parts = rows.pooled || cols.pooled ? [`1 cell = ${mapCellTokens(rows, cols)}`] : [];
  const pixels = x => `${x >= 10 ? Math.round(x) : +x.toFixed(1)} px`;
  if (level === 0) parts.push(`1 cell is ${pixels(size)}`);
  else {
    const how = pool === 'mean' ? 'their mean' : signed ? 'the one farthest from 0' : 'their largest';
    const wide = size * cells;
    parts.push(`${wide < 1.05 ? 'one pixel' : `one dot of ${pixels(wide)}`} = ${cells} × ${cells} cells, ${how}`);
  }
  return parts.join('; ');
}

/** The range of the colours, in words. */
export const mapRange = ({scale, words}) => `${mapShort(scale.low)} to ${mapShort(scale.high)}${words.length ? ` (${words.join(', ')})` : ''}`;
