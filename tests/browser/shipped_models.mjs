// The models that come with the examples: every view opens, and shows the numbers of attn weights.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {copiedRows} from './support.mjs';

/** The CSV of attn weights: [query][key]. */
function weightsOf(folder, model) {
  const lines = readFileSync(path.join(folder, model + '.csv'), 'utf8').trim().split('\n').map(line => line.split(','));
  return lines.slice(1).map(line => line.slice(1).map(Number));
}

const models = ['bert', 'gpt2', 'vit'];

export const tests = Object.fromEntries(models.map(model => [`${model}: numbers are those of the CSV, in every view`, async (open, folder) => {
  const weights = weightsOf(folder, model), query = weights.length - 2;
  for (const [view, words, heads] of [['head', 'heads=2', 1], ['map', 'head=2', 1], ['neuron', 'head=2', 1]]) {
    const page = await open(model, `view=${view}&layer=1&${words}&query=${query}`);
    await page.waitForFunction(() => document.querySelector('#view canvas')?.width > 0);
    const rows = (await copiedRows(page)).slice(1);
    assert.equal(rows.length, weights[query].length);
    rows.forEach((row, key) => {
      const shown = row.slice(-heads).map(Number);
      assert.ok(Math.abs(shown[0] - weights[query][key]) < 2e-5, `${view}, key ${key}: ${shown} ${weights[query][key]}`);
    });
  }
  const page = await open(model, 'view=model');
  await page.waitForFunction(() => {
    const {done, heads} = document.querySelector('#view > .sheet > canvas').dataset;
    return done !== undefined && done === heads;
  });
}]));
