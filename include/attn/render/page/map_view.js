// The map: one head's weights as a picture that is zoomed and panned like a map, a row for each query and a column for each key.
import {element, fitCanvas, hideTip, nextFrame, showTip} from './elements.js';
import {state} from './state.js';
import {colorTable, named} from './colors.js';
import {CanvasSurface} from './save.js';
import {MapCamera} from './map_camera.js';
import {mapLayout} from './map_layout.js';
import {MapScale, mapBeyond, mapLimits} from './map_scale.js';
import {MapDifference, MapSources} from './map_source.js';
import {MapTiles, drawMapHatch, drawMapTiles, mapPixels} from './map_paint.js';
import {MapSide, drawMapAxes} from './map_axes.js';
import {drawMapBar} from './map_bar.js';
import {drawMapMarks} from './map_marks.js';
import {kMapWords, mapChoice, mapLeft} from './map_choice.js';
import {fillMapControls, mapZoomButtons} from './map_controls.js';
import {mapGestures} from './map_gestures.js';
import {drawMapTitle, mapPicture} from './map_picture.js';
import {mapCellAt, mapGrain, mapReading, mapSentence, mapTip} from './map_readout.js';

class MapView {
  constructor({page, part, host, controls, found}) {
    Object.assign(this, {page, part, controls, found, sources: [], look: null, hover: null, closed: false, loading: 0, drawn: null});
    const {cells} = part;
    this.rows = new MapSide(part.queries, part.rows, cells?.queries);
    this.cols = new MapSide(part.keys, part.cols, cells?.keys);
    this.labels = {rowWidth: this.rows.room, colWidth: this.cols.pooled ? 14 : this.cols.widest};
    this.camera = new MapCamera(part.rows, part.cols);
    this.maps = new MapSources(part);
    this.tiles = new MapTiles();
    this.cellCanvas = element('canvas', {class: 'map-cells', 'aria-hidden': 'true'});
    this.marksCanvas = element('canvas', {class: 'map-marks', tabindex: '0', role: 'application', 'aria-roledescription': 'heatmap', onkeydown: event => this.key(event)});
    this.grain = element('span', {class: 'map-grain'});
    this.readout = element('output', {class: 'map-readout', 'aria-live': 'polite'});
    this.area = element('div', {class: 'map-area'}, this.cellCanvas, this.marksCanvas, mapZoomButtons(factor => this.zoomButton(factor)));
    host.append(this.area, element('div', {class: 'map-foot'}, this.grain, this.readout));
    this.drawAll = nextFrame(() => this.draw());
    this.drawOver = nextFrame(() => this.drawMarks());
    this.removeGestures = mapGestures(this.marksCanvas, {
      hover: (x, y) => this.point(x, y), tap: (x, y) => this.tap(x, y), pan: (dx, dy) => this.move(() => this.camera.pan(dx, dy)),
      zoom: (x, y, factor) => this.zoomAt(x, y, factor), end: () => this.writeCamera()});
    this.observer = new ResizeObserver(this.drawAll);
    this.observer.observe(this.area);
    this.findMarks();
    this.readInks();
    this.readCamera();
    this.load();
    this.place();
  }

  close() {
    this.closed = true;
    clearTimeout(this.writing);
    this.observer.disconnect();
    this.removeGestures();
  }

  update(names) {
    if (kMapWords.some(name => names.has(name))) this.load();
    if (names.has('theme')) this.readInks();
    if (names.has('find')) this.findMarks();
    if ((names.has('at') || names.has('zoom')) && `${state.get('at')} ${state.get('zoom')}` !== this.written) this.readCamera();
    if (names.has('query') && this.query !== null) this.move(() => this.camera.bring(this.query, null));
    if (['theme', 'find', 'at', 'zoom', 'size'].some(name => names.has(name))) this.drawAll();
    if (names.has('query') || names.has('key')) this.drawOver();
  }

  // ---- what is shown

