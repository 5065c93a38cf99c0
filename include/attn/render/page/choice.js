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

export function layerMenu(part, more = []) {
  const whole = menu('Layer', [...part.layers.map((name, n) => [n, name]), ...more], state.get('layer') || 0, layer => state.set({layer: layer === '0' ? null : layer}));
  whole.hidden = part.layers.length < 2;
  return whole;
}

export function headMenu(part, more = []) {
  const whole = menu('Head', [...part.heads.map((name, n) => [n, name]), ...more], state.get('head') || 0, head => state.set({head: head === '0' ? null : head}));
  whole.hidden = part.heads.length < 2;
  return whole;
}
