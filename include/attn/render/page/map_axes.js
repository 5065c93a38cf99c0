// The tokens along the map's edges: every one where they fit, every second, fifth, tenth … otherwise; of pooled maps the tokens' numbers.

const kMapFont = 12, kMapLine = 14;
let mapRuler = null;
const kMapWidths = new Map();

/** How wide a text is. */
function mapTextWidth(text) {
  if (kMapWidths.size > 20_000) kMapWidths.clear();
  if (!kMapWidths.has(text)) {
    mapRuler ??= document.createElement('canvas').getContext('2d');
    mapRuler.font = `${kMapFont}px "DejaVu Sans", system-ui, sans-serif`;
    kMapWidths.set(text, mapRuler.measureText(text).width);
  }
  return kMapWidths.get(text);
}

/** A text that isn't wider than `width`, cut if it must be. */
function mapFitted(text, width) {
  if (mapTextWidth(text) <= width) return text;
  const letters = [...text];
  let low = 0, high = letters.length;
  while (low < high) {
    const middle = low + high + 1 >> 1;
    if (mapTextWidth(letters.slice(0, middle).join('') + '…') <= width) low = middle; else high = middle - 1;
  }
  return letters.slice(0, low).join('') + '…';
}

/** 1, 2, 5, 10, 20, 50 …: the first that isn't below `least`. */
function mapStep(least) {
  const ten = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map(n => n * ten).find(step => step >= least - 1e-9);
}

/** One side of a part: how many cells, the names of their tokens, or (pooled) how many tokens they are of. */
export class MapSide {
  constructor(axis, cells, tokens) {
    Object.assign(this, {cells, tokens: tokens ?? cells, pooled: tokens !== undefined, labels: axis.labels, fitted: new Map()});
    this.widest = this.pooled ? mapTextWidth(`${this.tokens}`) : this.labels.reduce((most, label) => Math.max(most, mapTextWidth(label)), 0);
  }

  /** The widest label: of pooled sides that of a range of tokens. */
  get room() { return this.pooled ? mapTextWidth(`${this.tokens}–${this.tokens}`) : this.widest; }

  /** The first token of a cell; of the cell behind the last one, the number of tokens. */
  first(cell) { return this.pooled ? Math.floor(cell * this.tokens / this.cells) : cell; }

  /** "12–17" of cells [from, to), or the name of the one token. */
  name(from, to) {
    const first = this.first(from), last = this.first(to) - 1;
    if (first < last) return `${first}–${last}`;
    return this.pooled ? String(first) : `${first}  \u2068${this.labels[first] ?? ''}\u2069`;
  }

  /** A label, cut to a width. */
  text(cell, width) {
    if (this.pooled) return String(this.first(cell));
    const key = `${cell} ${Math.round(width)}`;
    if (!this.fitted.has(key)) this.fitted.set(key, mapFitted(this.labels[cell] ?? '', width));
    return this.fitted.get(key);
  }

  /** Which labels to write in cells [low, high] of `size` pixels: [{cell, text}], `cell` being its middle (of a number of a pooled side, its begin). */
  ticks(low, high, size, space, width) {
    if (this.pooled) {
      const perToken = this.cells / this.tokens, step = mapStep(space / (size * perToken)), ticks = [];
      for (let n = Math.ceil(low / perToken / step - 1e-9) * step; n * perToken <= high + 1e-9 && n < this.tokens; n += step) ticks.push({cell: n * perToken, text: String(n)});
      return ticks;
    }
    const step = mapStep(kMapLine / size), ticks = [];
    for (let n = Math.ceil((low - 0.5) / step - 1e-9) * step; n + 0.5 <= high && n < this.cells; n += step) ticks.push({cell: n + 0.5, text: this.text(n, width)});
    return ticks;
  }
}

/** One label beside the window or below it, at `at` pixels from its edge; with a ground behind it where it must stand out. */
function drawMapLabel(surface, window, {margins, inks}, side, axis, at, text, {ground = null, ink = inks.text} = {}) {
  const wide = mapTextWidth(text), more = ground === ink ? 1 : 0;  // what wipes a label away takes its soft edges too
  if (axis === 'row') {
    const x = window.x - 7, y = window.y + at;
    if (ground) surface.rect(x - wide - 3 - more, y - 8 - more, wide + 6 + more, 16 + 2 * more, ground);
    surface.text(x, y + 4, text, {color: ink, size: kMapFont, anchor: 'end'});
  } else if (side.flat) {
    const x = window.x + at, y = window.y + window.height + 7;
    if (ground) surface.rect(x - wide / 2 - 3 - more, y, wide + 6 + 2 * more, 16 + more, ground);
    surface.text(x, y + 12, text, {color: ink, size: kMapFont, anchor: 'middle'});
  } else {
    const x = window.x + at, y = window.y + window.height + 7;
    if (ground) surface.rect(x - 8 - more, y - 3, 16 + 2 * more, wide + 6 + more, ground);
    surface.text(x + 4, y, text, {color: ink, size: kMapFont, anchor: 'end', turned: -90});
  }
}

