// The map view: the heatmap itself, to zoom into and to move. Rows are queries, columns are keys, row 0 is on top.
import {element, fitCanvas, hideTip, nextFrame, showTip} from './elements.js';
import {colorTable, colormapName, named} from './colors.js';
import {queryPlace} from './choice.js';
import {shown, shownWithError} from './numbers.js';
import {state} from './state.js';
import {limitsOf, numberAt, scaleOf} from './map_scale.js';
import {Pyramid, sizesOf} from './map_pyramid.js';
import {Tiles} from './map_tiles.js';
import {chosenMaps, comparisonOf, mapControls, nameOfChoice, poolOf, readChoice, scaleKind} from './map_choice.js';

const kLargestCell = 64, kBar = 76, kGap = 20;

class MapView {
  constructor(shell) {
    Object.assign(this, shell, {shell, closed: false, panes: [], cursor: null, pointers: new Map(), size: 0, x: 0, y: 0});
    this.canvas = element('canvas', {class: 'map', tabindex: '0', role: 'application', 'aria-label': 'Map: arrows move the cross, Shift and arrows move the map, plus and minus zoom, 0 shows the whole, Enter selects the query'});
    this.readout = element('p', {class: 'readout', role: 'status'});
    this.host.append(this.canvas, this.readout);
    this.redraw = nextFrame(() => { if (!this.closed) this.draw(); });
    this.listen();
    this.fillControls();
    this.load();
  }

  close() { this.closed = true; }

  update(names) {
    if (['layer', 'head', 'layer2', 'head2', 'compare', 'pool'].some(name => names.has(name))) this.load();
    else if (['scale', 'without', 'colors', 'theme'].some(name => names.has(name))) this.color();
    if (['compare', 'scale', 'without', 'colors', 'layer', 'head', 'pool', 'theme'].some(name => names.has(name))) this.fillControls();
    if (names.has('at') && state.get('at') !== this.placeText()) this.readPlace();
    if (names.has('size')) this.move(0, 0);
    this.redraw();
  }

  fillControls() { this.controls.replaceChildren(...mapControls(this.shell, {zoom: by => this.zoom(by), whole: () => this.whole()})); }

  // ---- numbers

  async load() {
    const {part} = this, loading = this.loading = {}, pool = poolOf(), kind = part.cells ? pool : 'weights';
    const choices = [chosenMaps(part), ...comparisonOf() ? [chosenMaps(part, '2')] : []];
    const read = await Promise.all(choices.map(choice => readChoice(part, choice, kind)));
    if (this.closed || loading !== this.loading) return;
    const sizes = {rows: sizesOf(part.cells?.queries ?? part.rows, part.rows), cols: sizesOf(part.cells?.keys ?? part.cols, part.cols)};
    this.maps = read.map(({numbers, error}, n) => ({name: nameOfChoice(part, choices[n]), error, pyramid: new Pyramid(numbers, part.rows, part.cols, pool, sizes)}));
    this.choices = choices;
    this.color();
    if (this.size === 0) this.readPlace();
    this.canvas.dataset.ready = 'true';
    this.redraw();
  }

