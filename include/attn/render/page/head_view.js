// The head view: queries left, keys right, and lines between them whose opacity is weight / number of shown heads [Vig 2019].
import {element, fitCanvas, hideTip, menu, nextFrame, showTip, slider, toggle} from './elements.js';
import {headColor, named} from './colors.js';
import {layerMenu, layerPlace, mapName, queryPlace, shownHeads} from './choice.js';
import {shownWithError} from './numbers.js';
import {state} from './state.js';
import {TokenList, kRow} from './head_tokens.js';
import {eachShade, linesOf, linesOfToken} from './head_lines.js';

const kPad = 10;           // above the first token
const kMostPictured = 200;  // tokens of a side in a picture; of more, those that can be seen

class HeadView {
  constructor({part, host, controls, found}) {
    Object.assign(this, {part, host, controls, found, hovered: null, closed: false, maps: [], lines: []});
    this.canvas = element('canvas', {class: 'lines', 'aria-hidden': 'true'});
    const on = side => ({hover: (place, event) => this.hover(side, place, event), select: place => this.select(side, place)});
    this.queries = new TokenList('query', part.queries, on('query'));
    this.keys = new TokenList('key', part.keys, on('key'));
    this.sheet = element('div', {class: 'sheet'}, this.canvas, this.queries.node, this.keys.node);
    this.sheet.style.height = `${Math.max(part.rows, part.cols) * kRow + 2 * kPad}px`;
    host.append(this.sheet);
    this.redraw = nextFrame(() => { if (!this.closed) this.draw(); });
    host.addEventListener('scroll', this.redraw);
    this.fillControls();
    this.mark();
    this.load();
  }

  close() {
    this.closed = true;
    this.host.removeEventListener('scroll', this.redraw);
  }

  update(names) {
    if (['layer', 'heads'].some(name => names.has(name))) this.load();
    if (['mass', 'pairs'].some(name => names.has(name))) this.findLines();
    if (['heads', 'theme', 'pairs'].some(name => names.has(name))) this.fillControls();
    this.controls.querySelector('select').value = layerPlace(this.part);
    this.mark();
    if (names.has('find') || names.has('query')) this.reveal(names.has('find') ? Math.min(...this.found().queries, ...this.found().keys) : queryPlace(this.part));
    this.redraw();
  }

  // ---- what is shown

  get mass() { return Math.min(Math.max(Number(state.get('mass', 100)) / 100 || 1, 0.01), 1); }

  /** 'AB' where only lines from the first text to the second are wanted; '' for all. */
  get pairs() { return this.hasPairs ? state.get('pairs') : ''; }
  get hasPairs() {
    const isPair = ({segments}) => segments?.includes(1) && segments.includes(0);
    return isPair(this.part.queries) && isPair(this.part.keys);
  }
  isWanted(side, place) {
    const letter = this.pairs[side === 'query' ? 0 : 1];
    const axis = side === 'query' ? this.part.queries : this.part.keys;
    return !letter || (axis.segments[place] === 1) === (letter === 'B');
  }

  /** Unpacks the maps of the shown heads. */
  async load() {
    const {part} = this, layer = layerPlace(part), heads = shownHeads(part), loading = this.loading = {};
    const maps = await Promise.all(heads.map(head => part.matrix('weights', layer, head)));
    if (this.closed || loading !== this.loading) return;
    Object.assign(this, {maps, layer, heads});
    this.findLines();
    this.redraw();
  }

  get wants() { return {some: this.pairs !== '', query: i => this.isWanted('query', i), key: j => this.isWanted('key', j)}; }
  findLines() { this.lines = linesOf(this.maps, this.mass, this.wants); }

  // ---- the reader's hand

  hover(side, place, event) {
    const before = this.hovered;
    this.hovered = place === null ? null : {side, place};
    if (event && this.hovered) showTip(this.tipOf(side, place), event.clientX, event.clientY); else hideTip();
    if (before?.side === this.hovered?.side && before?.place === this.hovered?.place) return;
    if (!event && place !== null) this.reveal(place);
    this.mark();
    this.redraw();
  }

  select(side, place) {
    if (side === 'key' && place !== null) return this.hover('key', this.hovered?.place === place && this.hovered.side === 'key' ? null : place);  // by touch, too
    state.set({query: place === queryPlace(this.part) ? null : place});
  }

  toggleHead(head) {
    const {part} = this, heads = shownHeads(part);
    const others = heads.includes(head) ? heads.filter(other => other !== head) : [...heads, head];
    if (others.length > 0) this.showHeads(others);  // the last one stays
  }
  /** Only this head; all, where it already is the only one. */
  isolate(head) {
    const heads = shownHeads(this.part);
    this.showHeads(heads.length === 1 && heads[0] === head ? [] : [head]);
  }
  /** None: all. */
  showHeads(heads) { state.set({heads: heads.length === this.part.heads.length ? null : heads.sort((a, b) => a - b).join(',')}); }

