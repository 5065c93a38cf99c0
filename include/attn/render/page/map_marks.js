// What lies over the cells: the selected query's row, lines of found tokens, the crosshair and its two tokens.
import {drawMapMark, mapLabelRoom} from './map_axes.js';

/** A line that is seen on every colour: dark, with light in it. */
function mapLine(surface, x1, y1, x2, y2, color = '#ffffff') {
  surface.line(x1, y1, x2, y2, '#000000', 0.6, 3);
  surface.line(x1, y1, x2, y2, color, 1, 1);
}

function mapFrame(surface, left, top, right, bottom) {
  for (const [width, color, opacity] of [[4, '#000000', 0.65], [2, '#ffffff', 1]]) {
    surface.line(left, top, right, top, color, opacity, width);
    surface.line(right, top, right, bottom, color, opacity, width);
    surface.line(right, bottom, left, bottom, color, opacity, width);
    surface.line(left, bottom, left, top, color, opacity, width);
  }
}

/** Cells [from, to) of an axis in a window, as pixels: three at least, and inside of it; null where they aren't. */
function mapSpan(from, to, position, extent) {
  let low = position(from), high = position(to);
  if (high < 0.5 || low > extent - 0.5) return null;
  if (high - low < 3) [low, high] = [(low + high) / 2 - 1.5, (low + high) / 2 + 1.5];
  return [Math.max(low, 0), Math.min(high, extent)];
}

/** `scene` has rows, cols, inks, margins, found; query: the selected row or null; cross: {top, bottom, left, right} in cells, or null. */
export function drawMapMarks(surface, window, camera, scene, query, cross) {
  const {x, y, width, height} = window, {rows, cols, inks, found} = scene;
  const row = (from, to) => mapSpan(from, to, at => camera.y(at), height), col = (from, to) => mapSpan(from, to, at => camera.x(at), width);
  if (found.queries.size + found.keys.size <= 64) {
    for (const place of found.queries) {
      const span = row(place, place + 1);
      if (span) for (const at of span) surface.line(x, y + at, x + width, y + at, inks.found, 0.9, 1.5);
    }
    for (const place of found.keys) {
      const span = col(place, place + 1);
      if (span) for (const at of span) surface.line(x + at, y, x + at, y + height, inks.found, 0.9, 1.5);
    }
  }
  const crossed = cross !== null && query !== null && cross.top <= query && query < cross.bottom;  // the crosshair is in the selected row
  const label = (axis, from, to, ground, ink) => {
    const side = axis === 'row' ? rows : cols, span = axis === 'row' ? row(from, to) : col(from, to);
    if (!span || !(axis === 'row' ? window.rowLabels : window.colLabels)) return;
    const text = side.pooled || to - from > 1 ? side.name(from, to) : side.text(from, axis === 'col' && side.flat ? 1000 : mapLabelRoom(scene, axis));
    drawMapMark(surface, window, camera, scene, axis, (span[0] + span[1]) / 2, text, {ground, ink});
  };
  if (query !== null) {
    const span = row(query, query + 1);
    const out = camera.size < 8 ? 2 : 0;  // around a thin row, which would be hidden else
    if (span) mapFrame(surface, x + 1, y + span[0] - out, x + width - 1, y + span[1] + out);
    if (!crossed) label('row', query, query + 1, inks.accent, inks.accentText);
  }
  if (!cross) return;
  const across = row(cross.top, cross.bottom), down = col(cross.left, cross.right);
  if (across && down) {
    const thin = camera.size * (cross.bottom - cross.top) < 8;
    for (const at of crossed ? [] : thin ? [(across[0] + across[1]) / 2] : across) {
      mapLine(surface, x, y + at, x + down[0], y + at);
      mapLine(surface, x + down[1], y + at, x + width, y + at);
    }
    for (const at of thin ? [(down[0] + down[1]) / 2] : down) {
      mapLine(surface, x + at, y, x + at, y + across[0]);
      mapLine(surface, x + at, y + across[1], x + at, y + height);
    }
    mapFrame(surface, x + down[0], y + across[0], x + down[1], y + across[1]);
  }
  label('row', cross.top, cross.bottom, ...(crossed ? [inks.accent, inks.accentText] : [inks.text, inks.ground]));
  label('col', cross.left, cross.right, inks.text, inks.ground);
}