  /** What each pane shows, in which colours. */
  color() {
    if (!this.maps) return;
    const {maps, page, part} = this, isMinus = comparisonOf() === 'minus', kind = isMinus ? 'linear' : scaleKind();
    const cellsOf = pyramids => level => {
      const [a, b] = pyramids.map(pyramid => pyramid.level(level));
      return {...a, at: b ? at => a.numbers[at] - b.numbers[at] : at => a.numbers[at]};
    };
    const without = state.get('without'), leftOut = j => without === 'first' ? j === 0 && part.cols > 1 : without === 'special' && part.keys.special[j] === 1;
    const shownMatrices = maps.map(({pyramid}) => pyramid.level(0));
    if (isMinus) {
      let high = 0;
      const {at, numbers} = cellsOf(maps.map(map => map.pyramid))(0);
      for (let n = 0; n < numbers.length; ++n) high = Math.max(high, Math.abs(at(n)) || 0);
      this.limits = {low: -high, high};
    } else {
      this.limits = limitsOf(shownMatrices, kind, leftOut);
    }
    const t = scaleOf(kind, this.limits), table = colorTable(page, isMinus ? 'vlag' : colormapName(page));
    const color = x => Number.isFinite(x) ? Math.round(t(x) * 255) : -1;
    const groups = isMinus ? [maps] : maps.map(map => [map]);
    this.panes = groups.map(group => {
      const cells = cellsOf(group.map(map => map.pyramid));
      return {name: group.map(map => map.name).join(' − '), maps: group, cells, tiles: new Tiles(cells, table, color)};
    });
    Object.assign(this, {kind, table});
    this.redraw();
  }

  // ---- where things are

  /** The rectangle of the n-th pane's map: labels stand left of it and below. */
  pane(n, width = this.host.clientWidth, height = this.host.clientHeight - 26) {
    const count = Math.max(this.panes.length, 1), {left, bottom} = this.margins();
    const each = (width - kBar - (count - 1) * kGap) / count;
    return {left: n * (each + kGap) + left, top: count > 1 ? 24 : 8, right: n * (each + kGap) + each, bottom: height - bottom};
  }
  margins() {
    const {part} = this;
    if (state.get('labels') === '0') return {left: 8, bottom: 8};
    if (part.cells) return {left: 64, bottom: 22};
    const longest = axis => axis.labels.reduce((most, label) => Math.max(most, Math.min([...label].length, 20)), 2);
    const narrow = this.host.clientWidth < 600 ? 0.6 : 1;
    return {left: (longest(part.queries) * 7.4 + 12) * narrow, bottom: (longest(part.keys) * 7.4 + 10) * narrow};
  }

  whole() {
    const {part} = this, {left, top, right, bottom} = this.pane(0);
    this.size = Math.min((right - left) / part.cols, (bottom - top) / part.rows, kLargestCell);
    [this.x, this.y] = [0, 0];
    state.set({at: null});
    this.redraw();
  }

