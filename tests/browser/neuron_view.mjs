// The neuron view: how a query's weights came about.
import assert from 'node:assert/strict';
import {checkFrames, copiedRows, saved, stateOf} from './support.mjs';

const canvas = '#view .sheet > canvas';
const until = (page, name, value) => page.waitForFunction(([selector, word, text]) => document.querySelector(selector)?.dataset[word] === text, [canvas, name, String(value)]);

/** The text of the tip over a key's row, or over one of its neurons. */
async function tipOver(page, row, neuron = null) {
  const place = await page.evaluate(([selector, r, c]) => {
    const node = document.querySelector(selector), box = node.getBoundingClientRect(), {k, cell} = node.dataset;
    return [box.left + (c === null ? 20 : Number(k) + (c + 0.5) * Number(cell)), box.top + 74 + r * 24 + 12];
  }, [canvas, row, neuron]);
  await page.mouse.move(...place);
  await page.waitForFunction(() => !document.querySelector('#tip').hidden);
  return page.textContent('#tip');
}
const number = (text, before) => Number(new RegExp(`${before} ([−0-9.e]+)`).exec(text)[1].replaceAll('−', '-'));

export const tests = {
  'dot product, score and weight of a key belong together': async open => {
    const page = await open('pair', 'view=neuron&query=4&head=1');
    await until(page, 'rows', 9);
    const rows = (await copiedRows(page)).slice(1);
    let sum = 0;
    const scores = [];
    for (let key = 0; key < 9; ++key) {
      const tip = await tipOver(page, key);
      assert.ok(tip.includes(`key ${key}: `));
      scores.push(number(tip, 'score'));
      assert.ok(Math.abs(number(tip, 'q·k') * 0.5 - scores[key]) < 2e-3, tip);
      sum += Math.exp(scores[key]);
    }
    rows.forEach((row, key) => assert.ok(Math.abs(Math.exp(scores[key]) / sum - Number(row[2])) < 1e-3));
    assert.match(await page.textContent('.rule'), /score = 0\.5000 × q·k · weights are softmax of the scores$/);
  },

  'of a model: score and scaled product are the same, whatever signs the neurons have': async open => {
    const page = await open('bert', 'view=neuron&layer=1&query=14');
    await until(page, 'rows', 17);
    for (let key = 0; key < 17; ++key) {
      const tip = await tipOver(page, key);
      assert.ok(Math.abs(number(tip, 'q·k') * 0.25 - number(tip, 'score')) < 0.02, tip);
    }
    // In the picture each row is a label, q·k, scaled, score and weight.
    const texts = [...(await saved(page, '[data-tool="SVG"]')).bytes.toString().matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text.replaceAll('−', '-'));
    const row = texts.indexOf('maria');
    const [dot, scaled, score] = texts.slice(row + 1, row + 4).map(Number);
    assert.ok(Math.abs(scaled - dot * 0.25) < 0.02 && Math.abs(scaled - score) < 0.02 && Math.abs(dot) > 1, texts.slice(row, row + 5).join(' '));
  },

  'weights that were changed after softmax are named so': async open => {
    const page = await open('pair', 'view=neuron&layer=1&head=8');
    await until(page, 'rows', 9);
    assert.match(await page.textContent('.rule'), /these aren’t: they were changed after it$/);
  },

  'a neuron is named with its numbers': async open => {
    const page = await open('pair', 'view=neuron&query=4');
    await until(page, 'rows', 9);
    const tip = await tipOver(page, 3, 3);  // keys are unit vectors
    assert.match(tip, /neuron 3: q /);
    assert.equal(number(tip, '\nk'), 1);
    assert.equal(number(tip, 'q × k'), number(tip, 'neuron 3: q'));
    assert.equal(number(await tipOver(page, 3, 4), '\nk'), 0);
  },

  'query, layer, head and order are chosen': async open => {
    const page = await open('pair', 'view=neuron');
    await until(page, 'query', 0);
    await page.selectOption('#controls select[aria-label="Query"]', '5');
    await until(page, 'query', 5);
    await page.focus(canvas);
    await page.keyboard.press('ArrowRight');
    await until(page, 'query', 6);
    await page.selectOption('#controls select[aria-label="Layer"]', '1');
    await until(page, 'layer', 1);
    assert.match(await page.textContent('.rule'), /plus a bias of the distance/);
    await page.selectOption('#controls select[aria-label="Head"]', '8');
    await until(page, 'head', 8);
    await page.selectOption('#controls select[aria-label="Keys by"]', 'weight');
    const rows = (await copiedRows(page)).slice(1).map(row => Number(row[2]));
    await until(page, 'first', rows.indexOf(Math.max(...rows)));
    const {query, layer, head, sort} = await stateOf(page);
    assert.deepEqual([query, layer, head, sort], ['6', '1', '8', 'weight']);
  },

  'where there are no neurons it is said how to get them': async open => {
    const page = await open('bert128', 'view=neuron');
    assert.match(await page.textContent('.reason'), /attn view --view neuron/);
    assert.equal(await page.isDisabled('[data-tool="PNG"]'), true);
    const words = await open('pair', 'view=neuron&words=1');
    assert.match(await words.textContent('.reason'), /switch “words” off/);
  },

  'a picture with keys and numbers': async open => {
    const page = await open('pair', 'view=neuron&query=4');
    await until(page, 'rows', 9);
    const svg = (await saved(page, '[data-tool="SVG"]')).bytes.toString();
    for (const text of ['##break', 'softmax of scores', 'q ∘ k']) assert.ok(svg.includes(text), text);
  },

  'frames: another query, and scrolling through 2,000 keys': async open => {
    for (const [name, keys, most] of [['pair', 9, 16], ['neurons2000', 2000, 33]]) {
      const page = await open(name, 'view=neuron');
      await until(page, 'rows', keys);
      await checkFrames(page, `${name}: another query`, most, `n => {
        const select = document.querySelector('#controls select[aria-label="Query"]');
        select.value = String(n % 9);
        select.dispatchEvent(new Event('change'));
      }`);
      await checkFrames(page, `${name}: scrolling`, most, `n => { document.querySelector('#view').scrollTop = n * 500; }`);
    }
  },

  '2,000 keys by weight: the largest is the first': async open => {
    const page = await open('neurons2000', 'view=neuron&query=1234&sort=weight');
    await until(page, 'rows', 2000);
    const rows = (await copiedRows(page)).slice(1).map(row => Number(row[2]));
    await until(page, 'first', rows.indexOf(Math.max(...rows)));
    await page.evaluate(() => { document.querySelector('#view').scrollTop = 1e6; });
    await page.waitForFunction(() => document.querySelector('#view').scrollTop > 40_000);
  },
};
