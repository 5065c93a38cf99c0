// What all views share: tabs, the address, themes, labels that are no friends of web pages, and how fast a page opens.
import assert from 'node:assert/strict';
import {readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {copiedRows, stateOf} from './support.mjs';

export const tests = {
  'every view opens, by its tab, by keys and by its name in the address': async open => {
    const page = await open('pair');
    for (const view of ['model', 'neuron', 'map', 'head']) {
      await page.click(`#tab-${view}`);
      assert.equal((await stateOf(page)).view, view);
      assert.equal(await page.getAttribute(`#tab-${view}`, 'aria-selected'), 'true');
    }
    await page.keyboard.press('ArrowRight');
    assert.equal((await stateOf(page)).view, 'model');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-model');
    const other = await open('pair', 'view=map');
    assert.equal(await other.getAttribute('#tab-map', 'aria-selected'), 'true');
  },

  'a reload keeps what was shown': async open => {
    const page = await open('pair', 'view=head');
    await page.click('#controls [data-head="3"]');
    await page.selectOption('#controls select[aria-label="Layer"]', '1');
    const before = await stateOf(page);
    await page.reload();
    await page.waitForFunction(() => document.documentElement.dataset.ready === 'true');
    assert.deepEqual(await stateOf(page), before);
    assert.equal(await page.getAttribute('#controls [data-head="3"]', 'aria-pressed'), 'false');
    assert.equal(await page.inputValue('#controls select[aria-label="Layer"]'), '1');
  },

  'light and dark follow the system until the reader chooses': async open => {
    const themeOf = page => page.evaluate(() => [document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor]);
    const dark = await open('pair', '', {colorScheme: 'dark'}), light = await open('pair', '', {colorScheme: 'light'});
    assert.equal((await themeOf(dark))[0], 'dark');
    assert.equal((await themeOf(light))[0], 'light');
    const headColor = page => page.$eval('#controls [data-head="0"]', node => node.style.getPropertyValue('--head'));
    assert.notEqual(await headColor(light), await headColor(dark));
    await light.click('[data-tool="theme"]');
    assert.deepEqual(await themeOf(light), await themeOf(dark));
    assert.equal((await stateOf(light)).theme, 'dark');
    await dark.emulateMedia({colorScheme: 'light'});
    await dark.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  },

  'tokens are text, whatever is in them': async open => {
    const page = await open('parts', 'view=head');
    await page.waitForSelector('#query-0');
    const labels = await page.$$eval('.tokens.query > .token', nodes => nodes.map(node => node.textContent));
    assert.deepEqual(labels, ['</script><img src=x onerror=alert(1)>', 'שלום', 'مرحبا', '👩\u200d🚀', '&amp;', '<b>bold</b>', '\\u202eevil', 'a\\nb']);
    assert.equal(await page.title(), 'Three parts </title><script>alert(1)</script>');
    assert.equal(await page.$('img'), null);
    for (const view of ['model', 'map', 'neuron', 'head']) await page.click(`#tab-${view}`);
    await page.click('#query-2');
    assert.deepEqual((await copiedRows(page)).slice(1).map(row => row[1])[1], 'שלום');
  },

  'the page says what its numbers are, how exact, and what they are not': async open => {
    const exact = await (await open('pair')).textContent('#about');
    assert.match(exact, /after softmax.*16 bits.*isn’t a cause/s);
    assert.match(await (await open('bert128')).textContent('#about'), /8 bits.*off by at most/s);
  },

  'no request can leave the page, and no other script can run in it': async (open, folder) => {
    const page = await open('pair');
    const ran = await page.evaluate(async () => {
      const blocked = [];
      document.addEventListener('securitypolicyviolation', event => blocked.push(event.violatedDirective));
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      const fetched = await fetch('https://example.org/').then(() => true, () => false);
      await new Promise(done => setTimeout(done, 50));
      return {ran: window.ran ?? false, fetched, blocked};
    });
    assert.deepEqual([ran.ran, ran.fetched], [false, false]);
    assert.ok(ran.blocked.includes('connect-src') && ran.blocked.some(directive => directive.startsWith('script-src')));
    page.faults.length = 0;  // what the policy refused was meant to be
    assert.doesNotMatch(readFileSync(path.join(folder, 'pair.html'), 'utf8'), /(src|href)=["']?(https?:)?\/\//);
  },

  'a browser that is too old says so in the page': async open => {
    const page = await open('pair', '', {javaScriptEnabled: false, ready: false});
    assert.ok(await page.isVisible('#old'));
    assert.match(await page.textContent('#old'), /needs scripts.*DecompressionStream/s);
  },

  'it fits on a phone': async open => {
    for (const view of ['head', 'model', 'neuron', 'map']) {
      const page = await open('pair', `view=${view}`, {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true});
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), view);
      assert.ok(await page.evaluate(() => document.querySelector('#view').clientHeight > 300), view);
    }
  },

  'BERT with 128 tokens: a page under 3 MB that opens in less than a second': async (open, folder) => {
    assert.ok(statSync(path.join(folder, 'bert128.html')).size < 3e6);
    const times = [];
    do {
      const page = await open('bert128', 'view=head');
      await page.waitForFunction(() => document.querySelector('canvas.lines')?.dataset.drawn === 'true');
      times.push(await page.evaluate(() => Number(document.documentElement.dataset.opened)));
    } while (times.at(-1) >= 1000 && times.length < 5);  // machines have other things to do
    assert.ok(times.at(-1) < 1000, `it takes ${times.join(', ')} ms`);
  },
};
