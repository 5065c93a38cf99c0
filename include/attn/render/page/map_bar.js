// The colour bar, with the numbers at its ends and in its middle.
import {shown} from './numbers.js';

const kMapBarWidth = 14;

/** All 256 colours, the highest on top, one pixel wide. */
function mapBarColors(pixels) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1, 256];
  const context = canvas.getContext('2d'), image = context.createImageData(1, 256), out = new Uint32Array(image.data.buffer);
  for (let n = 0; n < 256; ++n) out[n] = pixels[255 - n];
  context.putImageData(image, 0, 0);
  return canvas;
}

/** A number of a scale, without zeros at its end. */
export function mapShort(x) {
  const text = shown(Math.fround(x));
  return text.includes('e') ? text.replace('.0e', 'e') : text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** bar {x, y, height}; look {scale, pixels, beyond, words}: words say below it what the range leaves out. */
export function drawMapBar(surface, {x, y, height}, look, inks) {
  const {scale, beyond} = look;
  surface.image(look.bar ??= mapBarColors(look.pixels), x, y, kMapBarWidth, height);
  const number = (t, sign) => {
    const at = y + (1 - t) * height, text = mapShort(scale.number(t));
    surface.line(x + kMapBarWidth, at, x + kMapBarWidth + 4, at, inks.faint);
    surface.text(x + kMapBarWidth + 7, at + (t === 1 ? 8 : t === 0 ? 0 : 4), sign + text, {color: inks.text, size: 11});
  };
  number(1, beyond.above ? '≥ ' : '');
  if (!scale.constant) {
    number(0.5, '');
    number(0, beyond.below || scale.curve === 'log' ? '≤ ' : '');
  }
  look.words.forEach((words, n) => surface.text(x, y + height + 16 + 13 * n, words, {color: inks.faint, size: 10.5}));
}
