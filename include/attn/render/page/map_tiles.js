// Cells as coloured pixels: canvases of 256 × 256 cells that are painted once and drawn at any size.
import {element} from './elements.js';

const kTile = 256, kMostTiles = 300;

export class Tiles {
  /** `cells(level)` {rows, cols, at: index → number}; color(number) → place in the table of 256 colours, or −1 for what is no number. */
  constructor(cells, table, color) { Object.assign(this, {cells, table, color, painted: new Map()}); }

  tile(level, row, col) {
    const key = `${level} ${row} ${col}`;
    let canvas = this.painted.get(key);
    if (canvas) return canvas;
    if (this.painted.size >= kMostTiles) this.painted.delete(this.painted.keys().next().value);
    const {rows, cols, at} = this.cells(level), {table, color} = this;
    const height = Math.min(kTile, rows - row * kTile), width = Math.min(kTile, cols - col * kTile);
    canvas = element('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d'), image = context.createImageData(width, height), {data} = image;
    for (let i = 0, to = 0; i < height; ++i) {
      let from = (row * kTile + i) * cols + col * kTile;
      for (let j = 0; j < width; ++j, ++from, to += 4) {
        const place = color(at(from));
        if (place < 0) {  // no number: grey hatching
          const grey = (i + j) % 2 ? 150 : 110;
          data[to] = data[to + 1] = data[to + 2] = grey;
        } else {
          data[to] = table[3 * place];
          data[to + 1] = table[3 * place + 1];
          data[to + 2] = table[3 * place + 2];
        }
        data[to + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
    this.painted.set(key, canvas);
    return canvas;
  }

  /** Calls draw(canvas, x, y, width, height) for the tiles of a level in view; a cell of it is `size` pixels, (x0, y0) where its first is. */
  each(level, size, x0, y0, left, top, right, bottom, draw) {
    const {rows, cols} = this.cells(level);
    const range = (from, to, at, count) => [Math.max(0, Math.floor((from - at) / size / kTile)), Math.min(Math.ceil(count / kTile) - 1, Math.floor((to - at) / size / kTile))];
    const [firstRow, lastRow] = range(top, bottom, y0, rows), [firstCol, lastCol] = range(left, right, x0, cols);
    for (let row = firstRow; row <= lastRow; ++row)
      for (let col = firstCol; col <= lastCol; ++col) {
        const canvas = this.tile(level, row, col);
        draw(canvas, x0 + col * kTile * size, y0 + row * kTile * size, canvas.width * size, canvas.height * size);
      }
  }
}
