// Paints cells: in tiles of 256 × 256, through a table of colours, each once; what is drawn again is only put in its place.
import {mapAllEnds} from './map_scale.js';

const kMapTile = 256, kMapMostTiles = 400, kMapBudget = 6;  // tiles kept; milliseconds of painting in a frame, while something coarser can be shown

/** Colours of codes 0 … 255, and of 256, no number, as pixels. */
export function mapPixels(table) {
  const bytes = new Uint8Array(4 * 257).fill(255);
  for (let n = 0; n < 256; ++n) bytes.set(table.subarray(3 * n, 3 * n + 3), 4 * n);
  bytes.set([145, 145, 145], 4 * 256);
  return new Uint32Array(bytes.buffer);
}

/** The tiles that were painted last. */
export class MapTiles {
  constructor() { this.kept = new Map(); }

  /** The tile at (row, column) of a level as a canvas. `look` is {key, scale, pixels}. */
  get(source, pool, level, row, col, look) {
    const key = this.key(source, pool, level, row, col, look);
    let canvas = this.kept.get(key);
    if (canvas) this.kept.delete(key); else canvas = this.paint(source.pyramid(pool).level(level), row, col, look);
    this.kept.set(key, canvas);
    if (this.kept.size > kMapMostTiles) this.kept.delete(this.kept.keys().next().value);
    return canvas;
  }

  has(...of) { return this.kept.has(this.key(...of)); }

  key(source, pool, level, row, col, look) { return `${source.id ??= ++MapTiles.sources} ${pool} ${level} ${row} ${col} ${look.key}`; }
  static sources = 0;

  paint({numbers, rows, cols}, row, col, {scale, pixels}) {
    const top = row * kMapTile, left = col * kMapTile;
    const height = Math.min(kMapTile, rows - top), width = Math.min(kMapTile, cols - left);
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d'), image = context.createImageData(width, height), out = new Uint32Array(image.data.buffer);
    for (let i = 0, to = 0; i < height; ++i)
      for (let j = 0, from = (top + i) * cols + left; j < width; ++j) out[to++] = pixels[scale.code(numbers[from++])];
    context.putImageData(image, 0, 0);
    return canvas;
  }
}

/**
 * Draws the cells of a level that are in a window: place(cell, 'x' | 'y') is where the edge before a cell of the map is, in whole pixels of
 * the context; `seen` which cells are in it. Returns false where some tiles are shown coarser than they are, for want of time.
 */
export function drawMapTiles(context, tiles, source, pool, level, look, {seen, place}) {
  const cells = 2 ** level, {rows, cols} = source.pyramid(pool).level(level), began = performance.now();
  const range = (low, high, size) => [Math.max(Math.floor(low / cells), 0), Math.min(Math.ceil(high / cells), size)];
  const [top, bottom] = range(seen.top, seen.bottom, rows), [left, right] = range(seen.left, seen.right, cols);
  const edge = (cell, axis) => place(cell * cells, axis);  // the last one may end behind the map, where the window ends
  let whole = true;
  context.imageSmoothingEnabled = false;
  for (let r = Math.floor(top / kMapTile); r * kMapTile < bottom; ++r)
    for (let c = Math.floor(left / kMapTile); c * kMapTile < right; ++c) {
      const t = Math.max(top, r * kMapTile), b = Math.min(bottom, (r + 1) * kMapTile), l = Math.max(left, c * kMapTile), w = Math.min(right, (c + 1) * kMapTile);
      const x = edge(l, 'x'), y = edge(t, 'y'), target = [x, y, edge(w, 'x') - x, edge(b, 'y') - y];
      let up = 0;
      if (performance.now() - began > kMapBudget)
        while (level + up <= source.pyramid(pool).top && !tiles.has(source, pool, level + up, r >> up, c >> up, look)) ++up;
      if (level + up > source.pyramid(pool).top) up = 0;  // there is nothing coarser either
      if (up > 0) whole = false;
      const by = 2 ** up, from = (cell, tile) => cell / by - (tile >> up) * kMapTile;
      context.drawImage(tiles.get(source, pool, level + up, r >> up, c >> up, look), from(l, c), from(t, r), (w - l) / by, (b - t) / by, ...target);
    }
  return whole;
}

/** Stripes over the cells in view that are no number; where cells are too small for stripes, their grey must do. */
export function drawMapHatch(context, source, {seen, place}, size) {
  if (size < 6 || mapAllEnds(source).finite) return;
  context.strokeStyle = '#ffffff';
  context.lineWidth = 1;
  context.beginPath();
  for (let i = Math.max(Math.floor(seen.top), 0); i < Math.min(Math.ceil(seen.bottom), source.rows); ++i)
    for (let j = Math.max(Math.floor(seen.left), 0); j < Math.min(Math.ceil(seen.right), source.cols); ++j) {
      if (Math.abs(source.numbers[i * source.cols + j]) < Infinity) continue;
      const [x, y, right, bottom] = [place(j, 'x'), place(i, 'y'), place(j + 1, 'x'), place(i + 1, 'y')];
      context.moveTo(x, bottom);
      context.lineTo(right, y);
      context.moveTo(x, (y + bottom) / 2);
      context.lineTo((x + right) / 2, y);
      context.moveTo((x + right) / 2, bottom);
      context.lineTo(right, (y + bottom) / 2);
    }
  context.stroke();
}
