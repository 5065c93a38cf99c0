// The model view: all layers and heads at once, as small maps or lines, in the model's order or sorted by a number about them.
import {element, fitCanvas, hideTip, menu, nextFrame, showTip} from './elements.js';
import {colorTable, colormapName, headColor, named} from './colors.js';
import {mapName, queryPlace} from './choice.js';
import {shown} from './numbers.js';
import {CanvasSurface} from './save.js';
import {state} from './state.js';
import {kStatistics, scanAll} from './model_scan.js';
import {thumbnailLines, thumbnailMap} from './model_thumbnail.js';
import {enlarged} from './model_enlarged.js';

const kSide = 46, kTop = 26, kBetween = 6, kUnder = 26;

/** Places of the names that a text like "0,3-5" chooses; all where it chooses none. */
function placesOf(text, names) {
  const wanted = new Set();
  for (const word of text.split(',').map(part => part.trim()).filter(Boolean)) {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [null, word, undefined];
    names.forEach((name, place) => { if (to === undefined ? name === from : Number(name) >= Number(from) && Number(name) <= Number(to)) wanted.add(place); });
  }
  return wanted.size > 0 ? [...wanted].sort((a, b) => a - b) : names.map((_, place) => place);
}

class ModelView {
  constructor(shell) {
    Object.assign(this, shell, {shell, closed: false, scans: new Map(), pictures: new Map(), hovered: null});
    this.canvas = element('canvas', {tabindex: '0', role: 'application', 'aria-label': 'All heads: arrows move from one to the next, Enter enlarges'});
    this.sheet = element('div', {class: 'sheet'}, this.canvas);
    this.host.append(this.sheet);
    this.redraw = nextFrame(() => { if (!this.closed) this.draw(); });
    this.host.addEventListener('scroll', this.redraw);
    this.canvas.addEventListener('pointermove', event => this.hover(event));
    this.canvas.addEventListener('pointerleave', () => this.hover(null));
    this.canvas.addEventListener('click', event => this.openAt(this.at(event)));
    this.canvas.addEventListener('keydown', event => this.key(event));
    this.fillControls();
    this.redraw();
    this.showEnlarged();
    scanAll(this.part, (layer, head, scan) => {
      this.scans.set(`${layer},${head}`, scan);
      this.redraw();
    }, () => this.closed).then(() => { if (!this.closed) this.showEnlarged(); });
  }

  close() {
    this.closed = true;
    this.host.removeEventListener('scroll', this.redraw);
  }

  update(names) {
    if (['colors', 'theme', 'style'].some(name => names.has(name))) this.pictures.clear();
    if (['sort', 'layers', 'only', 'style', 'colors'].some(name => names.has(name))) this.fillControls();
    if (names.has('open') || names.has('theme')) this.showEnlarged();
    this.redraw();
  }

  fillControls() {
    const {part, page} = this, focused = document.activeElement?.getAttribute('aria-label');
    const sorts = [['', 'layer'], ...part.cells ? [] : Object.entries(kStatistics).map(([id, [title]]) => [id, title])];
    const filter = (label, word, names) => {
      const input = element('input', {type: 'text', size: 7, placeholder: 'all', 'aria-label': label, title: 'As in 0,3-5', value: state.get(word), onchange: () => state.set({[word]: input.value.trim()})});
      const whole = element('label', {}, label, input);
      whole.hidden = names.length < 2;
      return whole;
    };
    const style = menu('Drawn as', [['', 'maps'], ['lines', 'lines']], state.get('style'), value => state.set({style: value}));
    const colors = menu('Colours', Object.keys(page.colormaps).filter(name => name !== 'vlag').map(name => [name, name]), colormapName(page), value => state.set({colors: value === 'viridis' ? null : value}));
    colors.hidden = state.get('style') === 'lines';
    const sort = menu('Sorted by', sorts, state.get('sort'), value => state.set({sort: value}));
    if (part.cells) sort.title = 'Numbers about heads need every weight; this page has maxima of many';
    this.controls.replaceChildren(sort, filter('Layers', 'layers', part.layers), filter('Heads', 'only', part.heads), style, colors);
    if (focused) this.controls.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }

