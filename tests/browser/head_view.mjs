// The head view: lines between tokens.
import assert from 'node:assert/strict';
import {checkFrames, copiedRows, saved, stateOf} from './support.mjs';

const canvas = '#view canvas.lines';
const drawn = page => page.waitForFunction(selector => document.querySelector(selector)?.dataset.drawn === 'true', canvas);
const dataOf = (page, name) => page.evaluate(async ([selector, word]) => {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return document.querySelector(selector).dataset[word];
}, [canvas, name]);
const linesOf = async page => Number(await dataOf(page, 'lines'));
const head = n => `#controls [data-head="${n}"]`;

/** Waits until the canvas says so. */
const until = (page, name, value) => page.waitForFunction(([selector, word, text]) => document.querySelector(selector)?.dataset[word] === text, [canvas, name, value]);

/** How much colour there is in a rectangle of the canvas: the sum of opacities. */
const ink = (page, x, y, width, height) => page.evaluate(([selector, ...box]) => {
  const node = document.querySelector(selector), ratio = node.width / node.clientWidth;
  const {data} = node.getContext('2d').getImageData(...box.map(number => Math.round(number * ratio)));
  let sum = 0;
  for (let at = 3; at < data.length; at += 4) sum += data[at];
  return sum;
}, [canvas, x, y, width, height]);

