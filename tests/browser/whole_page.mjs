// What all views share.
import assert from 'node:assert/strict';
import {stateOf} from './support.mjs';

export const tests = {
  'every view opens, by its tab and by its name in the address': async open => {
    const page = await open('pair');
    for (const view of ['model', 'neuron', 'map', 'head']) {
      await page.click(`#tab-${view}`);
      assert.equal((await stateOf(page)).view, view);
      assert.equal(await page.getAttribute(`#tab-${view}`, 'aria-selected'), 'true');
    }
    const other = await open('pair', 'view=map');
    assert.equal(await other.getAttribute('#tab-map', 'aria-selected'), 'true');
  },
};
