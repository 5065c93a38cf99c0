// The model view: all heads at once.
import assert from 'node:assert/strict';
import {checkFrames, saved, stateOf} from './support.mjs';

const canvas = '#view > .sheet > canvas';
const until = (page, name, value) => page.waitForFunction(([selector, word, text]) => document.querySelector(selector)?.dataset[word] === text, [canvas, name, String(value)], {timeout: 20_000});
const dataOf = (page, name) => page.evaluate(async ([selector, word]) => {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return document.querySelector(selector).dataset[word];
}, [canvas, name]);

/** The middle of a head's small picture, in the window. */
async function middleOf(page, layer, head) {
  const box = await page.evaluate(selector => document.querySelector(selector).getBoundingClientRect().toJSON(), canvas);
  const size = Number(await dataOf(page, 'size'));
  return [box.left + 46 + head * (size + 6) + size / 2, box.top + 26 + layer * (size + 6) + size / 2];
}

/** The weights of a head, by the page's own rules. */
const weightsOf = (page, layer, head) => page.evaluate(async place => {
  const element = window.matrices.get(place), [rows, cols, bits, root, low, high] = ['rows', 'cols', 'bits', 'root', 'low', 'high'].map(name => Number(element.dataset[name]));
  const packed = Uint8Array.from(atob(element.textContent), letter => letter.charCodeAt(0));
  const bytes = new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'))).arrayBuffer());
  const most = 2 ** bits - 4, size = rows * cols;
  return Array.from({length: rows}, (_, i) => Array.from({length: cols}, (__, j) => {
    const at = i * cols + j, t = (bits === 16 ? bytes[at] | bytes[at + size] << 8 : bytes[at]) / most;
    return root ? high * t * t : low + (high - low) * t;
  }));
}, `${layer},${head}`);

/** Keeps the elements that carry matrices, which the page's script takes away when it has unpacked them. */
const keepMatrices = () => {
  window.matrices = new Map();
  new MutationObserver(changes => {
    for (const {addedNodes} of changes)
      for (const node of addedNodes) {
        if (node.dataset?.kind === 'weights') window.matrices.set(`${node.dataset.layer},${node.dataset.head}`, node);
      }
  }).observe(document, {childList: true, subtree: true});
};