  /** Gets the numbers of what was chosen; what was shown stays until they are there. */
  async load() {
    const turn = ++this.loading, stopped = () => this.closed || turn !== this.loading, choice = mapChoice(this.page, this.part);
    fillMapControls(this.controls, this.page, this.part, choice);
    this.area.setAttribute('aria-busy', 'true');
    const progress = (done, of) => { this.readout.textContent = `${done} of ${of} heads`; };
    const first = await this.maps.get(choice.kind, choice.first, progress, stopped);
    if (stopped()) return;
    const second = choice.compare === 'none' ? null : await this.maps.get(choice.kind, choice.second, progress, stopped);
    if (stopped()) return;
    this.choice = choice;
    this.sources = choice.compare === 'minus' ? [this.difference(first, second)] : second ? [first, second] : [first];
    this.look = this.lookOf(choice);
    this.describe();
    this.area.removeAttribute('aria-busy');
    this.drawAll();
  }

  /** Kept while it is shown: other colours don't need it anew. */
  difference(first, second) {
    if (this.last?.first !== first || this.last.second !== second) this.last = new MapDifference(first, second);
    return this.last;
  }

  /** Scale and colours of what is shown: {key, scale, pixels, beyond, name, words}. */
  lookOf({scale, without, colors, pool}) {
    const {part, sources} = this, signed = Boolean(sources[0].signed), curve = scale === 'robust' ? 'linear' : scale;
    const limits = mapLimits(sources, {robust: scale === 'robust', leave: mapLeft(part, without), signed});
    // A weight of 10⁻⁴ that is alone among the keys of a cell is so much less as the cell's mean.
    const floor = 1e-4 / (part.cells && pool === 'mean' ? part.cells.keys / part.cols : 1), of = new MapScale(curve, limits, floor);
    const words = [{linear: '', log: 'log', gamma: signed ? '±√' : '√', robust: '2–98 %'}[scale], {none: '', first: 'but key 0', special: 'but special'}[without]].filter(Boolean);
    return {key: `${colors} ${curve} ${of.low} ${of.high}`, scale: of, pixels: mapPixels(colorTable(this.page, colors)), beyond: mapBeyond(sources, of), name: colors, words};
  }

  findMarks() { this.marked = this.found(); }

  readInks() {
    const inks = {ground: 'ground', text: 'text', faint: 'faint', line: 'faint', accent: 'accent', accentText: 'accent-text', mark: 'mark', markText: 'mark-text'};
    this.inks = Object.fromEntries(Object.entries(inks).map(([name, of]) => [name, named(of)]));
    this.inks.found = '#e69f00';
  }

  get query() {
    const query = Number.parseInt(state.get('query'), 10);
    return query >= 0 && query < this.part.rows ? query : null;
  }

  get level() { return this.sources.length === 0 ? 0 : this.camera.level(devicePixelRatio || 1, this.sources[0].pyramid(this.choice.pool).top); }

  /** The cells of the crosshair: those under the pointer, else those of the selected query and key. */
  get cross() {
    const key = Number.parseInt(state.get('key'), 10), cell = this.hover ?? (this.query !== null && key >= 0 && key < this.part.cols ? {row: this.query, col: key} : null);
    return cell && mapCellAt(this.part, this.level, cell.row, cell.col);
  }

  // ---- drawing

  /** Places the windows on the canvas. */
  place() {
    const {width, height} = this.area.getBoundingClientRect(), maps = this.sources.length || (mapChoice(this.page, this.part).compare === 'beside' ? 2 : 1);
    this.layout = mapLayout(this.camera, width, height, maps, this.labels, maps === 2);
    return {width, height};
  }