export const tests = {
  'heads are toggled by a click, isolated by a double click, and the last one stays': async open => {
    const page = await open('pair', 'view=head');
    await drawn(page);
    await page.click(head(3));
    assert.equal((await stateOf(page)).heads, '0,1,2,4,5,6,7,8');
    assert.equal(await page.getAttribute(head(3), 'aria-pressed'), 'false');
    await page.click(head(3));
    assert.equal((await stateOf(page)).heads, undefined);
    await page.dblclick(head(2));
    assert.equal((await stateOf(page)).heads, '2');
    await until(page, 'heads', '2');
    await page.waitForTimeout(600);  // or it would be the third click of one series
    await page.click(head(2));
    assert.equal((await stateOf(page)).heads, '2');
    await page.waitForTimeout(600);
    await page.dblclick(head(2));
    assert.equal((await stateOf(page)).heads, undefined);
    await page.focus(head(5));
    await page.keyboard.press('Shift+Enter');
    assert.equal((await stateOf(page)).heads, '5');
    await page.keyboard.press('Shift+Enter');
    assert.equal((await stateOf(page)).heads, undefined);
  },

  'the layer menu and the address change what is drawn': async open => {
    const page = await open('pair', 'view=head&layer=1&heads=0,4');
    await until(page, 'heads', '0,4');
    await until(page, 'layer', '1');
    await page.selectOption('#controls select[aria-label="Layer"]', '0');
    await until(page, 'layer', '0');
    assert.equal((await stateOf(page)).layer, undefined);
    await page.evaluate(() => { location.hash = 'view=head&layer=1'; });
    await until(page, 'layer', '1');
  },

  'a token under the pointer shows its lines alone, and boxes on the other side': async open => {
    const page = await open('pair', 'view=head&heads=0,1');
    await drawn(page);
    const all = await linesOf(page);
    const strip = await page.evaluate(() => {
      const box = node => node.getBoundingClientRect(), view = box(document.querySelector('#view'));
      return {right: box(document.querySelector('.tokens.key')).left - view.left, left: box(document.querySelector('.tokens.query')).right - view.left};
    });
    const before = await ink(page, strip.right - 15, 0, 14, 200);
    await page.hover('#query-4');
    await page.waitForFunction(() => document.querySelector('#query-4').classList.contains('active'));
    assert.equal(await linesOf(page), 18);  // nine keys of two heads
    assert.ok(await ink(page, strip.right - 15, 0, 14, 200) > before + 1000);
    assert.match(await page.textContent('#tip'), /query 4: cat/);
    const row = key => ink(page, strip.right - 22, 10 + 22 * key, 21, 22);
    assert.ok(await row(0) > 4 * await row(4));  // head 0 looks at the first token, head 1 at the one before
    assert.ok(await row(3) > 4 * await row(4));
    await page.hover('#key-0');
    await page.waitForFunction(() => document.querySelector('#key-0').classList.contains('active'));
    assert.equal(await linesOf(page), 18);
    assert.ok(await ink(page, strip.left + 1, 0, 14, 200) > 1000);
    await page.mouse.move(600, 20);
    await page.waitForFunction(() => !document.querySelector('.token.active'));
    assert.equal(await linesOf(page), all);
  },

  'a selected query stays, and the tip over a key says its weights as the copied row does': async open => {
    const page = await open('pair', 'view=head&heads=0,3');
    await drawn(page);
    await page.click('#query-4');
    assert.equal((await stateOf(page)).query, '4');
    assert.equal(await page.getAttribute('#query-4', 'aria-selected'), 'true');
    await page.hover('#key-2');
    const tip = await page.textContent('#tip');
    const lines = await copiedRows(page);
    assert.deepEqual(lines[0], ['key', 'label', 'layer 0 head 0', 'layer 0 head 3']);
    assert.equal(lines.length, 10);
    assert.equal(lines[3][1], '##break');
    for (const [word, column] of [['head 0', 2], ['head 3', 3]]) assert.equal(Number(new RegExp(`${word}: ([0-9.]+)`).exec(tip)[1]), Number(Number(lines[3][column]).toFixed(4)));
    assert.ok(Math.abs(lines.slice(1).reduce((sum, line) => sum + Number(line[2]), 0) - 1) < 1e-3);
    await page.click('#query-4');
    assert.equal((await stateOf(page)).query, undefined);
  },

  'arrows walk through the tokens, Enter selects, Escape clears': async open => {
    const page = await open('pair', 'view=head');
    await drawn(page);
    await page.focus('.tokens.query');
    for (let n = 0; n < 3; ++n) await page.keyboard.press('ArrowDown');
    assert.equal(await page.getAttribute('.tokens.query', 'aria-activedescendant'), 'query-2');
    await page.keyboard.press('Enter');
    assert.equal((await stateOf(page)).query, '2');
    await page.keyboard.press('Escape');
    assert.equal((await stateOf(page)).query, undefined);
  },

  'pairs: only lines from one sentence to the other': async open => {
    const page = await open('pair', 'view=head&heads=0&query=7');
    await drawn(page);
    assert.equal(await linesOf(page), 9);
    for (const [pairs, lines] of [['BA', 6], ['BB', 3], ['AB', 0], ['AA', 0]]) {
      await page.selectOption('#controls select[aria-label="Pairs"]', pairs);
      assert.equal(await linesOf(page), lines, pairs);
      assert.equal((await stateOf(page)).pairs, pairs);
    }
    assert.ok(await page.evaluate(() => document.querySelector('#query-7').classList.contains('dim')));
    assert.equal(await (await open('parts', 'view=head')).isVisible('#controls select[aria-label="Pairs"]'), false);
  },

  'a part of the mass keeps the largest weights of a query': async open => {
    const page = await open('pair', 'view=head&heads=0&query=3');
    await drawn(page);
    const weights = (await copiedRows(page)).slice(1).map(line => Number(line[2])).sort((a, b) => b - a);
    for (const mass of [50, 95]) {
      await page.fill('#controls input[type="range"]', String(mass));
      let sum = 0, count = 0;
      while (sum < mass / 100) sum += weights[count++];
      assert.equal(await linesOf(page), count);
      assert.equal((await stateOf(page)).mass, String(mass));
    }
  },

  'words are put together when asked, and the selected query with them': async open => {
    const page = await open('pair', 'view=head&query=3&heads=0');
    await drawn(page);
    const rows = async () => (await copiedRows(page)).slice(1);
    const pieces = [];
    for (const query of [1, 2, 3]) {
      await page.evaluate(n => { location.hash = `view=head&heads=0&query=${n}`; }, query);
      await page.waitForFunction(n => document.querySelector(`#query-${n}`)?.getAttribute('aria-selected') === 'true', query);
      pieces.push((await rows()).map(row => Number(row[2])));
    }
    await page.check('#tools input[type="checkbox"]');
    const {query, words} = await stateOf(page);
    assert.deepEqual([query, words], ['1', '1']);
    const word = await rows();
    assert.deepEqual(word.map(row => row[1]), ['[CLS]', 'unbreakable', 'cat', '[SEP]', 'it', 'slept', '[SEP]']);
    const expected = pieces.reduce((sum, row) => sum + row[1] + row[2] + row[3], 0) / 3;
    assert.ok(Math.abs(Number(word[1][2]) - expected) < 1e-5);
  },

  'what is looked for is marked, and Enter goes from one to the next': async open => {
    const page = await open('long2000', 'view=head');
    await drawn(page);
    await page.fill('[data-tool="find"]', 'token1500');
    await page.waitForFunction(() => document.querySelector('#query-1500')?.classList.contains('found') && document.querySelector('#key-1500').classList.contains('found'));
    await page.press('[data-tool="find"]', 'Enter');
    assert.equal((await stateOf(page)).query, '1500');
    assert.ok(await page.evaluate(() => document.querySelectorAll('.tokens > .token').length) < 200);  // only those that can be seen
  },

  '2,000 tokens: hover, select, isolate, a part of the mass': async open => {
    const page = await open('long2000', 'view=head&heads=0');
    await drawn(page);
    await page.hover('#query-5');
    await page.waitForFunction(selector => document.querySelector(selector).dataset.lines === '2000', canvas);
    await page.click('#query-5');
    const rows = (await copiedRows(page)).slice(1).map(row => Number(row[2])).sort((a, b) => b - a);
    assert.equal(rows.length, 2000);
    await page.fill('#controls input[type="range"]', '20');
    let sum = 0, count = 0;
    while (sum < 0.2) sum += rows[count++];
    assert.ok(Math.abs(await linesOf(page) - count) <= 1);  // weights of 8 bits: ties
    await page.dblclick(head(1));
    await until(page, 'heads', '1');
  },

  'an encoder, a decoder, and a map that is not square': async open => {
    const page = await open('parts', 'view=head&part=2&query=1');
    await drawn(page);
    assert.equal(await page.evaluate(() => document.querySelectorAll('.tokens.query > .token').length), 4);
    assert.equal(await page.evaluate(() => document.querySelectorAll('.tokens.key > .token').length), 8);
    assert.equal(await linesOf(page), 16);
    await page.selectOption('#tools select[aria-label="Attention"]', '1');
    await page.waitForFunction(() => document.querySelectorAll('.tokens.key > .token').length === 4);
    assert.equal((await stateOf(page)).query, undefined);
    await page.hover('#query-1');  // of a causal part: two keys of two heads
    await page.waitForFunction(selector => document.querySelector(selector).dataset.lines === '4', canvas);
  },

  'by touch': async open => {
    const page = await open('pair', 'view=head', {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true});
    await drawn(page);
    await page.tap('#query-4');
    assert.equal((await stateOf(page)).query, '4');
    await page.tap('#key-1');
    await page.waitForFunction(() => document.querySelector('#key-1').classList.contains('active'));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  },

  'pictures: PNG and SVG with the tokens in them': async open => {
    const page = await open('pair', 'view=head&query=4');
    await drawn(page);
    const png = await saved(page, '[data-tool="PNG"]'), svg = await saved(page, '[data-tool="SVG"]');
    assert.equal(png.name, 'attention-heads.png');
    assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
    assert.ok(png.bytes.readUInt32BE(16) >= 1600);
    const text = svg.bytes.toString();
    for (const label of ['##break', 'slept', 'A pair of sentences']) assert.ok(text.includes(label), label);
    assert.ok((text.match(/<line /g) ?? []).length > 20);
  },

  'frames: a hover and another layer': async open => {
    for (const [name, most] of [['bert128', 16], ['bert512', 33]]) {
      const page = await open(name, 'view=head');
      await drawn(page);
      await page.evaluate(async () => {  // every layer has been unpacked once
        for (let layer = 0; layer < 12; ++layer) {
          location.hash = `view=head&layer=${layer}`;
          for (let waited = 0; waited < 100 && document.querySelector('#view canvas.lines').dataset.layer !== String(layer); ++waited) await new Promise(requestAnimationFrame);
        }
      });
      await checkFrames(page, `${name}: a hover`, most, `n => {
        const list = document.querySelector('.tokens.query'), box = list.getBoundingClientRect();
        list.dispatchEvent(new PointerEvent('pointermove', {pointerType: 'mouse', clientX: box.left + 5, clientY: Math.max(box.top, 150) + (n % 20) * 22 + 5, bubbles: true}));
      }`);
      await checkFrames(page, `${name}: another layer`, most, `n => {
        const select = document.querySelector('#controls select');
        select.value = String(n % 12);
        select.dispatchEvent(new Event('change'));
      }`);
    }
  },
};