  tipOf(side, place) {
    const {part, maps} = this, query = queryPlace(part);
    const label = (side === 'query' ? part.queries : part.keys).labels[place], what = `${side} ${place}: ${label}`;
    if (side === 'query' || query === null || maps.length === 0) return what;
    const weights = this.heads.slice(0, 16).map((head, n) => {
      const weight = maps[n].at(query, place);
      return `${part.heads[head] === '' ? '' : `head ${part.heads[head]}: `}${shownWithError(weight, maps[n].error(weight))}`;
    });
    return [`${what}\nfrom query ${query}: ${part.queries.labels[query]}`, ...weights, ...this.heads.length > 16 ? ['…'] : []].join('\n');
  }

  reveal(place) {
    if (place === null || !Number.isFinite(place)) return;
    const {host} = this, top = kPad + place * kRow;
    if (top < host.scrollTop || top + kRow > host.scrollTop + host.clientHeight) host.scrollTop = Math.max(0, top - host.clientHeight / 2);
  }

  // ---- controls

  fillControls() {
    const {part, controls} = this, shown = new Set(shownHeads(part)), focused = document.activeElement?.dataset?.head;
    const squares = part.heads.map((name, head) => {
      const square = toggle(name || '·', shown.has(head), null, {class: 'head', 'data-head': head, 'aria-label': `Head ${name}`,
        title: 'Click: show or hide · double click or Shift+Enter: only this one, and again: all'});
      square.style.setProperty('--head', headColor(head));
      square.addEventListener('click', event => {
        if (event.detail <= 1) this.toggleHead(head);
        if (event.detail === 2) this.isolate(head);  // whatever the first click of the two did
      });
      square.addEventListener('keydown', event => {
        if (event.key !== 'Enter' || !event.shiftKey) return;
        event.preventDefault();
        this.isolate(head);
      });
      return square;
    });
    const heads = element('div', {class: 'heads', role: 'group', 'aria-label': 'Heads'}, ...squares);
    heads.hidden = part.heads.length < 2;
    const pairs = menu('Pairs', [['', 'all'], ['AA', 'A → A'], ['AB', 'A → B'], ['BA', 'B → A'], ['BB', 'B → B']], this.pairs, value => state.set({pairs: value}));
    pairs.hidden = !this.hasPairs;
    const mass = slider('Largest weights up to', {min: 5, max: 100, step: 5, value: Math.round(this.mass * 100), shown: value => value === 100 ? 'all' : `${value} %`},
                        value => state.set({mass: value === 100 ? null : value}));
    controls.replaceChildren(layerMenu(part), heads, pairs, mass);
    if (focused) controls.querySelector(`[data-head="${focused}"]`)?.focus();
  }

  mark() {
    const {hovered} = this, {queries, keys} = this.found();
    this.queries.mark({active: hovered?.side === 'query' ? hovered.place : null, selected: queryPlace(this.part), found: queries, dim: place => !this.isWanted('query', place)});
    this.keys.mark({active: hovered?.side === 'key' ? hovered.place : null, found: keys, dim: place => !this.isWanted('key', place)});
  }

  // ---- drawing

  /** Where things stand in a width: tokens, then a strip of boxes, then lines. */
  layout(width) {
    const {part} = this, longest = axis => axis.labels.reduce((most, label) => Math.max(most, [...label].length), 4);
    const of = axis => Math.round(Math.min(Math.max(longest(axis) * 9 + 18, 56), 260, width * 0.28));
    const strip = Math.min(Math.max(shownHeads(part).length * 8, 12), width * 0.1, 120), left = of(part.queries), right = of(part.keys);
    const gap = Math.min(Math.max(width - left - right - 2 * strip - 24, 60), 560);
    const x = Math.max((width - left - right - 2 * strip - gap) / 2, 4);
    return {left: x, leftWidth: left, x1: x + left + strip, x2: x + left + strip + gap, right: x + left + 2 * strip + gap, rightWidth: right, strip};
  }

  /** The token whose lines are shown alone, if there is one. */
  get focus() {
    const query = queryPlace(this.part);
    return this.hovered ?? (query === null ? null : {side: 'query', place: query});
  }
  currentLines() {
    const {focus} = this;
    return focus ? linesOfToken(this.maps, focus.side, focus.place, this.mass, this.wants) : this.lines;
  }