  draw() {
    if (this.closed) return;
    const {width, height} = this.place();
    const context = fitCanvas(this.cellCanvas, width, height), ratio = this.cellCanvas.width / width, {camera, cellCanvas, sources, look} = this;
    fitCanvas(this.marksCanvas, width, height);
    context.clearRect(0, 0, width, height);
    if (sources.length === 0) return;
    const {level, choice} = this, surface = new CanvasSurface(context);
    let whole = true;
    this.layout.windows.forEach((window, n) => {
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      const edges = [window.x, window.y, window.x + window.width, window.y + window.height].map(at => Math.round(at * ratio));
      context.beginPath();
      context.rect(edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]);
      context.clip();
      const place = (cell, axis) => Math.round(ratio * (axis === 'x' ? window.x + camera.x(cell) : window.y + camera.y(cell))), view = {seen: camera.seen, place};
      whole = drawMapTiles(context, this.tiles, sources[n], choice.pool, level, look, view) && whole;
      if (level === 0) drawMapHatch(context, sources[n], view, camera.size * ratio);
      context.restore();
      drawMapAxes(surface, window, camera, this.scene);
      if (sources.length === 2) drawMapTitle(surface, window, sources[n].name, this.inks);
    });
    drawMapBar(surface, this.layout.bar, look, this.inks);
    const {windows} = this.layout, corners = windows.map(({x, y}) => [x + camera.x(0), y + camera.y(0)].join(' ')).join(', ');
    Object.assign(cellCanvas.dataset, {level, cell: camera.size, corners, at: this.cameraWords.at, whole, shows: sources.map(({name}) => name).join(' | '), low: look.scale.low, high: look.scale.high});
    const grain = mapGrain(camera.size, level, this.rows, this.cols, choice.pool, sources[0].signed);
    if (this.grain.textContent !== grain) this.grain.textContent = grain;
    this.drawMarks();
    if (!whole) this.drawAll();
  }

  /** Says what the canvas stands for. */
  describe() {
    this.marksCanvas.setAttribute('aria-label', `Heatmap of ${this.sources.map(({name}) => name).join(' and ')}: ${this.part.rows} rows (queries) × ${this.part.cols} columns (keys). ` +
      'Arrow keys move the crosshair, with Shift the map; plus and minus zoom, 0 shows the whole map.');
  }

  get scene() { return {rows: this.rows, cols: this.cols, inks: this.inks, margins: this.layout.margins, found: this.marked}; }

  drawMarks() {
    if (this.closed || !this.layout || this.sources.length === 0) return;
    const context = this.marksCanvas.getContext('2d'), {cross} = this;
    context.clearRect(0, 0, this.marksCanvas.width, this.marksCanvas.height);
    const surface = new CanvasSurface(context);
    for (const window of this.layout.windows) drawMapMarks(surface, window, this.camera, this.scene, this.query, cross);
    const text = cross ? mapSentence(...this.reading(cross)) : 'point at a cell, or click it';
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }

  reading(cross) { return [mapReading(this.sources, cross, this.choice.pool), cross, this.rows, this.cols, this.choice.pool, Boolean(this.part.cells)]; }

  // ---- moving

  /** The cell at a point of the canvas, or null, and its window. */
  cellAt(x, y) {
    const window = this.layout?.windows.find(of => x >= of.x && y >= of.y && x < of.x + of.width && y < of.y + of.height);
    if (!window || this.sources.length === 0) return null;
    const {camera, part} = this, inside = (at, size) => Math.min(Math.max(Math.floor(at), 0), size - 1);
    return {row: inside(camera.rowAt(y - window.y), part.rows), col: inside(camera.colAt(x - window.x), part.cols)};
  }

  point(x, y) {
    const before = this.hover;
    this.hover = x === null ? null : this.cellAt(x, y);
    if (!this.hover) hideTip();
    else {
      const {left, top} = this.marksCanvas.getBoundingClientRect();
      showTip(mapTip(...this.reading(this.cross)), left + x, top + y);
    }
    if (before?.row !== this.hover?.row || before?.col !== this.hover?.col) this.drawOver();
  }

  tap(x, y) {
    const cell = this.cellAt(x, y);
    if (!cell) return;
    const same = this.query === cell.row && state.get('key') === String(cell.col);
    state.set(same ? {query: null, key: null} : {query: cell.row, key: cell.col});
  }

  /** Changes the camera, draws, and soon writes to the address where it is. */
  move(change) {
    change();
    this.drawAll();
    this.writing ??= setTimeout(() => this.writeCamera(), 250);
  }

  zoomAt(x, y, factor) {
    if (!this.layout) return;
    const {windows} = this.layout, near = ({x: left, y: top, width, height}) => Math.hypot(Math.max(left - x, 0, x - left - width), Math.max(top - y, 0, y - top - height));
    const window = windows.reduce((best, of) => near(of) < near(best) ? of : best);
    this.hover = null;
    hideTip();
    this.move(() => this.camera.zoomAt(x - window.x - window.width / 2, y - window.y - window.height / 2, factor));
  }

  zoomButton(factor) {
    const {camera} = this;
    this.move(() => factor === 0 ? camera.lookAt(camera.rows / 2, camera.cols / 2, 1) : camera.zoomAt(0, 0, factor));
  }

  /** Where the camera is, as words of the state; none where the whole map is seen. */
  get cameraWords() {
    const {row, col, zoom} = this.camera;
    return zoom <= 1.0001 ? {at: '', zoom: ''} : {at: `${+row.toFixed(2)},${+col.toFixed(2)}`, zoom: String(+zoom.toPrecision(5))};
  }

  writeCamera() {
    clearTimeout(this.writing);
    this.writing = null;
    const {at, zoom} = this.cameraWords;
    this.written = `${at} ${zoom}`;
    state.set({at, zoom});
  }

  readCamera() {
    const [row, col] = state.get('at').split(',').map(Number.parseFloat), zoom = Number(state.get('zoom')), {camera} = this;
    Object.assign(camera, {zoom: zoom >= 1 ? zoom : 1, row: row >= 0 ? row : camera.rows / 2, col: col >= 0 ? col : camera.cols / 2});
  }

  key(event) {
    const {camera} = this, step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step && event.shiftKey) this.move(() => camera.pan(-step[1] * camera.width / 4, -step[0] * camera.height / 4));
    else if (step || event.key === 'Home' || event.key === 'End') this.step(step ?? [0, event.key === 'Home' ? -Infinity : Infinity]);
    else if (event.key === '+' || event.key === '=') this.zoomButton(2);
    else if (event.key === '-' || event.key === '−') this.zoomButton(0.5);
    else if (event.key === '0') this.zoomButton(0);
    else if (event.key === 'Escape') state.set({query: null, key: null});
    else return;
    event.preventDefault();
  }

  /** The crosshair's next cell, of those that are drawn; the first step puts it into the middle. */
  step([down, right]) {
    const {camera, part, query} = this, cells = 2 ** this.level, key = Number.parseInt(state.get('key'), 10);
    const moved = (from, by, size) => Math.min(Math.max(Math.floor(from / cells) * cells + by * cells, 0), Math.floor((size - 1) / cells) * cells);
    const from = {row: query ?? Math.floor(camera.row), col: key >= 0 ? Math.min(key, part.cols - 1) : Math.floor(camera.col)};
    const row = query === null ? from.row : down === 0 ? query : moved(from.row, down, part.rows), col = query === null || right === 0 ? from.col : moved(from.col, right, part.cols);
    this.hover = null;
    hideTip();
    state.set({query: row, key: col});
    this.move(() => camera.bring(row, col, cells));
  }

  // ---- for the page's buttons

  picture() {
    const {page, part, sources, choice, look, level, query, cross} = this;
    return mapPicture(this.camera, {title: page.title, part, sources, choice, look, level, query, cross}, this.scene, this.tiles, this.layout.beside);
  }

  selection() {
    const {first} = mapChoice(this.page, this.part), {part} = this;
    const places = (choice, names) => MapSources.places(choice, names.length);
    return {layer: first.layer === 'mean' ? places('mean', part.layers) : first.layer, heads: places(first.head, part.heads), query: this.query};
  }
}

export const mapView = {
  id: 'map',
  title: 'Map',
  reason: () => '',
  open(shell) {
    const view = new MapView(shell);
    return {update: names => view.update(names), close: () => view.close(), picture: () => view.picture(), selection: () => view.selection()};
  },
};
