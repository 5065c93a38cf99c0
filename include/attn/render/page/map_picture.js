// The map as a figure: what is seen of it in whole cells, its labels, the colour bar and a caption.
import {drawMapTiles} from './map_paint.js';
import {drawMapAxes} from './map_axes.js';
import {drawMapMarks} from './map_marks.js';
import {drawMapBar} from './map_bar.js';
import {mapPlaces} from './map_layout.js';
import {mapGrain, mapRange} from './map_readout.js';

/** A window like the camera's that ends where cells of a level end. */
function mapWholeCells(camera, level) {
  const cells = 2 ** level, {top, bottom, left, right} = camera.seen, {size, rows, cols} = camera;
  const outer = (low, high, of) => [Math.max(Math.floor(low / cells + 1e-6) * cells, 0), Math.min(Math.ceil(high / cells - 1e-6) * cells, of)];
  const [r0, r1] = outer(top, bottom, rows), [c0, c1] = outer(left, right, cols);
  return {size, level, width: (c1 - c0) * size, height: (r1 - r0) * size, seen: {top: r0, bottom: r1, left: c0, right: c1}, x: col => (col - c0) * size, y: row => (row - r0) * size};
}

/** The cells in a window as a canvas with one pixel for each, [columns × rows] of the level. */
function mapCells(tiles, source, pool, {level, seen}, look) {
  const cells = 2 ** level, canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.ceil((seen.right - seen.left) / cells), Math.ceil((seen.bottom - seen.top) / cells)];
  const place = (cell, axis) => (cell - (axis === 'x' ? seen.left : seen.top)) / cells, context = canvas.getContext('2d');
  while (!drawMapTiles(context, tiles, source, pool, level, look, {seen, place}));
  return canvas;
}

/** Lines of a text that are about `width` pixels wide at most. */
function mapWrapped(text, width, size) {
  const lines = [''], most = width / size / 0.56;
  for (const word of text.split(' ')) {
    if (lines.at(-1) !== '' && lines.at(-1).length + word.length + 1 > most) lines.push('');
    lines[lines.length - 1] += (lines.at(-1) === '' ? '' : ' ') + word;
  }
  return lines;
}

/** `shown`: {title, part, sources, names, choice, look, level, query, cross}; `scene` as the axes and marks have it. */
export function mapPicture(camera, shown, scene, tiles, beside) {
  const {title, part, sources, choice, look, level, query, cross} = shown, {inks, rows, cols} = scene, edge = 14, size = 12;
  const view = mapWholeCells(camera, level), titled = sources.length === 2;
  const {windows, bar, wide, high} = mapPlaces(view, {x: edge, y: edge, width: 0, height: 0}, sources.length, beside, scene.margins, titled);
  const width = Math.max(wide + 2 * edge, 460), kind = part.cells ? choice.pool === 'max' ? 'largest weights' : 'mean weights' : choice.compare === 'minus' ? 'differences of weights' : 'weights';
  const names = sources.map(({name}) => name).join(' and '), whose = part.name && part.name !== 'attention' ? `${part.name}, ` : '';
  const grain = level > 0 || part.cells ? `${mapGrain(view.size, level, rows, cols, choice.pool, sources[0].signed)}.` : '';
  const caption = [title, ...mapWrapped(`${whose}${names}: ${kind}, a row for each query and a column for each key. Colours from ${mapRange(look)}, ${look.name}. ` +
    grain, width - 2 * edge, size)];
  const below = Math.max(high, bar.y - edge + bar.height + 16 + 13 * look.words.length) + edge + 8, height = below + 18 * caption.length + edge;
  const cells = sources.map(source => mapCells(tiles, source, choice.pool, view, look));
  return {
    name: `map-${sources.map(({short}) => short ?? '').join('-') || 'difference'}`, width: Math.ceil(width), height: Math.ceil(height), ground: inks.ground,
    draw(surface) {
      windows.forEach((window, n) => {
        const scale = view.size * 2 ** level;
        surface.image(cells[n], window.x, window.y, cells[n].width * scale, cells[n].height * scale);
        drawMapAxes(surface, window, view, scene);
        drawMapMarks(surface, window, view, scene, query, cross);
        if (titled) drawMapTitle(surface, window, sources[n].name, inks);
      });
      drawMapBar(surface, bar, look, inks);
      caption.forEach((line, n) => surface.text(edge, below + 14 + 18 * n, line, {color: n === 0 ? inks.text : inks.faint, size: n === 0 ? 13 : size, weight: n === 0 ? 'bold' : 'normal'}));
    },
  };
}

/** The name above one of two maps. */
export function drawMapTitle(surface, {x, y, width}, name, inks) {
  surface.text(x + width / 2, y - 9, name, {color: inks.text, size: 12, anchor: 'middle', weight: 'bold'});
}
