// What the reader chose to see, out of the state's words: layer, head ('mean' for all of them), compare, layer2, head2, scale, without, pool.
import {state} from './state.js';
import {colormapName} from './colors.js';

const oneOf = (name, ...words) => words.includes(state.get(name)) ? state.get(name) : words[0];

/** A place in the list of layers or heads, or 'mean'. */
const mapPlace = (name, size) => state.get(name) === 'mean' && size > 1 ? 'mean' : state.index(name, size);

/** Words of the state that choose what is shown: a change of them needs other numbers or colours. */
export const kMapWords = ['layer', 'head', 'compare', 'layer2', 'head2', 'colors', 'scale', 'without', 'pool'];

/** {first, second, compare, pool, kind, scale, without, colors} */
export function mapChoice(page, part) {
  const head = (layer, head) => ({layer: mapPlace(layer, part.layers.length), head: mapPlace(head, part.heads.length)});
  const compare = oneOf('compare', 'none', 'beside', 'minus'), pool = oneOf('pool', 'max', 'mean');
  const scale = oneOf('scale', 'linear', 'log', 'gamma', 'robust');
  return {
    first: head('layer', 'head'), second: head('layer2', 'head2'), compare, pool, kind: part.cells ? pool : 'weights',
    scale: compare === 'minus' && scale === 'log' ? 'linear' : scale,  // differences have signs
    without: oneOf('without', 'none', 'first', ...(mapHasSpecial(part) ? ['special'] : [])),
    colors: compare === 'minus' ? 'vlag' : colormapName(page),
  };
}

/** Whether some keys are special tokens. */
export const mapHasSpecial = part => part.keys.special.some(Boolean);

/** Keys that the range of the colours leaves out: 1 for each of these columns. */
export function mapLeft(part, without) {
  if (without === 'none') return null;
  return Uint8Array.from({length: part.cols}, (_, key) => without === 'first' ? key === 0 : part.keys.special[key]);
}
