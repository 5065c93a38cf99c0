// What the page carries: a description of its parts as JSON, and their matrices as packed numbers (packed_numbers.hpp), deflated and in
// base64, unpacked when they are first looked at.

/** Bytes of base64 of a zlib stream. */
async function inflate(base64) {
  const letters = atob(base64);
  const packed = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; ++i) packed[i] = letters.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A matrix as the page carries it: codes, and the curve that makes numbers of them. */
class Packed {
  constructor(codes, {rows, cols, bits, root, low, high}) {
    Object.assign(this, {codes, rows, cols, root, low, high});
    this.most = (1 << bits) - 4;
  }

  value(code) {
    if (code > this.most) return [Infinity, -Infinity, NaN][code - this.most - 1];
    const t = code / this.most;
    return this.root ? this.high * t * t : this.low + (this.high - this.low) * t;
  }

  at(i, j) { return this.value(this.codes[i * this.cols + j]); }

  /** Row i as a new Float32Array. */
  row(i) { return this.numbers(i * this.cols, (i + 1) * this.cols); }

  /** All numbers, row by row, as a new Float32Array. */
  all() { return this.numbers(0, this.codes.length); }

  numbers(begin, end) {
    const {codes} = this, numbers = new Float32Array(end - begin);
    if (codes instanceof Uint8Array) {  // few codes: by a table
      const table = this.table ??= Float32Array.from({length: 256}, (_, code) => this.value(code));
      for (let at = begin; at < end; ++at) numbers[at - begin] = table[codes[at]];
    } else {
      for (let at = begin; at < end; ++at) numbers[at - begin] = this.value(codes[at]);
    }
    return numbers;
  }

  /** The columns of row i whose numbers are `least` or more; no others than finite ones. */
  columnsFrom(i, least) {
    const {codes, cols, most} = this, columns = [];
    const t = (least - this.low) / (this.high - this.low), from = t > 1 ? most + 1 : Math.ceil(most * (this.root ? Math.sqrt(Math.max(t, 0)) : t) - 1e-6);
    for (let j = 0, at = i * cols; j < cols; ++j, ++at) if (codes[at] >= from && codes[at] <= most) columns.push(j);
    return columns;
  }

  /** How far x may be from the number that it stands for. */
  error(x) {
    if (!this.root) return (this.high - this.low) / 2 / this.most;
    return Math.sqrt(Math.max(x, 0) * this.high) / this.most + this.high / 4 / this.most ** 2;
  }
}

/** A matrix of numbers, with the interface of Packed. */
class Plain {
  constructor(numbers, rows, cols, error) {
    Object.assign(this, {numbers, rows, cols, error});
    this.high = numbers.reduce((high, x) => x > high ? x : high, 0);
  }
  at(i, j) { return this.numbers[i * this.cols + j]; }
  columnsFrom(i, least) {
    const columns = [];
    for (let j = 0; j < this.cols; ++j) if (this.at(i, j) >= least) columns.push(j);
    return columns;
  }
  row(i) { return this.numbers.slice(i * this.cols, (i + 1) * this.cols); }
  all() { return this.numbers.slice(); }
}

/** Words of the tokens of a map: the sum over their keys, the mean over their queries [Clark 2019, §4.1]. */
function mergeWords(map, queryEdges, keyEdges) {
  const rows = queryEdges.length - 1, cols = keyEdges.length - 1;
  const merged = new Float32Array(rows * cols);
  let tokens = 1;
  for (let w = 0; w < rows; ++w) {
    const size = queryEdges[w + 1] - queryEdges[w];
    for (let i = queryEdges[w]; i < queryEdges[w + 1]; ++i)
      for (let v = 0; v < cols; ++v) {
        let sum = 0;
        for (let j = keyEdges[v]; j < keyEdges[v + 1]; ++j) sum += map.at(i, j);
        merged[w * cols + v] += sum / size;
      }
  }
  for (let v = 0; v < cols; ++v) tokens = Math.max(tokens, keyEdges[v + 1] - keyEdges[v]);
  return new Plain(merged, rows, cols, x => tokens * map.error(x));
}

/** The names of one side's tokens: labels, special (0/1 each), segments (0/1 each, or none). */
class Axis {
  constructor(labels, special, segments, edges) {
    Object.assign(this, {labels, special, segments, edges, size: labels.length});
  }
  /** The same of words: each is what its first token is. */
  merged(words) {
    const first = values => words.edges.slice(0, -1).map(edge => values[edge]);
    return new Axis(words.labels, first(this.special), this.segments && first(this.segments), words.edges);
  }
}

const axisOf = ({labels, special, segments}) => new Axis(labels, special, segments, null);

/**
 * One attention of a model: name, note, queries and keys (Axis), names of layers and heads; `cells` {queries, keys}, numbers of tokens,
 * where maps are pooled: then the axes have no labels, and there are maps of means and of maxima.
 */
class Part {
  constructor(description, elements, merged = null) {
    Object.assign(this, {description, elements, cache: new Map()});
    const {name, note, queries, keys, layers, heads, cells, rules, rows, cols} = description;
    Object.assign(this, {name, note, layers, heads, cells, rules, rows, cols});
    this.queries = axisOf(queries);
    this.keys = axisOf(keys ?? queries);
    const words = [queries.words, (keys ?? queries).words];
    this.hasWords = words.every(Boolean);
    this.hasNeurons = elements.has('q 0 0');
    this.tokens = merged;  // of a part of words, the part that it was made of
    if (merged) {
      [this.queries, this.keys] = [this.queries.merged(words[0]), this.keys.merged(words[1])];
      [this.rows, this.cols] = [this.queries.size, this.keys.size];
    }
  }

  /** This part with its pieces of words put together. */
  get words() { return this.wordPart ??= new Part(this.description, this.elements, this); }

  /** A matrix of a head, unpacked: 'weights', or of a pooled part 'mean' and 'max'; 'q', 'k' and 'scores' where there are neurons. */
  async matrix(kind, layer, head) {
    const key = `${kind} ${layer} ${head}`;
    if (!this.cache.has(key)) this.cache.set(key, this.unpack(kind, layer, head));
    return this.cache.get(key);
  }

  async unpack(kind, layer, head) {
    if (this.tokens) return mergeWords(await this.tokens.matrix(kind, layer, head), this.queries.edges, this.keys.edges);
    const element = this.elements.get(`${kind} ${layer} ${head}`);
    const {rows, cols, bits, root, low, high} = element.dataset;
    const bytes = await inflate(element.textContent);
    let codes = bytes;
    if (bits === '16') {
      codes = new Uint16Array(bytes.length / 2);
      for (let i = 0; i < codes.length; ++i) codes[i] = bytes[i] | bytes[i + codes.length] << 8;
    }
    element.remove();  // its text isn't needed any more
    return new Packed(codes, {rows: +rows, cols: +cols, bits: +bits, root: root === '1', low: +low, high: +high});
  }
}

/** The page: title, view, theme, colormaps {name: [256 × '#rrggbb']}, parts. */
export function readPage() {
  const page = JSON.parse(document.getElementById('page').textContent);
  const elements = page.parts.map(() => new Map());
  for (const element of document.querySelectorAll('script[data-kind]')) {
    const {part, kind, layer, head} = element.dataset;
    elements[part].set(`${kind} ${layer} ${head}`, element);
  }
  page.parts = page.parts.map((part, n) => new Part(part, elements[n]));
  return page;
}
