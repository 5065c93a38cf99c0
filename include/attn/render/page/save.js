// Pictures of what is shown, as PNG and as SVG: a view draws on a surface, which is a canvas or a list of SVG elements.
//
//     surface.rect(x, y, width, height, color, opacity)      surface.line(x1, y1, x2, y2, color, opacity, width)
//     surface.text(x, y, text, {color, size, anchor: 'start' | 'middle' | 'end', turned: degrees, weight})   y is the baseline
//     surface.image(canvas, x, y, width, height)             pixels stay squares
import {element} from './elements.js';

const kFont = '"DejaVu Sans", system-ui, sans-serif';

/** A surface that is a canvas. */
export class CanvasSurface {
  constructor(context) { this.context = context; }
  rect(x, y, width, height, color, opacity = 1) {
    Object.assign(this.context, {globalAlpha: opacity, fillStyle: color});
    this.context.fillRect(x, y, width, height);
  }
  line(x1, y1, x2, y2, color, opacity = 1, width = 1) {
    Object.assign(this.context, {globalAlpha: opacity, strokeStyle: color, lineWidth: width});
    this.context.beginPath();
    this.context.moveTo(x1, y1);
    this.context.lineTo(x2, y2);
    this.context.stroke();
  }
  text(x, y, text, {color, size = 12, anchor = 'start', turned = 0, weight = 'normal'}) {
    const {context} = this;
    context.save();
    context.translate(x, y);
    context.rotate(turned * Math.PI / 180);
    Object.assign(context, {globalAlpha: 1, fillStyle: color, textAlign: {start: 'left', middle: 'center', end: 'right'}[anchor], direction: 'ltr',
                            font: `${weight} ${size}px ${kFont}`});
    context.fillText(text, 0, 0);
    context.restore();
  }
  image(canvas, x, y, width, height) {
    Object.assign(this.context, {globalAlpha: 1, imageSmoothingEnabled: false});
    this.context.drawImage(canvas, x, y, width, height);
  }
}

const xml = text => String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
const short = x => String(+x.toFixed(2));

class SvgSurface {
  constructor() { this.parts = []; }
  rect(x, y, width, height, color, opacity = 1) {
    this.parts.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${color}" fill-opacity="${short(opacity)}"/>`);
  }
  line(x1, y1, x2, y2, color, opacity = 1, width = 1) {
    this.parts.push(`<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}" stroke="${color}" stroke-opacity="${+opacity.toFixed(4)}" stroke-width="${short(width)}"/>`);
  }
  text(x, y, text, {color, size = 12, anchor = 'start', turned = 0, weight = 'normal'}) {
    const turn = turned ? ` transform="rotate(${turned} ${short(x)} ${short(y)})"` : '';
    this.parts.push(`<text x="${short(x)}" y="${short(y)}" fill="${color}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"${turn} xml:space="preserve">${xml(text)}</text>`);
  }
  image(canvas, x, y, width, height) {
    this.parts.push(`<image x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" image-rendering="pixelated" preserveAspectRatio="none" href="${canvas.toDataURL('image/png')}"/>`);
  }
}

function download(blob, name) {
  const link = element('a', {href: URL.createObjectURL(blob), download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** picture: {name, width, height, ground, draw(surface)}; scale: pixels of the PNG for one of the picture. */
export async function savePng({name, width, height, ground, draw}, scale = 2) {
  const canvas = element('canvas');
  const most = 16_384;  // what every browser's canvas takes
  const by = Math.min(scale, most / width, most / height);
  [canvas.width, canvas.height] = [Math.ceil(width * by), Math.ceil(height * by)];
  const context = canvas.getContext('2d');
  context.scale(by, by);
  const surface = new CanvasSurface(context);
  surface.rect(0, 0, width, height, ground);
  draw(surface);
  download(await new Promise(done => canvas.toBlob(done, 'image/png')), name + '.png');
}

export function saveSvg({name, width, height, ground, draw}) {
  const surface = new SvgSurface();
  surface.rect(0, 0, width, height, ground);
  draw(surface);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${xml(kFont)}">\n${surface.parts.join('\n')}\n</svg>\n`;
  download(new Blob([svg], {type: 'image/svg+xml'}), name + '.svg');
}

/** Text to the clipboard; where the browser doesn't let pages of files do that, as a file. Returns what was done. */
export async function copyText(text, name) {
  try {
    await navigator.clipboard.writeText(text);
    return 'copied';
  } catch {
    download(new Blob([text], {type: 'text/csv'}), name + '.csv');
    return 'saved';
  }
}