/** How wide labels of an axis may be. */
export const mapLabelRoom = ({margins}, axis) => axis === 'row' ? margins.left - 26 : margins.bottom - 26;

/** How far a label reaches along its axis from its middle. */
const mapHalf = (side, axis, text) => axis === 'col' && side.flat ? mapTextWidth(text) / 2 + 3 : 8;

/** The labels along an axis of a window: [{at, text, found}]: of found tokens as many as fit, then of others those that are free of them. */
function mapLabels(camera, scene, axis) {
  const {size} = camera, {top, bottom, left, right} = camera.seen, isRow = axis === 'row', side = isRow ? scene.rows : scene.cols;
  if (!isRow) side.flat = side.pooled || side.widest + 8 <= size;
  const [low, high] = isRow ? [top, bottom] : [left, right], room = !isRow && side.flat ? 1000 : mapLabelRoom(scene, axis);
  const at = cell => isRow ? camera.y(cell) : camera.x(cell), labels = [];
  let free = -Infinity;
  for (const place of isRow ? scene.found.queries : scene.found.keys) {
    const text = side.text(place, room), middle = at(place + 0.5), half = mapHalf(side, axis, text);
    if (place + 0.5 < low || place + 0.5 > high || middle - half < free) continue;
    labels.push({at: middle, text, found: true});
    free = middle + half;
  }
  const marked = labels.slice();
  for (const {cell, text} of side.ticks(low, high, size, isRow ? 30 : 16 + side.widest, room))
    if (!marked.some(other => Math.abs(other.at - at(cell)) < mapHalf(side, axis, text) + mapHalf(side, axis, other.text))) labels.push({at: at(cell), text, found: false});
  return labels;
}

/** A label that stands out, in the place of those that it would cover in part. */
export function drawMapMark(surface, window, camera, scene, axis, at, text, look) {
  const {inks} = scene, side = axis === 'row' ? scene.rows : scene.cols;
  for (const label of mapLabels(camera, scene, axis))
    if (Math.abs(label.at - at) < mapHalf(side, axis, label.text) + mapHalf(side, axis, text)) drawMapLabel(surface, window, scene, side, axis, label.at, label.text, {ground: inks.ground, ink: inks.ground});
  drawMapLabel(surface, window, scene, side, axis, at, text, look);
}

/** Labels, ticks and marks of what was found along one axis. */
function drawMapAxis(surface, window, camera, scene, axis) {
  const {inks, found} = scene, {size} = camera, isRow = axis === 'row', side = isRow ? scene.rows : scene.cols;
  const {x, y, width, height} = window, below = y + height;
  for (const {at, text, found} of mapLabels(camera, scene, axis)) {
    drawMapLabel(surface, window, scene, side, axis, at, text, found ? {ground: inks.mark, ink: inks.markText} : {});
    if (isRow) surface.line(x - 4, y + at, x - 1, y + at, inks.line); else surface.line(x + at, below + 1, x + at, below + 4, inks.line);
  }
  for (const place of isRow ? found.queries : found.keys) {
    const middle = isRow ? camera.y(place + 0.5) : camera.x(place + 0.5), thick = Math.max(size, 3);
    if (middle < 0 || middle > (isRow ? height : width)) continue;
    if (isRow) surface.rect(x - 5, y + middle - thick / 2, 4, thick, inks.found); else surface.rect(x + middle - thick / 2, below + 1, thick, 4, inks.found);
  }
}

/** The labels of one window and the words "queries" and "keys". `scene` has margins, inks, rows, cols (sides), found. */
export function drawMapAxes(surface, window, camera, scene) {
  const {x, y, width, height} = window, {inks, cols, margins} = scene;
  if (window.rowLabels) {
    drawMapAxis(surface, window, camera, scene, 'row');
    surface.text(x - margins.left + 13, y + height / 2, 'queries', {color: inks.faint, size: 11, anchor: 'middle', turned: -90});
  }
  if (window.colLabels) {
    drawMapAxis(surface, window, camera, scene, 'col');
    surface.text(x + width / 2, y + height + (cols.flat ? 24 : margins.bottom - 18) + 13, 'keys', {color: inks.faint, size: 11, anchor: 'middle'});
  }
}
