// The neuron view: how one query's weights came about. Each key is a row: its vector, what its neurons give with the query's, their sum, the
// score that the model made of it, and the weight [Vig 2019].
import {element, fitCanvas, hideTip, menu, nextFrame, showTip} from './elements.js';
import {colorTable, named} from './colors.js';
import {headMenu, headPlace, layerMenu, layerPlace, mapName, queryPlace} from './choice.js';
import {shown, shownWithError} from './numbers.js';
import {CanvasSurface} from './save.js';
import {state} from './state.js';
import {distanceToSoftmax, largestSize, neuronRows} from './neuron_rows.js';

const kLine = 24, kHead = 74, kNumber = 92, kColumnGap = 14, kLeastStrip = 110, kRowsPictured = 100;

class NeuronView {
  constructor(shell) {
    Object.assign(this, shell, {closed: false, rows: null, hovered: null});
    this.canvas = element('canvas', {tabindex: '0', role: 'application', 'aria-label': 'Neurons: left and right choose the query, up and down the key'});
    this.sheet = element('div', {class: 'sheet'}, this.canvas);
    this.readout = element('p', {class: 'rule', role: 'status'});
    this.host.append(this.readout, this.sheet);
    this.redraw = nextFrame(() => { if (!this.closed) this.draw(); });
    this.host.addEventListener('scroll', this.redraw);
    this.canvas.addEventListener('pointermove', event => this.hover(event));
    this.canvas.addEventListener('pointerleave', () => this.hover(null));
    this.canvas.addEventListener('pointerdown', event => this.hover(event));
    this.canvas.addEventListener('keydown', event => this.key(event));
    this.fillControls();
    this.load();
  }

  close() {
    this.closed = true;
    this.host.removeEventListener('scroll', this.redraw);
  }

  update(names) {
    if (['layer', 'head', 'query', 'sort'].some(name => names.has(name))) this.load();
    this.redraw();
  }

  get query() { return queryPlace(this.part) ?? 0; }

  fillControls() {
    const {part} = this;
    const query = menu('Query', part.queries.labels.map((label, n) => [n, `${n}: ${label}`]), this.query, value => state.set({query: value}));
    const sort = menu('Keys by', [['', 'position'], ['weight', 'weight']], state.get('sort'), value => state.set({sort: value}));
    this.menus = [layerMenu(part), headMenu(part), query, sort];
    this.controls.replaceChildren(...this.menus);
  }

  async load() {
    const {part} = this, layer = layerPlace(part), head = headPlace(part), loading = this.loading = {};
    [layer, head, this.query, state.get('sort')].forEach((value, n) => { this.menus[n].select.value = value; });
    const kinds = ['q', 'k', 'scores', 'weights'];
    const [q, k, scores, weights] = await Promise.all(kinds.map(kind => part.matrix(kind, layer, head)));
    if (this.closed || loading !== this.loading) return;
    const rule = part.rules[layer];
    if (this.k !== k) {
      const keys = k.all();
      Object.assign(this, {k, keys, mostOfKeys: largestSize(keys)});
    }
    Object.assign(this, {layer, head, rule, weights}, neuronRows({q, k, scores, weights}, this.keys, this.query, rule.scale));
    this.mostDot = Math.max(this.rows.reduce((most, {dot}) => Math.max(most, Math.abs(dot)), 0), 1e-30);
    const isChanged = distanceToSoftmax(this.rows) > 0.01;
    if (state.get('sort') === 'weight') this.rows.sort((a, b) => b.weight - a.weight);
    this.readout.textContent = `q and k as they met in the model (${this.vector.length} neurons) · score = ${shown(rule.scale)} × q·k${rule.then ? '; ' + rule.then : ''} · weights are softmax of the scores` +
      (isChanged ? ' — but these aren’t: they were changed after it' : '');
    this.redraw();
  }

  /** The vector of a key. */
  keyOf({key}) { return this.keys.subarray(key * this.vector.length, (key + 1) * this.vector.length); }

  /** Where columns stand. */
  layout(width) {
    const {part, vector} = this, longest = this.longest ??= part.keys.labels.reduce((most, label) => Math.max(most, [...label].length), 4);
    const token = Math.min(longest * 8.5 + 36, 180), numbers = 4 * kNumber + 3 * kColumnGap;
    const cell = Math.min(Math.max(Math.floor((width - token - numbers - 4 * kColumnGap) / 2 / vector.length), 2, Math.ceil(kLeastStrip / vector.length)), 14), strip = cell * vector.length;
    const k = token + kColumnGap, product = k + strip + kColumnGap, dot = product + strip + kColumnGap;
    return {token, cell, strip, k, product, dot, scaled: dot + kNumber + kColumnGap, score: dot + 2 * (kNumber + kColumnGap), weight: dot + 3 * (kNumber + kColumnGap), width: dot + numbers + kColumnGap};
  }

