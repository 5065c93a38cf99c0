// A browser, and pages in it that are watched: an error, a message in the console or a request fails the test. (One message is about
// what tests do: they read pixels.)
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import path from 'node:path';
import assert from 'node:assert/strict';

const {chromium} = createRequire(path.join(process.env.ATTN_PLAYWRIGHT, 'package.json'))('playwright-core');

export async function launch() {
  return chromium.launch({executablePath: process.env.ATTN_CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']});
}

/**
 * Opens FOLDER/name.html#hash and waits until it is ready, unless `ready` is false. `script` runs in the page before its own; other options are
 * those of playwright's newContext().
 */
export async function openPage(browser, folder, name, hash = '', {script, ready = true, ...options} = {}) {
  const context = await browser.newContext({viewport: {width: 1200, height: 800}, acceptDownloads: true, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'], ...options});
  const page = await context.newPage();
  if (script) await page.addInitScript(script);
  const url = pathToFileURL(path.join(folder, name + '.html')).href;
  page.faults = [];
  page.on('pageerror', error => page.faults.push(`error: ${error.stack ?? error}`));
  page.on('console', message => { if (['error', 'warning'].includes(message.type()) && !message.text().includes('willReadFrequently')) page.faults.push(`console: ${message.text()}`); });
  page.on('request', request => { if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url())) page.faults.push(`request: ${request.url()}`); });
  page.on('dialog', dialog => { page.faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(url + (hash ? '#' + hash : ''));
  if (ready) await page.waitForFunction(() => document.documentElement.dataset.ready === 'true', null, {timeout: 20_000})
            .catch(error => { throw new Error(`${name}: ${error.message}; ${page.faults.join('; ')}`); });
  return page;
}

/** Fails where the page has complained, and closes it. */
export async function closePage(page) {
  const {faults} = page;
  await page.context().close();
  assert.deepEqual(faults, []);
}

/** The words of the address behind its #, once they have been written there. */
export async function stateOf(page) {
  await page.waitForFunction(() => !document.documentElement.dataset.writing);
  return Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
}

/** The text of what a click on the selector saves as a file. */
export async function saved(page, selector) {
  const [download] = await Promise.all([page.waitForEvent('download', {timeout: 10_000}), page.click(selector)]);
  const stream = await download.createReadStream(), chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return {name: download.suggestedFilename(), bytes: Buffer.concat(chunks)};
}

/** The rows of the CSV that "Copy row" puts on the clipboard, the header first. */
export async function copiedRows(page) {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.click('[data-tool="copy"]');
  await page.waitForFunction(async () => await navigator.clipboard.readText() !== '');
  return (await page.evaluate(() => navigator.clipboard.readText())).trim().split('\n').map(line => line.split(','));
}

/**
 * Medians over the frames of `frames` runs of `step(n)` in the page: milliseconds from frame to frame, and of the page's own work in one,
 * which a slow screen doesn't hide.
 */
async function frameTimes(page, step, frames = 30) {
  return page.evaluate(async ([source, count]) => {
    const run = (0, eval)(source);
    const times = [], work = [];
    let before = await new Promise(requestAnimationFrame);
    for (let n = 0; n < count; ++n) {
      const begin = performance.now();
      run(n);
      const now = await new Promise(requestAnimationFrame);
      await new Promise(done => { const channel = new MessageChannel(); channel.port1.onmessage = done; channel.port2.postMessage(0); });
      work.push(performance.now() - begin - Math.max(0, now - begin));
      times.push(now - before);
      before = now;
    }
    const median = list => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
    return {frame: median(times), work: median(work)};
  }, [`(${step})`, frames]);
}

/** Fails unless the page's own work in a frame stays below `most` milliseconds: the median of one run out of five, as machines have other things to do. */
export async function checkFrames(page, what, most, step) {
  const works = [];
  for (let run = 0; run < 5; ++run) {
    works.push((await frameTimes(page, step)).work);
    if (works.at(-1) < most) return;
  }
  assert.fail(`${what} takes ${works.map(work => work.toFixed(1)).join(', ')} ms, expected less than ${most}`);
}
