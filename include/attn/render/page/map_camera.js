// Which part of the map is looked at, and how large: the cell in the middle of a window of so many pixels, and the zoom.

const kMapWholeCell = 44, kMapLargestCell = 80;  // pixels of a cell at most, when the map is seen whole, and at all

/** Zoom 1 shows the whole map. Rows and columns are counted from 0 at the upper left corner of the map, in cells. */
export class MapCamera {
  constructor(rows, cols) { Object.assign(this, {rows, cols, row: rows / 2, col: cols / 2, zoom: 1, most: {width: 1, height: 1}}); }

  /** The window may have this size at most; it isn't larger than the map. */
  resize(width, height) {
    this.most = {width: Math.max(width, 1), height: Math.max(height, 1)};
    this.whole = Math.min(this.most.width / this.cols, this.most.height / this.rows, kMapWholeCell);
    this.clamp();
  }

  get size() { return this.whole * this.zoom; }
  get mostZoom() { return Math.max(1, kMapLargestCell / this.whole); }
  get width() { return Math.min(this.most.width, this.cols * this.size); }
  get height() { return Math.min(this.most.height, this.rows * this.size); }

  /** Where a column begins, in pixels from the left of the window; a row, from its top. */
  x(col) { return this.width / 2 + (col - this.col) * this.size; }
  y(row) { return this.height / 2 + (row - this.row) * this.size; }
  colAt(x) { return (x - this.width / 2) / this.size + this.col; }
  rowAt(y) { return (y - this.height / 2) / this.size + this.row; }

  /** What can be seen: {top, bottom, left, right} in cells. */
  get seen() { return {top: this.rowAt(0), bottom: this.rowAt(this.height), left: this.colAt(0), right: this.colAt(this.width)}; }

  clamp() {
    this.zoom = Math.min(Math.max(this.zoom, 1), this.mostZoom);
    const inside = (middle, pixels, cells) => Math.min(Math.max(middle, pixels / 2 / this.size), cells - pixels / 2 / this.size);
    this.row = inside(this.row, this.height, this.rows);
    this.col = inside(this.col, this.width, this.cols);
  }

  /** What is `dx`, `dy` pixels to the left and above comes into the middle. */
  pan(dx, dy) {
    this.col -= dx / this.size;
    this.row -= dy / this.size;
    this.clamp();
  }

  /** Zooms so that what is under a point of the window, x, y from its middle, stays there. */
  zoomAt(x, y, factor) {
    const before = this.size;
    this.zoom = Math.min(Math.max(this.zoom * factor, 1), this.mostZoom);
    this.col += x / before - x / this.size;
    this.row += y / before - y / this.size;
    this.clamp();
  }

  lookAt(row, col, zoom) {
    Object.assign(this, {row, col, zoom});
    this.clamp();
  }

  /** Moves no farther than needed to have a cell in the window. */
  bring(row, col, cells = 1) {
    const {top, bottom, left, right} = this.seen;
    const by = (at, low, high) => at < low ? at - low : at + cells > high ? at + cells - high : 0;
    this.row += by(row, top, bottom);
    if (col !== null) this.col += by(col, left, right);
    this.clamp();
  }

  /** The level of the pyramid whose cells are a pixel of the screen or more. */
  level(ratio, top) { return Math.min(Math.max(Math.ceil(-Math.log2(this.size * ratio) - 1e-9), 0), top); }
}