  // ---- where heads stand

  /** [layer, head] in the order of the picture. */
  get order() {
    const {part} = this, sort = this.sort;
    const all = placesOf(state.get('layers'), part.layers).flatMap(layer => placesOf(state.get('only'), part.heads).map(head => [layer, head]));
    if (!sort) return all;
    const value = ([layer, head]) => this.scans.get(`${layer},${head}`)?.[sort] ?? -Infinity;
    return all.sort((a, b) => value(b) - value(a));
  }
  get sort() { return !this.part.cells && kStatistics[state.get('sort')] ? state.get('sort') : ''; }

  /** The grid: heads across in the order of the model; as many as fit where they are sorted. */
  grid(width) {
    const order = this.order, {sort} = this, heads = placesOf(state.get('only'), this.part.heads).length;
    const least = sort ? 76 : 34, side = sort ? kBetween : kSide;
    const across = sort ? Math.max(1, Math.floor((width - side) / (108 + kBetween))) : heads;
    const size = Math.min(Math.max(Math.floor((width - side - 10) / across) - kBetween, least), sort ? 108 : 150);
    const step = size + kBetween, down = sort ? size + kUnder : step, rows = Math.ceil(order.length / across);
    const place = n => ({x: side + n % across * step, y: (sort ? kBetween : kTop) + Math.floor(n / across) * down});
    return {order, across, size, rows, place, width: side + across * step + 4, height: (sort ? kBetween : kTop) + rows * down + 4};
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top + this.host.scrollTop, {order, size, place} = this.grid(this.host.clientWidth);
    const n = order.findIndex((_, at) => {
      const {x: left, y: top} = place(at);
      return x >= left && x < left + size && y >= top && y < top + size;
    });
    return n < 0 ? null : n;
  }

  // ---- the reader's hand

  hover(event) {
    const before = this.hovered;
    this.hovered = event ? this.at(event) : null;
    if (this.hovered !== null) showTip(this.textOf(this.hovered), event.clientX, event.clientY); else hideTip();
    this.canvas.style.cursor = this.hovered === null ? 'default' : 'pointer';
    if (before !== this.hovered) this.redraw();
  }

  textOf(n) {
    const [layer, head] = this.order[n], scan = this.scans.get(`${layer},${head}`);
    const numbers = Object.entries(kStatistics).filter(([id]) => Number.isFinite(scan?.[id])).map(([id, [title, unit]]) => `${title} ${shown(scan[id])} ${unit}`);
    return [mapName(this.part, layer, head), ...numbers].join('\n');
  }

  openAt(n) { if (n !== null) state.set({open: this.order[n].join(',')}); }