  /** The place in the state: the cell in the middle and the pixels of a cell. */
  placeText() {
    const {left, top, right, bottom} = this.pane(0);
    return [this.y + (bottom - top) / 2 / this.size, this.x + (right - left) / 2 / this.size, this.size].map(x => +x.toFixed(3)).join(',');
  }
  readPlace() {
    const [row, col, size] = state.get('at').split(',').map(Number), {left, top, right, bottom} = this.pane(0);
    if (![row, col, size].every(Number.isFinite) || !(size > 0)) return this.whole();
    this.size = size;
    [this.y, this.x] = [row - (bottom - top) / 2 / size, col - (right - left) / 2 / size];
    this.move(0, 0);
  }
  writePlace() {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => { if (!this.closed) state.set({at: this.placeText()}); }, 200);
  }

  /** By pixels, within the map. A map smaller than its pane stays at its corner. */
  move(dx, dy) {
    const {part, size} = this, {left, top, right, bottom} = this.pane(0);
    const within = (at, shown, count) => Math.min(Math.max(at, 0), Math.max(count - shown, 0));
    this.x = within(this.x - dx / size, (right - left) / size, part.cols);
    this.y = within(this.y - dy / size, (bottom - top) / size, part.rows);
    this.redraw();
  }

  /** Enlarges by a factor around a point of a pane, its middle by default. */
  zoom(by, point = null) {
    const {part} = this, {left, top, right, bottom} = this.pane(0);
    const [px, py] = point ? [point.x, point.y] : [(right - left) / 2, (bottom - top) / 2];
    const least = Math.min((right - left) / part.cols, (bottom - top) / part.rows, kLargestCell), before = this.size;
    this.size = Math.min(Math.max(before * by, least), Math.max(kLargestCell, least));
    this.x += px / before - px / this.size;
    this.y += py / before - py / this.size;
    this.move(0, 0);
    this.writePlace();
  }

  /** The pane, and the cell in it, at a point of the canvas; null outside. */
  at(x, y) {
    for (let n = 0; n < this.panes.length; ++n) {
      const {left, top, right, bottom} = this.pane(n);
      const col = Math.floor(this.x + (x - left) / this.size), row = Math.floor(this.y + (y - top) / this.size);
      if (x >= left && x < right && y >= top && y < bottom && row >= 0 && col >= 0 && row < this.part.rows && col < this.part.cols)
        return {pane: n, row, col, x: x - left, y: y - top};
    }
    return null;
  }

  /** Cells fall together below a pixel: which level is drawn. */
  get level() { return this.size >= 1 ? 0 : Math.ceil(Math.log2(1 / this.size) - 1e-9); }

  // ---- the reader's hand

  listen() {
    const {canvas} = this, point = event => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener('wheel', event => {
      event.preventDefault();
      const at = this.at(...point(event));
      this.zoom(2 ** (-event.deltaY * (event.deltaMode ? 20 : 1) / 300), at);
      this.point(event, point(event));
    }, {passive: false});
    canvas.addEventListener('pointerdown', event => {
      canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, point(event));
      this.moved = 0;
    });
    canvas.addEventListener('pointermove', event => {
      const now = point(event), before = this.pointers.get(event.pointerId);
      if (!before) return this.point(event, now);
      const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, where]) => where);
      if (others.length === 1) {  // two fingers: their distance is the zoom
        const apart = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);
        this.zoom(apart(now, others[0]) / Math.max(apart(before, others[0]), 1), this.at((now[0] + others[0][0]) / 2, (now[1] + others[0][1]) / 2));
      } else {
        this.move(now[0] - before[0], now[1] - before[1]);
        this.writePlace();
      }
      this.moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
      this.pointers.set(event.pointerId, now);
      hideTip();
    });
    const up = event => {
      const was = this.pointers.delete(event.pointerId), at = this.at(...point(event));
      if (!was || event.type !== 'pointerup' || this.moved >= 4 || !at) return;
      this.point(event, point(event));
      if (!this.part.cells) state.set({query: queryPlace(this.part) === at.row ? null : at.row});
    };
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    canvas.addEventListener('pointerleave', () => { hideTip(); if (this.pointers.size === 0) this.setCursor(null); });
    canvas.addEventListener('dblclick', event => this.zoom(2, this.at(...point(event))));
    canvas.addEventListener('keydown', event => this.key(event));
  }

  key(event) {
    const {part} = this, step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (step && event.shiftKey) {
      this.move(-step[0] * 80, -step[1] * 80);
      this.writePlace();
    } else if (step) {
      const cell = 2 ** this.level, {row, col} = this.cursor ?? {row: queryPlace(part) ?? 0, col: 0};
      const moved = this.cursor ? {row: row + step[1] * cell, col: col + step[0] * cell} : {row, col};
      this.setCursor({pane: 0, row: Math.min(Math.max(moved.row, 0), part.rows - 1), col: Math.min(Math.max(moved.col, 0), part.cols - 1)});
      this.reveal();
    } else if (event.key === '+' || event.key === '=') this.zoom(2);
    else if (event.key === '-') this.zoom(0.5);
    else if (event.key === '0') this.whole();
    else if (event.key === 'Escape') state.set({query: null});
    else if (event.key === 'Enter' && this.cursor && !part.cells) state.set({query: queryPlace(part) === this.cursor.row ? null : this.cursor.row});
    else return;
    event.preventDefault();
  }

  reveal() {
    const {cursor, size} = this, {left, top, right, bottom} = this.pane(0);
    const out = (at, from, shown) => at < from ? from - at : at + 1 > from + shown ? from + shown - at - 1 : 0;
    this.move(out(cursor.col, this.x, (right - left) / size) * size, out(cursor.row, this.y, (bottom - top) / size) * size);
  }

  point(event, [x, y]) {
    const at = this.at(x, y);
    this.setCursor(at);
    if (at) showTip(this.textOf(at), event.clientX, event.clientY); else hideTip();
    this.canvas.style.cursor = at ? 'crosshair' : 'default';
  }
  setCursor(cursor) {
    if (cursor?.row === this.cursor?.row && cursor?.col === this.cursor?.col && cursor?.pane === this.cursor?.pane) return;
    this.cursor = cursor;
    this.redraw();
  }

  // ---- words

  /** Tokens first … last that a cell of a level stands for, by name where it is one. */
  tokensOf(axis, place, level, cells, tokens) {
    const first = place >> level << level, last = Math.min(first + 2 ** level, cells) - 1;
    const from = Math.floor(first * tokens / cells), to = Math.floor((last + 1) * tokens / cells) - 1;
    if (from < to) return `${from}–${to}`;
    return axis.labels[from] === undefined ? String(from) : `${from}: ${axis.labels[from]}`;
  }

  textOf({pane, row, col}) {
    const {part, level} = this, its = this.panes[pane];
    const tokens = part.cells ?? {queries: part.rows, keys: part.cols}, many = part.cells || level > 0;
    const at = (row >> level) * ((part.cols + 2 ** level - 1) >> level) + (col >> level);
    const numbers = its.maps.map(({pyramid, error, name}) => {
      const x = pyramid.level(level).numbers[at];
      return `${its.maps.length > 1 ? name + ': ' : ''}${many ? poolOf() === 'max' ? 'largest ' : 'mean ' : ''}weight ${shownWithError(x, error(x))}`;
    });
    if (its.maps.length > 1) numbers.push(`difference ${shown(its.cells(level).at(at))}`);
    return [`query ${this.tokensOf(part.queries, row, level, part.rows, tokens.queries)}`, `key ${this.tokensOf(part.keys, col, level, part.cols, tokens.keys)}`, ...numbers].join('\n');
  }

  /** What a cell and a pixel stand for. */
  describe() {
    const {part, size, level} = this, {queries, keys} = part.cells ?? {queries: part.rows, keys: part.cols};
    const per = (tokens, cells) => tokens % cells === 0 ? String(tokens / cells) : `${Math.floor(tokens / cells)}–${Math.ceil(tokens / cells)}`;
    const cell = part.cells ? `A cell is the ${poolOf() === 'max' ? 'largest' : 'mean'} weight of ${per(queries, part.rows)} queries × ${per(keys, part.cols)} keys. ` : '';
    const pixel = level > 0 ? `A pixel is the ${poolOf() === 'max' ? 'largest' : 'mean'} of ${2 ** level} × ${2 ** level} ${part.cells ? 'cells' : 'weights'}.`
                            : `A ${part.cells ? 'cell' : 'weight'} has ${shown(size).replace(/\.?0+$/, '')} × ${shown(size).replace(/\.?0+$/, '')} pixels.`;
    return cell + pixel;
  }

  // ---- drawing

  draw() {
    const {host, canvas, part} = this, width = host.clientWidth, height = host.clientHeight - 26;
    const context = fitCanvas(canvas, width, height);
    context.clearRect(0, 0, width, height);
    if (this.panes.length === 0) return;
    this.panes.forEach((pane, n) => this.drawPane(new PaneSurface(context), pane, this.pane(n)));
    this.drawBar(new PaneSurface(context), width - kBar + 16, this.pane(0).top, Math.min(this.pane(0).bottom - this.pane(0).top, 260));
    this.readout.textContent = this.describe() + (this.cursor ? '  ' + this.textOf(this.cursor).replaceAll('\n', ' · ') : '');
    Object.assign(canvas.dataset, {level: this.level, size: this.size.toFixed(3), x: this.x.toFixed(2), y: this.y.toFixed(2), panes: this.panes.length});
    if (part.rows === 0) return;
  }

  drawPane(surface, pane, box) {
    const {size, level, part} = this, {left, top} = box, right = Math.min(box.right, left + (part.cols - this.x) * size), bottom = Math.min(box.bottom, top + (part.rows - this.y) * size);
    const color = named('text'), cell = size * 2 ** level;
    surface.clipped(left, top, right - left, bottom - top, () => {
      pane.tiles.each(level, cell, left - this.x * size, top - this.y * size, left, top, right, bottom, (canvas, x, y, w, h) => surface.image(canvas, x, y, w, h));
      const query = queryPlace(part);
      if (query !== null && !part.cells) surface.frame(left - 1, top + (query - this.y) * size, right - left + 2, Math.max(size, 2), named('accent'));
      if (this.cursor) {
        const x = left + ((this.cursor.col >> level << level) - this.x) * size, y = top + ((this.cursor.row >> level << level) - this.y) * size;
        for (const [a, b, w, h] of [[x, top, Math.max(cell, 1), bottom - top], [left, y, right - left, Math.max(cell, 1)]]) surface.rect(a, b, w, h, '#ffffff', 0.22);
        surface.frame(x, y, Math.max(cell, 3), Math.max(cell, 3), '#ff5a36');
      }
    });
    if (this.panes.length > 1 || pane.maps.length > 1) surface.text(left, top - 8, pane.name, {color, size: 12, weight: 'bold'});
    if (state.get('labels') !== '0') this.drawLabels(surface, left, top, right, bottom);
  }

  drawLabels(surface, left, top, right, bottom) {
    const {part, size} = this, {queries, keys} = this.found(), color = named('text'), mark = named('mark'), tokens = part.cells ?? {queries: part.rows, keys: part.cols};
    const step = apart => 2 ** Math.max(0, Math.ceil(Math.log2(apart / size)));
    const label = (axis, place, cells, count) => {
      const text = part.cells ? String(Math.floor(place * count / cells)) : axis.labels[place];
      return [...text].length > 20 ? [...text].slice(0, 19).join('') + '…' : text;
    };
    const each = (first, shownLength, count, every, use) => {
      for (let place = Math.ceil((first - 0.5) / every) * every; place < Math.min(first + shownLength / size, count); place += every) if (place >= 0) use(place, (place - first + 0.5) * size);
    };
    each(this.y, bottom - top, part.rows, step(13), (place, at) => {
      if (at < 0) return;
      if (queries.has(place)) surface.rect(left - 8, top + at - 7, 5, 14, mark);
      surface.text(left - 6, top + at + 4, label(part.queries, place, part.rows, tokens.queries), {color, size: 11, anchor: 'end', weight: this.cursor?.row === place || queryPlace(part) === place ? 'bold' : 'normal'});
    });
    each(this.x, right - left, part.cols, step(part.cells ? 60 : 13), (place, at) => {
      if (at < 0) return;
      if (keys.has(place)) surface.rect(left + at - 7, bottom + 3, 14, 5, mark);
      const text = label(part.keys, place, part.cols, tokens.keys), weight = this.cursor?.col === place ? 'bold' : 'normal';
      if (part.cells) surface.text(left + at, bottom + 15, text, {color, size: 11, anchor: 'middle', weight});
      else surface.text(left + at + 4, bottom + 6, text, {color, size: 11, anchor: 'end', turned: -90, weight});
    });
  }

  drawBar(surface, x, top, height) {
    const color = named('text');
    for (let n = 0; n < 64; ++n) {
      const place = 3 * Math.round(255 * (1 - (n + 0.5) / 64));
      surface.rect(x, top + n * height / 64, 12, height / 64 + 0.5, `rgb(${this.table[place]},${this.table[place + 1]},${this.table[place + 2]})`);
    }
    for (const t of height > 80 ? [1, 0.75, 0.5, 0.25, 0] : [1, 0]) surface.text(x + 16, top + (1 - t) * height + (t === 1 ? 9 : t === 0 ? 0 : 4), shown(numberAt(this.kind, this.limits, t)), {color, size: 10});
  }

  // ---- what leaves the page

  selection() {
    const {layers, heads} = chosenMaps(this.part);
    return {layer: layers[0], heads, query: this.part.cells ? this.cursor?.row ?? null : queryPlace(this.part)};
  }

  picture() {
    const width = this.host.clientWidth, map = this.host.clientHeight - 26, cursor = this.cursor;
    const draw = surface => {
      const moved = surface.moved ? surface.moved(0, 40) : surface;
      this.cursor = null;
      const from = {text: (x, y, ...rest) => surface.text(x, y + 40, ...rest), rect: (x, y, ...rest) => surface.rect(x, y + 40, ...rest), image: (canvas, x, y, ...rest) => moved.image(canvas, x, y + 40, ...rest)};
      const pane = new PictureSurface(from);
      surface.text(12, 24, [document.getElementById('title').textContent, this.panes.map(({name}) => name).join(' beside ')].join(' · '), {color: named('text'), size: 14, weight: 'bold'});
      this.panes.forEach((its, n) => this.drawPane(pane, its, this.pane(n)));
      this.drawBar(pane, width - kBar + 16, this.pane(0).top, Math.min(this.pane(0).bottom - this.pane(0).top, 260));
      surface.text(12, map + 58, `Rows are queries, columns keys. ${this.describe()} Scale: ${this.kind}. ${this.part.note}`, {color: named('faint'), size: 10});
      this.cursor = cursor;
    };
    return {name: 'attention-map', width, height: map + 72, ground: named('ground'), draw};
  }
}

