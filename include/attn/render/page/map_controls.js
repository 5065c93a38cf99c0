// The menus of the map.
import {element, menu} from './elements.js';
import {state} from './state.js';
import {mapChoice, mapHasSpecial} from './map_choice.js';

const set = (name, otherwise) => value => state.set({[name]: value === otherwise ? null : value});

/** A menu that keeps the focus when the menus are made anew. */
function mapMenu(label, name, options, value, onchange) {
  const whole = menu(label, options, value, onchange);
  whole.select.dataset.tool = name;
  return whole;
}

/** Menus of a layer and a head; null for an axis that the part doesn't have. */
function mapHeadMenus(part, {layer, head}, words, labels) {
  const places = names => [...names.map((name, n) => [n, name]), ...(names.length > 1 ? [['mean', 'mean']] : [])];
  return [[part.layers, layer], [part.heads, head]].map(([names, value], n) =>
    names.length === 1 && names[0] === '' ? null : mapMenu(labels[n], words[n], places(names), value, set(words[n], words[n].endsWith('2') ? null : '0')));
}

/** What the second head is when a comparison begins: the next one of those beside the first. */
function mapNext(part, {layer, head}) {
  const next = (place, names) => (place + 1) % names.length;
  if (head !== 'mean' && part.heads.length > 1) return {layer2: layer, head2: next(head, part.heads)};
  return {layer2: layer === 'mean' ? 0 : next(layer, part.layers), head2: head};
}

/** A button of the map. */
const mapButton = (name, text, title, onclick) => element('button', {type: 'button', 'data-tool': name, title, 'aria-label': title, onclick}, text);

/** The buttons on the map; zoom(factor) with 0 for the whole map. */
export function mapZoomButtons(zoom) {
  return element('div', {class: 'map-zoom', role: 'group', 'aria-label': 'Zoom'},
    mapButton('in', '+', 'Zoom in', () => zoom(2)), mapButton('out', '−', 'Zoom out', () => zoom(0.5)), mapButton('whole', 'whole', 'The whole map', () => zoom(0)));
}

/** Shows a choice in the menus, and makes them anew where there must be others. */
export function fillMapControls(host, page, part, choice) {
  const {first, second, compare, pool, scale, without, colors} = choice;
  if (host.querySelector('.map-more')?.dataset.compare !== compare) makeMapControls(host, page, part, choice);
  const values = {layer: first.layer, head: first.head, layer2: second.layer, head2: second.head, compare, pool, scale, without, colors};
  for (const select of host.querySelectorAll('select')) select.value = values[select.dataset.tool];
}

function makeMapControls(host, page, part, choice) {
  const {compare} = choice, focused = host.contains(document.activeElement) ? document.activeElement.dataset.tool : null;
  const chooseCompare = value => state.set({compare: value === 'none' ? null : value,
    ...(value !== 'none' && state.get('head2') === '' && state.get('layer2') === '' ? mapNext(part, mapChoice(page, part).first) : {})});
  const several = part.layers.length * part.heads.length > 1;
  const colors = Object.keys(page.colormaps).filter(name => name !== 'vlag').map(name => [name, name]);
  const scales = [['linear', 'linear'], ['log', 'log'], ['gamma', 'gamma 0.5'], ['robust', 'robust 2–98 %']];
  const ranges = [['none', 'all keys'], ['first', 'without the first'], ['special', 'without special']];
  const colorMenu = compare === 'minus' ? null : mapMenu('Colours', 'colors', colors, choice.colors, set('colors', 'viridis'));
  const scale = mapMenu('Scale', 'scale', scales.filter(([name]) => compare !== 'minus' || name !== 'log'), choice.scale, set('scale', 'linear'));
  const range = mapMenu('Range', 'without', ranges.filter(([name]) => name !== 'special' || mapHasSpecial(part)), choice.without, set('without', 'none'));
  range.title = 'Which keys the range of the colours is taken of: one that nearly all look at would hide the others';
  const pool = mapMenu('Pool', 'pool', [['max', compare === 'minus' ? 'farthest from 0' : 'largest'], ['mean', 'mean']], choice.pool, set('pool', 'max'));
  pool.title = 'What is shown of cells that share a pixel';
  // On small screens they are folded away, and stay as the reader has left them.
  const details = element('details', {class: 'map-more', 'data-compare': compare, open: host.querySelector('.map-more')?.open ?? !matchMedia('(max-width: 640px)').matches},
    element('summary', {'data-tool': 'more'}, 'Colours and scale'), element('div', {}, ...[colorMenu, scale, range, pool].filter(Boolean)));
  host.replaceChildren(...[
    ...mapHeadMenus(part, choice.first, ['layer', 'head'], ['Layer', 'Head']),
    several ? mapMenu('Compare', 'compare', [['none', 'none'], ['beside', 'beside'], ['minus', 'minus']], compare, chooseCompare) : null,
    ...(compare === 'none' ? [] : mapHeadMenus(part, choice.second, ['layer2', 'head2'], ['with layer', 'head'])),
    details,
  ].filter(Boolean));
  if (focused) host.querySelector(`[data-tool="${focused}"]`)?.focus();
}
