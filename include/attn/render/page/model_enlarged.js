// A head of the model view, enlarged: its map with tokens, its numbers, and the ways to the other views.
import {element, fitCanvas} from './elements.js';
import {colorTable, colormapName, named} from './colors.js';
import {mapName} from './choice.js';
import {shown} from './numbers.js';
import {state} from './state.js';
import {kStatistics} from './model_scan.js';
import {MapPyramid} from './map_pyramid.js';
import {thumbnailMap} from './model_thumbnail.js';

const kMostLabelled = 48;

/** A dialog over the view; close() is what its button does. */
export function enlarged({part, page}, layer, head, scan, close) {
  const canvas = element('canvas', {role: 'img', 'aria-label': `The map of ${mapName(part, layer, head)}`});
  const go = (view, text) => element('button', {type: 'button', onclick: () => state.set({open: null, view, layer: layer || null, head: head || null, heads: view === 'head' ? head : null})}, text);
  const numbers = Object.entries(kStatistics).filter(([id]) => scan?.[id] !== null && scan !== undefined).map(([id, [title, unit]]) => `${title} ${shown(scan[id])} ${unit}`);
  const button = element('button', {type: 'button', class: 'close', onclick: close}, 'Close');
  const dialog = element('div', {class: 'enlarged', role: 'dialog', 'aria-label': mapName(part, layer, head), onkeydown: event => { if (event.key === 'Escape') close(); }},
    element('h2', {}, mapName(part, layer, head)), element('p', {class: 'faint'}, numbers.join(' · ')), canvas,
    element('p', {class: 'ways'}, ...part.cells ? [] : [go('head', 'as lines')], go('map', 'as a map'), ...part.hasNeurons ? [go('neuron', 'its neurons')] : [], button));
  part.matrix(part.cells ? 'max' : 'weights', layer, head).then(map => drawEnlarged(canvas, part, map, colorTable(page, colormapName(page))));
  return dialog;
}

function drawEnlarged(canvas, part, map, table) {
  const isLabelled = !part.cells && Math.max(map.rows, map.cols) <= kMostLabelled, room = Math.min(innerWidth * 0.8, innerHeight * 0.62, 620);
  const cut = label => [...label].length > 14 ? [...label].slice(0, 13).join('') + '…' : label;
  const margin = axis => isLabelled ? Math.min(Math.max(...axis.labels.map(label => [...cut(label)].length)) * 7 + 10, 110) : 4;
  const left = margin(part.queries), bottom = margin(part.keys), cell = Math.min((room - left) / map.cols, (room - bottom) / map.rows, 40);
  const width = map.cols * cell, height = map.rows * cell, context = fitCanvas(canvas, left + width + 4, height + bottom + 4);
  context.imageSmoothingEnabled = false;
  // Where several weights fall into a pixel, it shows the largest.
  const ones = size => new Float64Array(size).fill(1), {rows, cols} = map, levels = new MapPyramid({numbers: map.all(), rows, cols}, {rowSizes: ones(rows), colSizes: ones(cols)}, 'max');
  const pixels = devicePixelRatio || 1, level = levels.level(Math.max(0, Math.ceil(-Math.log2(cell * pixels))));
  context.drawImage(thumbnailMap({cells: level.numbers, rows: level.rows, cols: level.cols}, table), left, 2, width, height);
  if (!isLabelled) return;
  Object.assign(context, {fillStyle: named('text'), font: `${Math.min(Math.max(cell - 3, 8), 12)}px "DejaVu Sans", system-ui, sans-serif`, textAlign: 'right', textBaseline: 'middle'});
  part.queries.labels.forEach((label, i) => context.fillText(cut(label), left - 5, 2 + (i + 0.5) * cell));
  part.keys.labels.forEach((label, j) => {
    context.save();
    context.translate(left + (j + 0.5) * cell, height + 6);
    context.rotate(-Math.PI / 2);
    context.fillText(cut(label), 0, 0);
    context.restore();
  });
}
