// A head as a small picture: its map, or lines from its queries to its keys.
import {element} from './elements.js';
import {named} from './colors.js';

/** A canvas of a scanned map. All heads have one scale: colour is √weight, from 0 to 1. */
export function thumbnailMap({cells, rows, cols}, table) {
  const canvas = element('canvas');
  [canvas.width, canvas.height] = [cols, rows];
  const context = canvas.getContext('2d'), image = context.createImageData(cols, rows);
  cells.forEach((x, n) => {
    const at = 3 * Math.round(255 * Math.sqrt(Math.min(Math.max(x, 0), 1)));
    for (let c = 0; c < 3; ++c) image.data[4 * n + c] = Number.isNaN(x) ? 128 : table[at + c];
    image.data[4 * n + 3] = 255;
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The same as lines, whose opacity is the weight: queries left, keys right. */
export function thumbnailLines({cells, rows, cols}, color, size) {
  const canvas = element('canvas'), scale = 2;
  canvas.width = canvas.height = size * scale;
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  Object.assign(context, {fillStyle: named('raised'), strokeStyle: color});
  context.fillRect(0, 0, size, size);
  for (let i = 0; i < rows; ++i)
    for (let j = 0; j < cols; ++j) {
      const weight = cells[i * cols + j];
      if (!(weight >= 0.02)) continue;
      context.globalAlpha = Math.min(weight, 1);
      context.beginPath();
      context.moveTo(3, (i + 0.5) / rows * size);
      context.lineTo(size - 3, (j + 0.5) / cols * size);
      context.stroke();
    }
  return canvas;
}