  draw() {
    const {host, canvas, sheet} = this;
    if (!this.rows) return;
    const place = this.layout(host.clientWidth), width = Math.max(place.width, host.clientWidth), top = this.sheet.offsetTop;
    sheet.style.width = `${width}px`;
    sheet.style.height = `${kHead + this.rows.length * kLine + 8}px`;
    const height = Math.min(host.clientHeight, kHead + this.rows.length * kLine + 8), scroll = Math.max(0, host.scrollTop - top);
    const context = fitCanvas(canvas, width, height);
    context.clearRect(0, 0, width, height);
    const surface = new CanvasSurface(context), first = Math.floor(scroll / kLine), last = Math.min(this.rows.length, Math.ceil((scroll + height - kHead) / kLine));
    context.save();
    context.beginPath();
    context.rect(0, kHead, width, height - kHead);
    context.clip();
    this.drawRows(surface, place, first, last, row => kHead + row * kLine - scroll);
    context.restore();
    this.drawHead(surface, place, 0);
    if (this.hovered?.neuron !== undefined) {
      Object.assign(context, {strokeStyle: named('accent'), lineWidth: 1.5});
      for (const x of [place.k, place.product]) context.strokeRect(x + this.hovered.neuron * place.cell - 0.5, kHead - 30, place.cell + 1, height);
    }
    Object.assign(canvas.dataset, {rows: this.rows.length, first: this.rows[0]?.key ?? '', query: this.query, layer: this.layer, head: this.head, cell: place.cell, k: place.k});
    this.scroll = scroll;
  }

  drawHead(surface, place, y) {
    const color = named('text'), faint = named('faint'), title = (x, name, formula, centred = 0) => {
      surface.text(x + centred, y + 16, name, {color, size: 12, weight: 'bold', anchor: centred ? 'middle' : 'start'});
      surface.text(x + centred, y + 32, formula, {color: faint, size: 10.5, anchor: centred ? 'middle' : 'start'});
    };
    title(12, 'key', '');
    title(place.k, 'k', `colour: ±${shown(Math.max(this.most.q, this.mostOfKeys))}`);
    title(place.product, 'q ∘ k', `colour: ±${shown(this.most.product)}`);
    title(place.dot, 'q · k', 'sum of q ∘ k');
    title(place.scaled, 'scaled', `${shown(this.rule.scale)} × q·k`);
    title(place.score, 'score', this.rule.then ? 'as the model has it' : 'the same');
    title(place.weight, 'weight', 'softmax of scores');
    surface.text(place.token, y + 58, `q: ${cutLabel(this.part.queries.labels[this.query])}`, {color, size: 12, weight: 'bold', anchor: 'end'});
    this.drawStrip(surface, place.k, y + 44, 18, place.cell, this.vector, Math.max(this.most.q, this.mostOfKeys));
  }

  drawStrip(surface, x, y, height, cell, numbers, most) {
    this.table ??= colorTable(this.page, 'vlag');
    const {table} = this;
    for (let c = 0; c < numbers.length; ++c) {
      const at = 3 * Math.round(255 * Math.min(Math.max(0.5 + (most > 0 ? numbers[c] / most / 2 : 0), 0), 1));
      surface.rect(x + c * cell, y, cell, height, `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`);
    }
  }

  drawRows(surface, place, first, last, y) {
    const {rows, most, weights, vector} = this, color = named('text'), {keys} = this.found(), mostQk = Math.max(most.q, this.mostOfKeys);
    for (let n = first; n < last; ++n) {
      const {key, dot, dotError, scaled, score, weight} = rows[n], k = this.keyOf(rows[n]), top = y(n), base = top + 16;
      if (keys.has(key)) surface.rect(2, top + 2, place.token - 2, kLine - 4, named('mark'));
      if (this.hovered?.row === n) surface.rect(0, top, place.width, kLine, named('hover'));
      surface.text(place.token, base, cutLabel(this.part.keys.labels[key]), {color: keys.has(key) ? named('mark-text') : color, size: 12, anchor: 'end'});
      this.drawStrip(surface, place.k, top + 3, kLine - 6, place.cell, k, mostQk);
      this.drawStrip(surface, place.product, top + 3, kLine - 6, place.cell, k.map((x, c) => x * vector[c]), most.product);
      const half = kNumber / 2 - 2, size = Math.abs(dot) / this.mostDot * half;
      surface.rect(place.dot + half - (dot < 0 ? size : 0), top + 5, size, kLine - 10, dot < 0 ? '#5b8ff0' : '#e0705a', 0.45);
      surface.text(place.dot + half, base, shown(dot, dotError), {color, size: 11.5, anchor: 'middle'});
      surface.text(place.scaled + half, base, shown(scaled, dotError * Math.abs(this.rule.scale)), {color, size: 11.5, anchor: 'middle'});
      surface.text(place.score + half, base, shown(score), {color, size: 11.5, anchor: 'middle'});
      surface.rect(place.weight, top + 5, Math.min(Math.max(weight, 0), 1) * kNumber || 0, kLine - 10, named('accent'), 0.4);
      surface.text(place.weight + 6, base, shown(weight, weights.error(weight)), {color, size: 11.5});
    }
  }