/** What panes are drawn on: a canvas on the screen … */
class PaneSurface {
  constructor(context) { this.context = context; }
  clipped(x, y, width, height, draw) {
    const {context} = this;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.imageSmoothingEnabled = false;
    draw();
    context.restore();
  }
  image(canvas, x, y, width, height) { this.context.drawImage(canvas, x, y, width, height); }
  rect(x, y, width, height, color, opacity = 1) {
    Object.assign(this.context, {fillStyle: color, globalAlpha: opacity});
    this.context.fillRect(x, y, width, height);
    this.context.globalAlpha = 1;
  }
  frame(x, y, width, height, color) {
    Object.assign(this.context, {strokeStyle: color, lineWidth: 2});
    this.context.strokeRect(x, y, width, height);
  }
  text(x, y, text, {color, size = 12, anchor = 'start', turned = 0, weight = 'normal'}) {
    const {context} = this;
    context.save();
    context.translate(x, y);
    context.rotate(turned * Math.PI / 180);
    Object.assign(context, {fillStyle: color, textAlign: {start: 'left', middle: 'center', end: 'right'}[anchor], font: `${weight} ${size}px "DejaVu Sans", system-ui, sans-serif`});
    context.fillText(text, 0, 0);
    context.restore();
  }
}

/** … or a picture that is saved: what is clipped is drawn as one image of its own. */
class PictureSurface {
  constructor(surface) { this.surface = surface; }
  clipped(x, y, width, height, draw) {
    const canvas = element('canvas'), scale = 2;
    [canvas.width, canvas.height] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    const context = canvas.getContext('2d'), outer = this.surface;
    context.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
    context.imageSmoothingEnabled = false;
    this.inner = new PaneSurface(context);
    draw();
    this.inner = null;
    outer.image(canvas, x, y, width, height);
  }
  image(...all) { this.inner.image(...all); }
  frame(...all) { this.inner.frame(...all); }
  rect(...all) { (this.inner ?? this.surface).rect(...all); }
  text(...all) { (this.inner ?? this.surface).text(...all); }
}

export const mapView = {
  id: 'map',
  title: 'Map',
  reason: () => '',
  open: shell => new MapView(shell),
};
