// Where things are on the canvas: one map or two in their windows, labels to their left and below, the colour bar on their right.

const kMapGap = 26, kMapBar = 84, kMapTitle = 22, kMapAxisWord = 18;  // between two maps; for the bar; for a map's title; for "queries" and "keys"

/** What labels take: pixels at the left and below, at most a share of the canvas. */
function mapMargins({rowWidth, colWidth}, width, height) {
  const least = 22;
  return {left: kMapAxisWord + Math.max(Math.min(rowWidth, width * 0.22, 150), least) + 8, bottom: kMapAxisWord + Math.max(Math.min(colWidth, height * 0.24, 130), 14) + 8};
}

/**
 * Sizes the camera's window to a canvas and places it: {windows: [{x, y, width, height, rowLabels, colLabels}], bar {x, y, height}, margins}.
 * All together are in the middle of the canvas.
 */
export function mapLayout(camera, width, height, maps, labels, titled) {
  const margins = mapMargins(labels, width, height), top = 8 + (titled ? kMapTitle : 0);
  const roomX = width - margins.left - kMapBar - 6, roomY = height - top - margins.bottom;
  const more = maps - 1, {rows, cols} = camera, apart = kMapGap + kMapTitle;
  const beside = more > 0 && Math.min((roomX - kMapGap) / 2 / cols, roomY / rows) >= Math.min(roomX / cols, (roomY - apart) / 2 / rows);  // where cells are larger
  const gap = beside ? kMapGap : apart;
  camera.resize(beside ? (roomX - more * gap) / maps : roomX, beside ? roomY : (roomY - more * gap) / maps);
  return mapPlaces(camera, {x: 0, y: 0, width, height}, maps, beside, margins, titled);
}

/** The same for a window of a size that is known, in the middle of a frame (or at its upper left corner, where it has no size). */
export function mapPlaces({width, height}, frame, maps, beside, margins, titled) {
  const gap = beside ? kMapGap : kMapGap + kMapTitle, top = 8 + (titled ? kMapTitle : 0);
  const columns = beside ? maps : 1, lines = beside ? 1 : maps;
  const wide = margins.left + columns * width + (columns - 1) * gap + kMapBar + 6, high = top + lines * height + (lines - 1) * gap + margins.bottom;
  const x = frame.x + Math.max(0, Math.floor((frame.width - wide) / 2)) + margins.left, y = frame.y + Math.max(0, Math.floor((frame.height - high) / 2)) + top;
  const windows = Array.from({length: maps}, (_, n) => ({
    x: x + (beside ? n * (width + gap) : 0), y: y + (beside ? 0 : n * (height + gap)), width, height,
    rowLabels: !beside || n === 0, colLabels: beside || n === maps - 1}));
  const bar = {x: x + columns * width + (columns - 1) * gap + 16, y, height: Math.max(Math.min(height, 240), 84)};
  return {windows, bar, margins, beside, wide, high};
}
