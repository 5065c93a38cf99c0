// Which layer, heads and query are shown: the words of the state that all views share, as places in the lists of a part.
import {state} from './state.js';
import {menu} from './elements.js';

export const layerPlace = part => state.index('layer', part.layers.length);
export const headPlace = part => state.index('head', part.heads.length);

/** The selected query's place, or null. */
export function queryPlace(part) {
  const query = Number.parseInt(state.get('query'), 10);
  return Number.isInteger(query) && query >= 0 && query < part.rows ? query : null;
}

/** Places of the heads that are shown: all, unless some are chosen. */
export function shownHeads(part) {
  const chosen = [...new Set(state.get('heads').split(',').filter(Boolean).map(Number))].filter(head => head >= 0 && head < part.heads.length);
  return chosen.length > 0 ? chosen.sort((a, b) => a - b) : part.heads.map((_, head) => head);
}

/** "layer 3, head 5" without what the part doesn't have. */
export function mapName(part, layer, head) {
  return [[part.layers[layer], 'layer'], [part.heads[head], 'head']].filter(([name]) => name).map(([name, axis]) => `${axis} ${name}`).join(', ') || part.name;
}

/** Menus of the layer and of the head; hidden where there is one only. */
export const layerMenu = part => placeMenu('Layer', 'layer', part.layers, layerPlace(part));
export const headMenu = part => placeMenu('Head', 'head', part.heads, headPlace(part));

function placeMenu(label, word, names, place) {
  const whole = menu(label, names.map((name, n) => [n, name]), place, value => state.set({[word]: value === '0' ? null : value}));
  whole.hidden = names.length < 2;
  return whole;
}
