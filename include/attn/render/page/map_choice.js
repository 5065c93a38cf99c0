// What the map view shows, by the state: a head or a mean of several, one or two of them, and in which colours.
import {state} from './state.js';
import {checkbox, element, menu} from './elements.js';
import {colormapName} from './colors.js';

/** Whether cells are maxima or means. */
export const poolOf = () => state.get('pool') === 'mean' ? 'mean' : 'max';

/** 'minus', 'beside' or ''. */
export const comparisonOf = () => ['minus', 'beside'].includes(state.get('compare')) ? state.get('compare') : '';

export const scaleKind = () => ['gamma', 'log', 'robust'].includes(state.get('scale')) ? state.get('scale') : 'linear';

/** Places of layers and heads that a choice ('layer', 'head', or 'layer2', 'head2' of the second map) is the mean of. */
export function chosenMaps(part, second = '') {
  const places = (word, names) => {
    if (state.get(word + second) === 'mean') return names.map((_, n) => n);
    return [state.index(word + second, names.length)];
  };
  return {layers: places('layer', part.layers), heads: places('head', part.heads)};
}

/** "layer 3, mean of 12 heads". */
export function nameOfChoice(part, {layers, heads}) {
  const name = (axis, places, names) => places.length > 1 ? `mean of ${places.length} ${axis}s` : names[places[0]] ? `${axis} ${names[places[0]]}` : '';
  return [name('layer', layers, part.layers), name('head', heads, part.heads)].filter(Boolean).join(', ') || part.name;
}

/** The numbers of a choice: {numbers: Float32Array, error(x)}. */
export async function readChoice(part, {layers, heads}, kind) {
  const maps = await Promise.all(layers.flatMap(layer => heads.map(head => part.matrix(kind, layer, head))));
  if (maps.length === 1) return {numbers: maps[0].numbersOnce ??= maps[0].all(), error: x => maps[0].error(x)};
  const sum = new Float64Array(part.rows * part.cols);
  for (const map of maps) map.all().forEach((x, at) => { sum[at] += x; });
  return {numbers: Float32Array.from(sum, x => x / maps.length), error: x => Math.max(...maps.map(map => map.error(x)))};
}

function choiceMenus(part, second) {
  const of = (label, word, names, mean) => {
    const whole = menu(label, [...names.map((name, n) => [n, name]), ['mean', mean]], state.get(word + second) || 0, value => state.set({[word + second]: value === '0' ? null : value}));
    whole.hidden = names.length < 2;
    return whole;
  };
  return [of(second ? 'with layer' : 'Layer', 'layer', part.layers, 'mean of all'), of(second ? 'head' : 'Head', 'head', part.heads, 'mean of all')];
}

/** The controls of the map view; zoom(factor) and whole() are what its buttons do. */
export function mapControls({part, page}, {zoom, whole}) {
  const comparison = comparisonOf(), several = part.layers.length * part.heads.length > 1;
  const compare = menu('Compare', [['', 'nothing'], ['beside', 'beside'], ['minus', 'minus']], comparison, value => state.set({compare: value}));
  compare.hidden = !several;
  const scale = menu('Scale', [['', 'linear'], ['gamma', 'gamma'], ['log', 'log'], ['robust', 'robust']], state.get('scale'), value => state.set({scale: value}));
  const without = menu('Range without', [['', '—'], ['first', 'the first token'], ...part.keys.special.some(Boolean) ? [['special', 'special tokens']] : []], state.get('without'), value => state.set({without: value}));
  const colors = menu('Colours', Object.keys(page.colormaps).filter(name => name !== 'vlag').map(name => [name, name]), colormapName(page), value => state.set({colors: value === 'viridis' ? null : value}));
  const pool = menu('Cells', [['max', 'maximum'], ['mean', 'mean']], poolOf(), value => state.set({pool: value === 'max' ? null : value}));
  for (const control of [scale, without, colors]) control.hidden = comparison === 'minus';
  const button = (text, label, onclick) => element('button', {type: 'button', 'aria-label': label, title: label, onclick}, text);
  return [...choiceMenus(part, ''), compare, ...comparison ? choiceMenus(part, '2') : [], scale, without, colors, pool,
          button('+', 'Zoom in', () => zoom(2)), button('−', 'Zoom out', () => zoom(0.5)), button('whole', 'The whole map', whole), checkbox('labels', state.get('labels') !== '0', on => state.set({labels: on ? null : '0'}))];
}