  draw() {
    const {host, canvas} = this, width = host.clientWidth, height = host.clientHeight, scroll = host.scrollTop;
    const place = this.layout(width);
    this.queries.lay(place.left, place.leftWidth);
    this.keys.lay(place.right, place.rightWidth);
    const first = Math.floor((scroll - kPad) / kRow) - 1, last = Math.ceil((scroll + height) / kRow) + 1;
    this.queries.show(first, last);
    this.keys.show(first, last);
    const context = fitCanvas(canvas, width, height);
    context.clearRect(0, 0, width, height);
    context.lineWidth = 2;
    const count = this.drawLines(place, row => kPad + (row + 0.5) * kRow - scroll, 0, height, (color, opacity, ends) => {
      Object.assign(context, {strokeStyle: color, globalAlpha: opacity});
      for (let n = 0; n < ends.length; n += 4) {  // each by itself: one path of all takes twice as long to paint
        context.beginPath();
        context.moveTo(ends[n], ends[n + 1]);
        context.lineTo(ends[n + 2], ends[n + 3]);
        context.stroke();
      }
    }, (x, y, w, h, color, opacity) => {
      Object.assign(context, {fillStyle: color, globalAlpha: opacity});
      context.fillRect(x, y, w, h);
    });
    Object.assign(canvas.dataset, {lines: count, layer: this.layer ?? '', heads: (this.heads ?? []).join(',')});
    if (this.maps.length > 0) canvas.dataset.drawn = 'true';
  }

  /** Lines, and the boxes on the other side where one token is in focus. */
  drawLines(place, y, top, bottom, drawShade, drawBox) {
    const lines = this.currentLines(), colors = (this.heads ?? []).map(headColor), {focus} = this;
    const count = eachShade(lines, colors, {...place, y, top, bottom}, drawShade);
    if (!focus) return count;
    const onRight = focus.side === 'query', width = place.strip / lines.length, from = onRight ? place.x2 : place.x1 - place.strip;
    lines.forEach(({from: i, to: j, weight}, n) => {
      const places = onRight ? j : i;
      for (let l = 0; l < weight.length; ++l) {
        const at = y(places[l]);
        if (at >= top - kRow && at <= bottom + kRow) drawBox(from + n * width, at - kRow / 2 + 1, Math.max(width - 1, 1), kRow - 2, colors[n], Math.min(weight[l], 1));
      }
    });
    return count;
  }

  // ---- what leaves the page

  selection() { return {layer: layerPlace(this.part), heads: shownHeads(this.part), query: queryPlace(this.part)}; }

  picture() {
    const {part, host} = this, all = Math.max(part.rows, part.cols) <= kMostPictured;
    const first = all ? 0 : Math.max(0, Math.floor((host.scrollTop - kPad) / kRow)), last = all ? Math.max(part.rows, part.cols) : first + Math.floor(host.clientHeight / kRow);
    const width = 860, place = this.layout(width), top = 58, bottom = top + (last - first) * kRow, heads = this.heads ?? [];
    const y = row => top + (row - first + 0.5) * kRow, color = named('text'), {focus} = this;
    const draw = surface => {
      surface.text(16, 24, this.caption(), {color, size: 14, weight: 'bold'});
      heads.forEach((head, n) => {
        const x = 16 + n % 24 * 34;
        surface.rect(x, 34, 10, 10, headColor(head));
        surface.text(x + 13, 43, part.heads[head], {color, size: 10});
      });
      this.drawLines(place, y, top, bottom, (shade, opacity, ends) => {
        for (let n = 0; n < ends.length; n += 4) surface.line(ends[n], ends[n + 1], ends[n + 2], ends[n + 3], shade, opacity, 2);
      }, (...box) => surface.rect(...box));
      const write = (axis, side, x, anchor) => axis.labels.slice(first, last).forEach((label, n) => {
        const cut = [...label].length > 30 ? [...label].slice(0, 29).join('') + '…' : label, isFocus = focus?.side === side && focus.place === first + n;
        surface.text(x, y(first + n) + 4, cut, {color, anchor, size: 12, weight: isFocus ? 'bold' : 'normal'});
      });
      write(part.queries, 'query', place.left + place.leftWidth - 6, 'end');
      write(part.keys, 'key', place.right + 6, 'start');
      surface.text(16, bottom + 24, `Queries left, keys right. Opacity is weight / ${heads.length} heads. ${part.note}`, {color: named('faint'), size: 10});
    };
    return {name: 'attention-heads', width, height: bottom + 40, ground: named('ground'), draw};
  }
  caption() { return [document.getElementById('title').textContent, mapName(this.part, layerPlace(this.part), -1), this.pairs && this.pairs.split('').join(' → ')].filter(Boolean).join(' · '); }
}

export const headView = {
  id: 'head',
  title: 'Heads',
  reason: part => part.cells ? 'Lines between tokens need every weight, and this page has means and maxima of many: see the model and the map. Fewer tokens (--rows and --cols) or fewer heads (--layer, --head) leave room for all weights.' : '',
  open: shell => new HeadView(shell),
};