export const tests = {
  'all heads are there soon, and are named under the pointer with their numbers': async open => {
    const page = await open('pair', 'view=model', {script: keepMatrices});
    await until(page, 'done', 18);
    assert.equal(await dataOf(page, 'heads'), '18');
    await page.mouse.move(...await middleOf(page, 1, 5));
    await page.waitForFunction(() => !document.querySelector('#tip').hidden);
    const tip = await page.textContent('#tip'), weights = await weightsOf(page, 1, 5);
    assert.match(tip, /layer 1, head 5/);
    const mean = of => weights.reduce((sum, row, i) => sum + row.reduce((total, weight, j) => total + of(weight, i, j), 0), 0) / weights.length;
    const said = name => Number(new RegExp(`${name} ([0-9.]+)`).exec(tip)[1]);
    assert.ok(Math.abs(said('entropy') - mean(weight => weight > 0 ? -weight * Math.log(weight) : 0)) < 2e-4);
    assert.ok(Math.abs(said('mean distance') - mean((weight, i, j) => weight * Math.abs(i - j))) < 2e-4);
    assert.ok(Math.abs(said('first token') - mean((weight, i, j) => j === 0 ? weight : 0)) < 2e-4);
  },

  'a click enlarges a head, with tokens, and leads to the other views': async open => {
    const page = await open('pair', 'view=model');
    await until(page, 'done', 18);
    await page.mouse.click(...await middleOf(page, 1, 2));
    assert.equal((await stateOf(page)).open, '1,2');
    assert.equal(await page.textContent('.enlarged h2'), 'layer 1, head 2');
    await page.keyboard.press('Escape');
    assert.equal((await stateOf(page)).open, undefined);
    await page.waitForSelector('.enlarged', {state: 'detached'});
    for (const [button, expected] of [['as lines', {view: 'head', layer: '1', heads: '2'}], ['as a map', {view: 'map', layer: '1', head: '2'}], ['its neurons', {view: 'neuron', layer: '1', head: '2'}]]) {
      await page.evaluate(() => { location.hash = 'view=model&open=1,2'; });
      await page.click(`.enlarged button:has-text("${button}")`);
      const {view, layer, head, heads} = await stateOf(page);
      assert.deepEqual({view, layer, ...expected.heads ? {heads} : {head}}, expected);
    }
  },

  'by keys: arrows, Enter, Escape': async open => {
    const page = await open('pair', 'view=model');
    await until(page, 'done', 18);
    await page.focus(canvas);
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    assert.equal((await stateOf(page)).open, '1,1');
    await page.keyboard.press('Escape');
    assert.equal((await stateOf(page)).open, undefined);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'CANVAS');
  },

  'layers and heads are filtered': async open => {
    const page = await open('bert128', 'view=model');
    await page.fill('#controls input[aria-label="Layers"]', '0,3-5');
    await page.press('#controls input[aria-label="Layers"]', 'Enter');
    await until(page, 'heads', 48);
    await page.fill('#controls input[aria-label="Heads"]', '11');
    await page.press('#controls input[aria-label="Heads"]', 'Enter');
    await until(page, 'heads', 4);
    assert.equal(await dataOf(page, 'order'), '0.11 3.11 4.11 5.11');
    const {layers, only} = await stateOf(page);
    assert.deepEqual([layers, only], ['0,3-5', '11']);
  },

  'heads are sorted by a number about them': async open => {
    const page = await open('pair', 'view=model', {script: keepMatrices});
    await until(page, 'done', 18);
    await page.selectOption('#controls select[aria-label="Sorted by"]', 'first');
    const first = async place => {
      const weights = await weightsOf(page, ...place.split('.'));
      return weights.reduce((sum, row) => sum + row[0], 0) / weights.length;
    };
    const order = (await dataOf(page, 'order')).split(' ');
    assert.equal(order.length, 18);
    const values = [];
    for (const place of order) values.push(await first(place));
    assert.deepEqual(values, values.toSorted((a, b) => b - a));
  },

  'drawn as lines, and in other colours': async open => {
    const page = await open('pair', 'view=model');
    await until(page, 'done', 18);
    const pixels = () => page.evaluate(async selector => {
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return document.querySelector(selector).toDataURL();
    }, canvas);
    const pictures = [await pixels()];
    await page.selectOption('#controls select[aria-label="Colours"]', 'greys');
    pictures.push(await pixels());
    await page.selectOption('#controls select[aria-label="Drawn as"]', 'lines');
    pictures.push(await pixels());
    await page.click('[data-tool="theme"]');
    pictures.push(await pixels());
    assert.equal(new Set(pictures).size, 4);
  },

  'pooled maps have small maps, too, and no numbers': async open => {
    const page = await open('pooled', 'view=model');
    await until(page, 'done', 2);
    await page.mouse.move(...await middleOf(page, 0, 1));
    await page.waitForFunction(() => !document.querySelector('#tip').hidden);
    assert.equal(await page.textContent('#tip'), 'layer 0, head 1');
    assert.deepEqual(await page.$$eval('#controls select[aria-label="Sorted by"] option', options => options.map(option => option.textContent)), ['layer']);
  },

  '2,000 tokens: small maps come while the page goes on answering': async open => {
    const page = await open('long2000', 'view=model');
    await page.mouse.move(...await middleOf(page, 0, 1));
    await page.waitForFunction(() => !document.querySelector('#tip').hidden);
    await until(page, 'done', 2);
    await page.mouse.click(...await middleOf(page, 0, 1));
    await page.waitForSelector('.enlarged canvas');
    assert.match(await page.textContent('.enlarged'), /entropy [0-9.]+ nats/);
  },

  'a picture of all heads': async open => {
    const page = await open('pair', 'view=model&sort=entropy');
    await until(page, 'done', 18);
    const svg = (await saved(page, '[data-tool="SVG"]')).bytes.toString();
    assert.equal((svg.match(/<image /g) ?? []).length, 18);
    assert.ok(svg.includes('Sorted by entropy (nats)'));
  },

  'frames: a hover, and scrolling while maps are still coming': async open => {
    for (const [name, most] of [['bert128', 16], ['bert512', 33]]) {
      const page = await open(name, 'view=model');
      await checkFrames(page, `${name}: a frame`, most, `n => {
        const canvas = document.querySelector('#view > .sheet > canvas'), box = canvas.getBoundingClientRect();
        canvas.dispatchEvent(new PointerEvent('pointermove', {pointerType: 'mouse', clientX: box.left + 60 + n % 10 * 90, clientY: box.top + 60, bubbles: true}));
        document.querySelector('#view').scrollTop = n * 10;
      }`);
    }
  },
};