  hover(event) {
    const before = this.hovered;
    this.hovered = event && this.rows ? this.placeAt(event) : null;
    if (this.hovered && event) showTip(this.textOf(this.hovered), event.clientX, event.clientY); else hideTip();
    if (before?.row !== this.hovered?.row || before?.neuron !== this.hovered?.neuron) this.redraw();
  }

  placeAt(event) {
    const box = this.canvas.getBoundingClientRect(), place = this.layout(this.host.clientWidth), x = event.clientX - box.left, y = event.clientY - box.top;
    const row = y < kHead ? -1 : Math.floor((y - kHead + this.scroll) / kLine), from = x >= place.product ? place.product : place.k, neuron = Math.floor((x - from) / place.cell);
    if (row >= this.rows.length || y < 40) return null;
    return neuron >= 0 && neuron < this.vector.length ? {row, neuron} : row >= 0 ? {row} : null;
  }

  textOf({row, neuron}) {
    const {vector} = this, its = this.rows[row], query = `query ${this.query}: ${this.part.queries.labels[this.query]}`;
    if (neuron === undefined) return `${query}\nkey ${its.key}: ${this.part.keys.labels[its.key]}\nq·k ${shown(its.dot, its.dotError)} → score ${shown(its.score)} → weight ${shownWithError(its.weight, this.weights.error(its.weight))}`;
    const lines = [query, `neuron ${neuron}: q ${shown(vector[neuron])}`];
    if (its) lines.push(`key ${its.key}: ${this.part.keys.labels[its.key]}`, `k ${shown(this.keyOf(its)[neuron])}`, `q × k ${shown(this.keyOf(its)[neuron] * vector[neuron])} of ${shown(its.dot, its.dotError)}`);
    return lines.join('\n');
  }

  key(event) {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key], row = {ArrowUp: -1, ArrowDown: 1}[event.key], {rows} = this.part;
    if (step) state.set({query: Math.min(Math.max(this.query + step, 0), rows - 1)});
    else if (row && this.rows) {
      this.hovered = {row: Math.min(Math.max((this.hovered?.row ?? -1) + row, 0), this.rows.length - 1)};
      this.redraw();
    } else return;
    event.preventDefault();
  }

  selection() { return {layer: layerPlace(this.part), heads: [headPlace(this.part)], query: this.query}; }

  picture() {
    const place = this.layout(1100), count = Math.min(this.rows.length, kRowsPictured), height = kHead + count * kLine;
    const draw = surface => {
      surface.text(12, 24, [document.getElementById('title').textContent, mapName(this.part, this.layer, this.head), `query ${this.query}`].join(' · '), {color: named('text'), size: 14, weight: 'bold'});
      this.drawHead(surface, place, 40);
      this.drawRows(surface, place, 0, count, row => 40 + kHead + row * kLine);
      surface.text(12, height + 60, this.readout.textContent, {color: named('faint'), size: 10});
    };
    return {name: 'attention-neurons', width: place.width, height: height + 76, ground: named('ground'), draw};
  }
}

const cutLabel = label => [...label].length > 18 ? [...label].slice(0, 17).join('') + '…' : label;

export const neuronView = {
  id: 'neuron',
  title: 'Neurons',
  reason(part) {
    if (part.tokens) return 'Neurons are those of tokens: switch “words” off to see them.';
    if (part.hasNeurons) return '';
    return 'This page has no queries and keys. attn view --view neuron brings them along, of a model or of Q and K; with --layer and --head the page stays small. Attention that was read with --weights, pooled maps and means of heads have none.';
  },
  open: shell => new NeuronView(shell),
};
