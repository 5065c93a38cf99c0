// What a map shows: the weights of a head, the mean of several heads, or the difference of two of these.
import {MapPyramid} from './map_pyramid.js';

/** The mean of some maps (of one: itself), all numbers of it, and its levels. */
class MapMean {
  constructor(maps, name, short, sizes) {
    const [{rows, cols}] = maps;
    Object.assign(this, {maps, name, short, sizes, rows, cols, numbers: maps[0].all(), pyramids: new Map()});
  }

  at(i, j) {
    let sum = 0;
    for (const map of this.maps) sum += map.at(i, j);
    return sum / this.maps.length;
  }

  /** How far x may be off; this holds for means of cells, too, since the error of a number grows slower than the number. */
  error(x) { return this.maps.reduce((most, map) => Math.max(most, map.error(x)), 0); }

  pyramid(pool) {
    if (!this.pyramids.has(pool)) this.pyramids.set(pool, new MapPyramid(this, this.sizes, pool));
    return this.pyramids.get(pool);
  }
}

/** One map less another. */
export class MapDifference {
  constructor(first, second) {
    const {rows, cols, sizes} = first;
    Object.assign(this, {first, second, rows, cols, sizes, name: `${first.name} minus ${second.name}`, signed: true, pyramids: new Map()});
    this.numbers = Float32Array.from(first.numbers, (x, n) => x - second.numbers[n]);
  }
  at(i, j) { return this.first.at(i, j) - this.second.at(i, j); }
  pyramid(pool) { return MapMean.prototype.pyramid.call(this, pool === 'max' ? 'far' : pool); }
}

const kMapMostNumbers = 2 ** 24;  // what is kept of maps that aren't shown any more

/** The maps of a part, some of those that were shown last kept. */
export class MapSources {
  constructor(part) {
    Object.assign(this, {part, kept: new Map()});
    const sizes = (size, tokens) => Float64Array.from({length: size}, (_, n) => Math.floor((n + 1) * tokens / size) - Math.floor(n * tokens / size));
    this.sizes = {rowSizes: sizes(part.rows, part.cells?.queries ?? part.rows), colSizes: sizes(part.cols, part.cells?.keys ?? part.cols)};
  }

  /** All places of an axis for 'mean', else the one. */
  static places(choice, size) { return choice === 'mean' ? Array.from({length: size}, (_, n) => n) : [choice]; }

  /** {layer, head}: places or 'mean'. progress(done, of) is told of means of many heads; returns null when `stopped()`. */
  async get(kind, {layer, head}, progress, stopped) {
    const key = `${kind} ${layer} ${head}`, {part} = this;
    let source = this.kept.get(key);
    if (!source) {
      const layers = MapSources.places(layer, part.layers.length), heads = MapSources.places(head, part.heads.length), maps = [];
      for (const l of layers)
        for (const h of heads) {
          maps.push(await part.matrix(kind, l, h));
          if (stopped()) return null;
          if (layers.length * heads.length > 1) progress(maps.length, layers.length * heads.length);
        }
      source = new MapMean(maps, ...this.names(layer, head), this.sizes);
      if (maps.length > 1 && !await mapAverage(source, stopped)) return null;
    }
    this.keep(key, source);
    return source;
  }

  /** The full name and a short one. */
  names(layer, head) {
    const {layers, heads} = this.part;
    const of = (word, choice, names) => choice === 'mean' ? `mean of ${names.length} ${word}s` : names[choice] === '' ? '' : `${word} ${names[choice]}`;
    const parts = layer === 'mean' && head === 'mean' ? [`mean of ${layers.length * heads.length} heads`] : [of('layer', layer, layers), of('head', head, heads)].filter(Boolean);
    const short = choice => (names => choice === 'mean' ? 'mean' : names[choice]);
    return [parts.join(', ') || 'attention', `${short(layer)(layers)}.${short(head)(heads)}`.replace(/^\.|\.$/g, '')];
  }

  keep(key, source) {
    this.kept.delete(key);
    this.kept.set(key, source);
    let size = 0;
    for (const [name, {numbers}] of [...this.kept].reverse()) {
      size += numbers.length;
      if (size > kMapMostNumbers && name !== key) this.kept.delete(name);
    }
  }
}

/** Makes a source's numbers the mean of its maps, a few of them at a time; false when `stopped()`. */
async function mapAverage(source, stopped) {
  const {maps, numbers} = source, sums = Float64Array.from(numbers);
  for (let n = 1, done = 1; n < maps.length; ++n) {
    const others = maps[n].all();
    for (let i = 0; i < sums.length; ++i) sums[i] += others[i];
    if ((n - done) * sums.length < 2 ** 20) continue;
    done = n;
    await new Promise(resume => setTimeout(resume));
    if (stopped()) return false;
  }
  for (let i = 0; i < sums.length; ++i) numbers[i] = sums[i] / maps.length;
  return true;
}