  key(event) {
    const {across, order, place} = this.grid(this.host.clientWidth), step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across}[event.key];
    if (step) {
      this.hovered = this.hovered === null ? 0 : Math.min(Math.max(this.hovered + step, 0), order.length - 1);
      const {y} = place(this.hovered);
      if (y < this.host.scrollTop || y + 60 > this.host.scrollTop + this.host.clientHeight) this.host.scrollTop = y - 30;
      this.canvas.setAttribute('aria-label', this.textOf(this.hovered).replaceAll('\n', ', '));
      this.redraw();
    } else if (event.key === 'Enter' || event.key === ' ') this.openAt(this.hovered);
    else return;
    event.preventDefault();
  }

  get opened() {
    const [layer, head] = state.get('open').split(',').map(Number);
    return this.part.layers[layer] !== undefined && this.part.heads[head] !== undefined ? [layer, head] : null;
  }
  showEnlarged() {
    const had = this.dialog;
    this.dialog?.remove();
    this.dialog = null;
    hideTip();
    if (!this.opened) return void (had && this.canvas.focus({preventScroll: true}));
    const [layer, head] = this.opened;
    this.dialog = enlarged(this.shell, layer, head, this.scans.get(`${layer},${head}`), () => state.set({open: null}));
    this.host.append(this.dialog);
    this.dialog.querySelector('.close').focus({preventScroll: true});
  }

  // ---- drawing

  thumbnail(layer, head, size) {
    const key = `${layer},${head}`, scan = this.scans.get(key);
    if (!scan) return null;
    if (!this.pictures.has(key))
      this.pictures.set(key, state.get('style') === 'lines' ? thumbnailLines(scan, headColor(head), size) : thumbnailMap(scan, colorTable(this.page, colormapName(this.page))));
    return this.pictures.get(key);
  }

  draw() {
    const {host, canvas, sheet} = this, grid = this.grid(host.clientWidth), width = Math.max(grid.width, host.clientWidth), height = host.clientHeight;
    sheet.style.width = `${width}px`;
    sheet.style.height = `${Math.max(grid.height, height)}px`;
    const context = fitCanvas(canvas, width, height), scroll = host.scrollTop;
    context.clearRect(0, 0, width, height);
    this.drawGrid(new CanvasSurface(context), grid, -scroll, 0, height);
    if (this.hovered !== null && grid.order[this.hovered]) {
      const {x, y} = grid.place(this.hovered);
      Object.assign(context, {strokeStyle: named('accent'), lineWidth: 3, globalAlpha: 1});
      context.strokeRect(x - 1.5, y - scroll - 1.5, grid.size + 3, grid.size + 3);
    }
    Object.assign(canvas.dataset, {heads: grid.order.length, done: this.scans.size, size: grid.size, across: grid.across, order: grid.order.map(place => place.join('.')).join(' ')});
  }

  drawGrid(surface, {order, across, size, place}, dy, top, bottom) {
    const {part, sort} = this, color = named('text'), faint = named('faint'), empty = named('raised');
    order.forEach(([layer, head], n) => {
      const {x, y: at} = place(n), y = at + dy;
      if (y + size + kUnder < top || y > bottom) return;
      const picture = this.thumbnail(layer, head, size);
      if (picture) surface.image(picture, x, y, size, size); else surface.rect(x, y, size, size, empty);
      if (sort) {
        const value = this.scans.get(`${layer},${head}`)?.[sort];
        surface.text(x, y + size + 12, `${part.layers[layer]}.${part.heads[head]}`, {color, size: 11});
        surface.text(x + size, y + size + 12, Number.isFinite(value) ? shown(value) : '', {color: faint, size: 11, anchor: 'end'});
      } else {
        if (n % across === 0) surface.text(kSide - 8, y + size / 2 + 4, part.layers[layer], {color, size: 12, anchor: 'end'});
        const name = part.heads[head], wide = size >= 56;
        if (n < across) surface.text(x + size / 2, y - 7, name && wide ? `head ${name}` : name, {color, size: 12, anchor: 'middle'});
      }
    });
    if (!sort) surface.text(4, 14 + dy, part.layers.length > 1 ? 'layer' : '', {color: faint, size: 11});
  }

  // ---- what leaves the page

  selection() {
    const [layer, head] = this.opened ?? (this.hovered === null ? [0, 0] : this.order[this.hovered]);
    return {layer, heads: [head], query: queryPlace(this.part)};
  }

  picture() {
    const grid = this.grid(1100), {sort} = this;
    const caption = `${state.get('style') === 'lines' ? 'Lines: opacity is the largest weight of a place.' : 'Each small map shows largest weights; colour is √weight, from 0 to 1.'} ${sort ? `Sorted by ${kStatistics[sort][0]} (${kStatistics[sort][1]}). ` : 'Rows are layers, columns heads. '}${this.part.note}`;
    const draw = surface => {
      surface.text(12, 24, document.getElementById('title').textContent, {color: named('text'), size: 14, weight: 'bold'});
      this.drawGrid(surface, grid, 36, 0, Infinity);
      surface.text(12, grid.height + 56, caption, {color: named('faint'), size: 10});
    };
    return {name: 'attention-model', width: Math.max(grid.width, 500), height: grid.height + 70, ground: named('ground'), draw};
  }
}

export const modelView = {
  id: 'model',
  title: 'Model',
  reason: () => '',
  open: shell => new ModelView(shell),
};
