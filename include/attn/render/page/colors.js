// Colours: those of heads, and those of numbers.
import {state} from './state.js';

// Okabe and Ito's colours for everybody, colour-blind or not (2008), without black and, on white, too light a yellow.
const kHeads = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#8a7f00'];

const isDark = () => document.documentElement.dataset.theme === 'dark';

/** The colour of a name in style.css: 'text', 'ground', 'line' … */
export const named = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

function mixed(hex, other, share) {
  const channels = color => [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16));
  const [a, b] = [channels(hex), channels(other)];
  return '#' + a.map((x, n) => Math.round(x + (b[n] - x) * share).toString(16).padStart(2, '0')).join('');
}

/** The colour of the n-th head: seven hues, then the same darker, lighter … ; the number beside it tells heads apart in any case. */
export function headColor(n) {
  const hue = kHeads[n % kHeads.length], turn = Math.floor(n / kHeads.length) % 4;
  const base = isDark() ? mixed(hue, '#ffffff', 0.25) : hue;
  return [base, mixed(base, '#000000', 0.35), mixed(base, '#ffffff', 0.4), mixed(base, '#808080', 0.5)][turn];
}

const tables = new Map();

/** 256 colours of a map as bytes r, g, b: Uint8Array(768). */
export function colorTable(page, name) {
  if (!tables.has(name)) {
    const hex = page.colormaps[name] ?? page.colormaps.viridis;
    tables.set(name, Uint8Array.from({length: 768}, (_, n) => Number.parseInt(hex.substr(2 * n, 2), 16)));
  }
  return tables.get(name);
}

/** The colour map that the reader chose. */
export const colormapName = page => page.colormaps[state.get('colors')] ? state.get('colors') : 'viridis';
