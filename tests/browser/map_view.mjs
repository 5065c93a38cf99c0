// The map: what is drawn and said is compared with numbers that are unpacked here, from the page's file.
import assert from 'node:assert/strict';
import {readFileSync, unlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {deflateSync, inflateSync} from 'node:zlib';
import {checkFrames, saved} from './support.mjs';

const files = new Map();

/** {page: the JSON of a file, map(kind, part, layer, head): {rows, cols, numbers}}. */
function contents(folder, name) {
  if (files.has(name)) return files.get(name);
  const html = readFileSync(path.join(folder, name + '.html'), 'latin1'), maps = new Map();
  const page = JSON.parse(Buffer.from(/id="page">(.*?)<\/script>/s.exec(html)[1], 'latin1').toString());
  const map = (kind, part, layer, head) => {
    const key = `data-kind="${kind}" data-part="${part}" data-layer="${layer}" data-head="${head}"`;
    if (maps.has(key)) return maps.get(key);
    const begin = html.indexOf(key), end = html.indexOf('>', begin), tag = html.slice(begin, end);
    const data = Object.fromEntries([...tag.matchAll(/data-(\w+)="([^"]*)"/g)].map(([, word, value]) => [word, value]));
    const bytes = inflateSync(Buffer.from(html.slice(end + 1, html.indexOf('</script>', end)), 'base64')), size = data.rows * data.cols;
    const numbers = Float64Array.from({length: size}, (_, n) => {
      const most = 2 ** data.bits - 4, code = data.bits === '16' ? bytes[n] | bytes[n + size] << 8 : bytes[n];
      return code > most ? NaN : data.high * (code / most) ** 2;
    });
    maps.set(key, {rows: +data.rows, cols: +data.cols, numbers, at: (i, j) => numbers[i * data.cols + j], high: +data.high});
    return maps.get(key);
  };
  files.set(name, {page, map, html});
  return files.get(name);
}

/** Waits until what was chosen is drawn with all its tiles. */
async function ready(page) {
  const frames = () => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  await frames();
  await page.waitForFunction(() => !document.querySelector('.map-area').hasAttribute('aria-busy'));
  await frames();
  await page.waitForFunction(() => document.querySelector('.map-cells').dataset.whole === 'true');
}

async function openMap(open, name, words = '', options = {}) {
  const page = await open(name, 'view=map' + (words ? '&' + words : ''), options);
  await ready(page);
  return page;
}

/** Other words in the address of an open page. */
async function go(page, words) {
  await page.evaluate(hash => { location.hash = hash; }, `view=map&${words}`);
  await ready(page);
}

/** What the canvas says about itself, as numbers where they are some; and where the canvas is in the page. */
async function drawn(page) {
  return page.evaluate(() => {
    const canvas = document.querySelector('.map-cells'), {left, top, width, height} = canvas.getBoundingClientRect(), corners = canvas.dataset.corners.split(', ').map(corner => corner.split(' ').map(Number));
    const data = Object.fromEntries(Object.entries(canvas.dataset).map(([name, value]) => [name, value === '' || Number.isNaN(+value) ? value : +value]));
    return {...data, left: corners[0][0], top: corners[0][1], apart: (corners[1] ?? corners[0])[0] - corners[0][0], x: left, y: top, width, height};
  });
}

/** The point of the page in the middle of a cell of the first map. */
async function pointOf(page, row, col) {
  const {left, top, cell, x, y} = await drawn(page);
  return {x: x + left + (col + 0.5) * cell, y: y + top + (row + 0.5) * cell};
}

/** The colours (#rrggbb) in the middles of some cells; `cells` as many in one make a cell of the picture's level. */
async function colors(page, places, cells = 1, map = 0) {
  return page.evaluate(([list, by, map]) => {
    const canvas = document.querySelector('.map-cells'), {cell, corners} = canvas.dataset, [left, top] = corners.split(', ')[map].split(' '), ratio = canvas.width / canvas.getBoundingClientRect().width;
    return list.map(([row, col]) => {
      const copy = document.createElement('canvas');
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext('2d', {willReadFrequently: true});
    context.drawImage(canvas, 0, 0);
    const at = (begin, place) => Math.floor(ratio * (+begin + (place + 0.5) * by * cell));
      const [r, g, b] = context.getImageData(at(left, col), at(top, row), 1, 1).data;
      return '#' + [r, g, b].map(x => x.toString(16).padStart(2, '0')).join('');
    });
  }, [places, cells, map]);
}

const colorOf = ({page}, map, t) => '#' + page.colormaps[map].slice(6 * Math.floor(t * 255 + 0.5), 6 * Math.floor(t * 255 + 0.5) + 6);

/** Some cells of a map, near and far from the diagonal. */
const someCells = (rows, cols) => [[0, 0], [1, 0], [1, 1], [rows - 1, cols - 1], [rows >> 1, cols >> 1], [rows >> 1, (cols >> 1) - 1], [rows - 1, 0], [2, cols - 1]];

const close = (text, x, tolerance) => assert.ok(Math.abs(Number.parseFloat(text.replace('−', '-').replace('e−', 'e-')) - x) <= tolerance, `${text} is not ${x}`);
/** The readout, once the frame is drawn in which it is written. */
async function readout(page) {
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page.textContent('.map-readout');
}

const stateNow = page => Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));

/** Waits until the address has these words; null: until it doesn't have that one. */
async function expectState(page, words) {
  await page.waitForFunction(wanted => {
    const state = new URLSearchParams(location.hash.slice(1));
    return Object.entries(wanted).every(([name, value]) => state.get(name) === value);
  }, words, {timeout: 10_000}).catch(() => assert.deepEqual(stateNow(page), words));
}

function percentile(numbers, share) {
  const sorted = numbers.slice().sort((a, b) => a - b), at = share * (sorted.length - 1), k = Math.floor(at);
  return sorted[k] + (at - k) * ((sorted[k + 1] ?? sorted[k]) - sorted[k]);
}

const range = numbers => [Math.min(...numbers), Math.max(...numbers)];

/** `size` × `size` cells of a map pooled by hand; weights of rows and columns by `sizes`. */
function pooled(map, size, row, col, how, sizes = () => 1) {
  let sum = 0, weight = 0, most = -Infinity;
  for (let i = row * size; i < Math.min((row + 1) * size, map.rows); ++i)
    for (let j = col * size; j < Math.min((col + 1) * size, map.cols); ++j) {
      const w = sizes(i) * sizes(j);
      sum += w * map.at(i, j);
      weight += w;
      most = Math.max(most, map.at(i, j));
    }
  return how === 'max' ? most : sum / weight;
}

export const tests = {
  'a click selects a query and a key, and the readout has their weight; a second click takes it back': async (open, folder) => {
    const page = await openMap(open, 'pair', 'layer=1&head=4'), map = contents(folder, 'pair').map('weights', 0, 1, 4);
    const {x, y} = await pointOf(page, 3, 1);
    await page.mouse.click(x, y);
    await expectState(page, {query: '3', key: '1'});
    const said = /query 3 .*##able.* · key 1 .*un.* · weight (\S+)/.exec(await readout(page));
    assert.ok(said, await readout(page));
    close(said[1], map.at(3, 1), 6e-5);
    await page.mouse.click(x, y);
    await expectState(page, {query: null, key: null});
  },

  'pointing at a cell shows its tokens and its weight, and the page says how certain it is': async (open, folder) => {
    const page = await openMap(open, 'bert128', 'layer=2&head=5'), map = contents(folder, 'bert128').map('weights', 0, 2, 5);
    const {x, y} = await pointOf(page, 40, 39);
    await page.mouse.move(x, y);
    await page.waitForFunction(() => !document.querySelector('#tip').hidden);
    const [query, key, weight] = (await page.textContent('#tip')).split('\n');
    assert.match(query, /token40\b/);
    assert.match(key, /token39\b/);
    const [, number, error] = /weight {2}(\S+) ± (\S+)/.exec(weight), w = map.at(40, 39);
    const certain = Math.sqrt(w * map.high) / 252 + map.high / 254016;
    close(number, w, certain);
    close(error, certain, certain);
    await page.mouse.move(x, 20);
    assert.ok(await page.locator('#tip').isHidden());
  },

  'arrow keys move the crosshair and its query; Home, End and Escape': async open => {
    const page = await openMap(open, 'pair', 'query=3&key=1');
    await page.focus('.map-marks');
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
    await expectState(page, {query: '2', key: '3'});
    await page.keyboard.press('End');
    await expectState(page, {key: '8'});
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await expectState(page, {key: '7'});
    await page.keyboard.press('Home');
    await expectState(page, {key: '0'});
    await page.keyboard.press('Escape');
    await expectState(page, {query: null, key: null});
  },

  'the row of the selected query is framed': async open => {
    const page = await openMap(open, 'bert128', 'query=64');
    const framed = await page.evaluate(() => {
      const {cell, corners} = document.querySelector('.map-cells').dataset, [left, top] = corners.split(' '), marks = document.querySelector('.map-marks'), copy = document.createElement('canvas');
      [copy.width, copy.height] = [marks.width, marks.height];
      const context = copy.getContext('2d', {willReadFrequently: true});
      context.drawImage(marks, 0, 0);
      const alpha = row => Math.max(...context.getImageData(+left + 50.5 * cell, Math.floor(+top + row * cell) - 2, 1, 5).data);
      return [alpha(64), alpha(65), alpha(90)];
    });
    assert.ok(framed[0] > 100 && framed[1] > 100 && framed[2] === 0, framed);
  },

  'every scale puts the colours where it says': async (open, folder) => {
    const data = contents(folder, 'bert128'), map = data.map('weights', 0, 0, 4), numbers = [...map.numbers], [low, high] = range(numbers);
    const page = await openMap(open, 'bert128', 'head=4');
    const cells = someCells(128, 128), inside = (x, a, b) => Math.min(Math.max(x, a), b);
    const expect = async (name, limits, place, colormap = 'viridis') => {
      const {low: from, high: to} = await drawn(page);
      assert.ok(Math.abs(from - limits[0]) < 1e-7 && Math.abs(to - limits[1]) < 1e-7, `${name}: ${from}, ${to} instead of ${limits}`);
      assert.deepEqual(await colors(page, cells), cells.map(([i, j]) => colorOf(data, colormap, place(inside(map.at(i, j), ...limits)))), name);
    };
    const linear = (a, b) => x => (x - a) / (b - a);
    await expect('linear', [low, high], linear(low, high));
    await page.selectOption('[data-tool="scale"]', 'gamma');
    await ready(page);
    await expect('gamma', [low, high], x => Math.sqrt(linear(low, high)(x)));
    await page.selectOption('[data-tool="scale"]', 'log');
    await ready(page);
    await expect('log', [Math.max(low, 1e-4), high], x => Math.log(x / Math.max(low, 1e-4)) / Math.log(high / Math.max(low, 1e-4)));
    await page.selectOption('[data-tool="scale"]', 'robust');
    await ready(page);
    const middle = [percentile(numbers, 0.02), percentile(numbers, 0.98)];
    await expect('robust', middle, linear(...middle));
    await page.selectOption('[data-tool="scale"]', 'linear');
    await page.selectOption('[data-tool="without"]', 'first');
    await page.selectOption('[data-tool="colors"]', 'magma');
    await ready(page);
    const others = range(numbers.filter((_, n) => n % 128 > 0));
    assert.ok(others[1] < high / 2, 'the first key of this head is the one that hides the others');
    await expect('without the first', others, linear(...others), 'magma');
    await expectState(page, {without: 'first', colors: 'magma', scale: null});
  },

  'special tokens can be left out of the range': async (open, folder) => {
    const {map} = contents(folder, 'pair'), special = [0, 5, 8], numbers = [...map('weights', 0, 1, 0).numbers];
    const page = await openMap(open, 'pair', 'layer=1&without=special'), {low, high} = await drawn(page), [from, to] = range(numbers.filter((_, n) => !special.includes(n % 9)));
    assert.ok(Math.abs(low - from) < 1e-7 && Math.abs(high - to) < 1e-7 && to < Math.max(...numbers) - 1e-3);
    const other = await openMap(open, 'bert128');
    assert.equal(await other.locator('[data-tool="without"] option[value="special"]').count(), 0);
  },

  'a zero has the lowest colour, whichever scale': async (open, folder) => {
    const data = contents(folder, 'parts'), page = await openMap(open, 'parts', 'part=1');
    for (const scale of ['linear', 'log', 'gamma', 'robust']) {
      await go(page, `part=1&without=first&scale=${scale}`);
      assert.deepEqual(await colors(page, [[0, 3], [1, 2]]), Array(2).fill(colorOf(data, 'viridis', 0)));
    }
  },

  'the wheel zooms at the pointer, a drag pans, and the address keeps both': async open => {
    const page = await openMap(open, 'bert128'), before = await drawn(page), near = await pointOf(page, 100, 30), [x, y] = [Math.round(near.x), Math.round(near.y)];
    const under = ({left, top, cell, x: dx, y: dy}, toX, toY) => [(toX - dx - left) / cell, (toY - dy - top) / cell], same = ([a, b], [c, d]) => assert.ok(Math.abs(a - c) < 0.1 && Math.abs(b - d) < 0.1, `${a}, ${b} instead of ${c}, ${d}`);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -480);
    await page.waitForFunction(size => document.querySelector('.map-cells').dataset.cell > 3.9 * size, before.cell);
    same(under(await drawn(page), x, y), under(before, x, y));
    await page.mouse.down();
    await page.mouse.move(x + 40, y + 30, {steps: 4});
    await page.mouse.up();
    await ready(page);
    same(under(await drawn(page), x + 40, y + 30), under(before, x, y));
    await page.waitForFunction(() => /zoom=/.test(location.hash) && document.querySelector('.map-cells').dataset.at === `${new URLSearchParams(location.hash.slice(1)).get('at')}`);
    const state = stateNow(page);
    assert.equal(state.query, undefined, 'a drag is no click');
    const again = await openMap(open, 'bert128', `at=${state.at}&zoom=${state.zoom}`), there = await drawn(again);
    same(under(there, x + 40, y + 30), under(before, x, y));
    assert.ok(Math.abs(there.cell - (await drawn(page)).cell) < 0.01, 'the link shows the same');
    await go(again, 'zoom=3');
    assert.equal((await drawn(again)).at, '64,64', 'what has no place is in the middle');
  },

  'buttons, double click and keys zoom; Shift and arrows pan; nothing leaves the window': async open => {
    const page = await openMap(open, 'bert128'), {cell, x: left, y: top, width, height} = await drawn(page);
    const zoomed = async factor => {
      await ready(page);
      assert.ok(Math.abs((await drawn(page)).cell / cell - factor) < 0.01, `${(await drawn(page)).cell / cell} instead of ${factor}`);
    };
    await page.click('[data-tool="in"]');
    await zoomed(2);
    await page.mouse.dblclick(left + width / 2, top + height / 2);
    await zoomed(4);
    await page.click('[data-tool="out"]');
    await zoomed(2);
    await page.focus('.map-marks');
    await page.keyboard.press('+');
    await zoomed(4);
    const before = await drawn(page);
    await page.keyboard.press('Shift+ArrowRight');
    await ready(page);
    const after = await drawn(page);
    assert.ok(after.left < before.left - 20 && after.top === before.top);
    for (let n = 0; n < 12; ++n) for (const arrow of ['Right', 'Down']) await page.keyboard.press(`Shift+Arrow${arrow}`);
    await ready(page);
    const end = await drawn(page);
    assert.ok(end.left + 128 * end.cell > width / 2 && end.top + 128 * end.cell > height / 2, 'the map ends where the window ends');
    await page.keyboard.press('-');
    await zoomed(2);
    await page.keyboard.press('0');
    await zoomed(1);
    await page.waitForFunction(() => !/at=|zoom=/.test(location.hash));
    await page.click('[data-tool="in"]');
    await page.click('[data-tool="whole"]');
    await zoomed(1);
  },

  'two fingers zoom and a tap selects': async open => {
    const page = await openMap(open, 'bert128', '', {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true}), {cell} = await drawn(page), {x, y} = await pointOf(page, 64, 64);
    const client = await page.context().newCDPSession(page);
    const touch = (type, ...spreads) => client.send('Input.dispatchTouchEvent', {type, touchPoints: spreads.flatMap(by => [{x: x - by, y, id: 0}, {x: x + by, y, id: 1}])});
    await touch('touchStart', 20);
    for (const by of [24, 30, 36, 40]) await touch('touchMove', by);
    await touch('touchEnd');
    await ready(page);
    const now = await pointOf(page, 64, 64), grown = (await drawn(page)).cell / cell;
    assert.ok(Math.abs(grown - 2) < 0.15, `${grown}`);
    assert.ok(Math.abs(now.x - x) < 8 && Math.abs(now.y - y) < 8, `${now.x - x}, ${now.y - y}`);
    assert.equal(stateNow(page).query, undefined);
    await page.touchscreen.tap(now.x, now.y);
    await expectState(page, {query: '64', key: '64'});
  },

  'the mean of heads, of layers and of all': async (open, folder) => {
    const data = contents(folder, 'pair'), mean = (layers, heads, i, j) => layers.flatMap(l => heads.map(h => data.map('weights', 0, l, h).at(i, j))).reduce((a, b) => a + b) / layers.length / heads.length;
    const page = await openMap(open, 'pair', 'layer=1&head=2&query=4&key=4'), heads = [...Array(9).keys()];
    const expect = async (layers, of) => {
      await ready(page);
      close(/weight (\S+)/.exec(await readout(page))[1], mean(layers, of, 4, 4), 6e-5);
      const all = heads.flatMap(i => heads.map(j => mean(layers, of, i, j))), [low, high] = range(all), cells = someCells(9, 9).filter(([i, j]) => i !== 4 || j !== 4);
      assert.deepEqual(await colors(page, cells), cells.map(([i, j]) => colorOf(data, 'viridis', (mean(layers, of, i, j) - low) / (high - low))));
      const {low: from, high: to} = await drawn(page);
      assert.ok(Math.abs(from - low) < 1e-6 && Math.abs(to - high) < 1e-6, `${from}, ${to} instead of ${low}, ${high}`);
    };
    await page.selectOption('[data-tool="head"]', 'mean');
    await expect([1], heads);
    await page.selectOption('[data-tool="layer"]', 'mean');
    await expect([0, 1], heads);
    await page.selectOption('[data-tool="head"]', '2');
    await expect([0, 1], [2]);
    await expectState(page, {layer: 'mean', head: '2'});
    await page.evaluate(() => { navigator.clipboard.writeText = async text => { window.copied = text; }; });
    await page.click('[data-tool="copy"]');
    const copied = await (await page.waitForFunction(() => window.copied)).jsonValue();
    assert.equal(copied.split('\n')[0], 'key,label,layer 0 head 2,layer 1 head 2');
  },

  'two heads beside each other share their colours and move together': async (open, folder) => {
    const data = contents(folder, 'bert128'), [a, b] = [data.map('weights', 0, 3, 2), data.map('weights', 0, 0, 1)];
    const page = await openMap(open, 'bert128', 'layer=3&head=2&compare=beside&layer2=0&head2=1'), [low, high] = range([...a.numbers, ...b.numbers]), {cell} = await drawn(page);
    const cells = [[5, 5], [70, 69], [100, 100], [127, 3]], expected = map => cells.map(([i, j]) => colorOf(data, 'viridis', (map.at(i, j) - low) / (high - low)));
    assert.deepEqual(await colors(page, cells), expected(a));
    assert.deepEqual(await colors(page, cells, 1, 1), expected(b));
    const {x, y} = await pointOf(page, 70, 69);
    await page.mouse.move(x + (await drawn(page)).apart, y);
    await page.waitForFunction(() => !document.querySelector('#tip').hidden);
    const lines = (await page.textContent('#tip')).split('\n');
    assert.match(lines[0], /token70\b/);
    close(/layer 3, head 2: {2}(\S+)/.exec(lines[2])[1], a.at(70, 69), 6e-3);
    close(/layer 0, head 1: {2}(\S+)/.exec(lines[3])[1], b.at(70, 69), 6e-3);
    await page.mouse.wheel(0, -480);
    await ready(page);
    const zoomed = await drawn(page);
    assert.ok(zoomed.cell > 3.9 * cell);
    const near = [[70, 69], [71, 71]], shades = map => near.map(([i, j]) => colorOf(data, 'viridis', (map.at(i, j) - low) / (high - low)));
    assert.deepEqual(await colors(page, near), shades(a));
    assert.deepEqual(await colors(page, near, 1, 1), shades(b));
  },

  'the difference of two heads: colours around 0, both weights and what they differ by': async (open, folder) => {
    const data = contents(folder, 'bert128'), [a, b] = [data.map('weights', 0, 0, 1), data.map('weights', 0, 0, 2)];
    const page = await openMap(open, 'bert128', 'head=1&query=70&key=69');
    await page.selectOption('[data-tool="compare"]', 'minus');
    await ready(page);
    await expectState(page, {compare: 'minus', layer2: '0', head2: '2'});
    const far = Math.max(...a.numbers.map((x, n) => Math.abs(x - b.numbers[n]))), {low, high} = await drawn(page);
    assert.ok(Math.abs(high - far) < 1e-6 && low === -high);
    const cells = someCells(128, 128);
    const same = (got, wanted) => got.forEach((color, n) => assert.ok(wanted[n].includes(color), `${cells[n]}: ${color} instead of ${wanted[n]}`));
    const shades = place => cells.map(([i, j]) => [-1e-4, 0, 1e-4].map(by => colorOf(data, 'vlag', Math.min(Math.max(place((a.at(i, j) - b.at(i, j)) / far) + by, 0), 1))));
    same(await colors(page, cells), shades(u => 0.5 + u / 2));
    const said = await readout(page), difference = /difference: ([+−]\S+)/.exec(said)[1];
    close(/head 1: (\S+)/.exec(said)[1], a.at(70, 69), 6e-3);
    close(/head 2: (\S+)/.exec(said)[1], b.at(70, 69), 6e-3);
    close(difference, a.at(70, 69) - b.at(70, 69), 8e-3);
    await page.selectOption('[data-tool="scale"]', 'gamma');
    await ready(page);
    same(await colors(page, cells), shades(u => 0.5 + Math.sign(u) * Math.sqrt(Math.abs(u)) / 2));
    assert.equal(await page.locator('[data-tool="scale"] option[value="log"]').count(), 0);
  },

  'from afar the pixels are maxima or means of cells, none left out': async (open, folder) => {
    const data = contents(folder, 'long2000'), map = data.map('weights', 0, 0, 1), [low, high] = map.numbers.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]);
    const page = await openMap(open, 'long2000', 'head=1'), places = [[0, 0], [10, 10], [100, 99], [30, 200], [249, 249]];
    let {level} = await drawn(page);
    assert.ok(level >= 2, `level ${level}`);
    const size = 2 ** level, shade = how => places.map(([i, j]) => colorOf(data, 'viridis', (pooled(map, size, i, j, how) - low) / (high - low)));
    assert.deepEqual(await colors(page, places, size), shade('max'));
    assert.match(await page.textContent('.map-grain'), new RegExp(`= ${size} × ${size} cells, their largest`));
    await page.selectOption('[data-tool="pool"]', 'mean');
    await ready(page);
    assert.deepEqual(await colors(page, places, size), shade('mean'));
    assert.match(await page.textContent('.map-grain'), /their mean/);
    const {x, y} = await drawn(page), point = await pointOf(page, 800, 799);
    await page.mouse.click(point.x, point.y);
    close(/weight (\S+)/.exec(await readout(page))[1], pooled(map, size, Math.floor(800 / size), Math.floor(799 / size), 'mean'), 1e-3);
    assert.ok(x >= 0 && y > 0);
    await go(page, 'head=1&at=1000,1000&zoom=100');
    ({level} = await drawn(page));
    assert.equal(level, 0);
    const cells = [[1000, 1000], [1001, 1000], [998, 1003]];
    assert.deepEqual(await colors(page, cells), cells.map(([i, j]) => colorOf(data, 'viridis', (map.at(i, j) - low) / (high - low))));
    assert.match(await page.textContent('.map-grain'), /^1 cell is \d/);
  },

  'the largest weight among cells in one pixel is named with its place': async (open, folder) => {
    const {map} = contents(folder, 'long2000'), weights = map('weights', 0, 0, 1), page = await openMap(open, 'long2000', 'head=1&query=1200&key=1199'), size = 2 ** (await drawn(page)).level;
    const [row, col] = [1200, 1199].map(at => Math.floor(at / size) * size);
    let best = [row, col];
    for (let i = row; i < row + size; ++i) for (let j = col; j < col + size; ++j) if (weights.at(i, j) > weights.at(...best)) best = [i, j];
    const said = /largest of (\d+) × \d+ cells, at query (\d+) .* key (\d+) .* weight (\S+)/.exec(await readout(page));
    assert.deepEqual(said.slice(1, 4).map(Number), [size, ...best]);
    close(said[4], weights.at(...best), 1e-3);
  },

  'pooled maps: both matrices, levels weighted by the cells’ sizes, what a cell is': async (open, folder) => {
    const data = contents(folder, 'pooled'), page = await openMap(open, 'pooled', 'head=1'), places = [[0, 0], [3, 3], [100, 50], [300, 299], [20, 200]];
    const edge = n => Math.floor(n * 100000 / 1024), sizes = n => edge(n + 1) - edge(n);
    for (const how of ['max', 'mean']) {
      await page.selectOption('[data-tool="pool"]', how);
      await ready(page);
      const map = data.map(how, 0, 0, 1), [low, high] = map.numbers.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]), {level} = await drawn(page), size = 2 ** level;
      assert.ok(level > 0);
      assert.deepEqual(await colors(page, places, size), places.map(([i, j]) => colorOf(data, 'viridis', (pooled(map, size, i, j, how, sizes) - low) / (high - low))), how);
      assert.match(await page.textContent('.map-grain'), /^1 cell = 97–98 queries × 97–98 keys; .* = \d+ × \d+ cells, their/);
    }
    const max = data.map('max', 0, 0, 1);
    await go(page, 'head=1&at=500,499&zoom=60&query=500&key=499');
    await page.waitForFunction(() => /largest weight/.test(document.querySelector('.map-readout').textContent));
    const said = /^query (\d+)–(\d+) · key (\d+)–(\d+) · largest weight (\S+)/.exec(await readout(page));
    assert.deepEqual(said.slice(1, 5).map(Number), [edge(500), edge(501) - 1, edge(499), edge(500) - 1]);
    close(said[5], max.at(500, 499), Math.sqrt(max.at(500, 499)) / 252 + 1e-3);
    assert.match(await page.textContent('.map-grain'), /1 cell is \d+ px/);
    await page.selectOption('[data-tool="compare"]', 'minus');
    await ready(page);
    assert.match((await drawn(page)).shows, /minus/);
    assert.match(await readout(page), /difference: /);
  },

  'levels: means are weighted by what a cell stands for, maxima of maxima, NaN stays': async () => {
    const source = readFileSync(path.join(import.meta.dirname, '../../include/attn/render/page/map_pyramid.js'), 'utf8');
    const {MapPyramid} = await import('data:text/javascript,' + encodeURIComponent(source));
    const map = {rows: 3, cols: 5, numbers: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, -10, 11, 12, 13, 14, 15])}, sizes = {rowSizes: [1, 5, 2], colSizes: [1, 2, 3, 4, 10]};
    const by = pool => [1, 2, 3].map(level => [...new MapPyramid(map, sizes, pool).level(level).numbers]);
    assert.deepEqual(by('max'), [[7, 9, 5, 12, 14, 15], [14, 15], [15]]);
    assert.deepEqual(by('far'), [[7, 9, -10, 12, 14, 15], [14, 15], [15]]);
    const mean = (r0, r1, c0, c1) => {
      let sum = 0, weight = 0;
      for (let i = r0; i < r1; ++i) for (let j = c0; j < c1; ++j) [sum, weight] = [sum + sizes.rowSizes[i] * sizes.colSizes[j] * map.numbers[5 * i + j], weight + sizes.rowSizes[i] * sizes.colSizes[j]];
      return sum / weight;
    };
    const wanted = [[mean(0, 2, 0, 2), mean(0, 2, 2, 4), mean(0, 2, 4, 5), mean(2, 3, 0, 2), mean(2, 3, 2, 4), mean(2, 3, 4, 5)], [mean(0, 3, 0, 4), mean(0, 3, 4, 5)], [mean(0, 3, 0, 5)]];
    by('mean').forEach((level, n) => level.forEach((x, k) => assert.ok(Math.abs(x - wanted[n][k]) < 1e-5, `level ${n + 1}: ${level} instead of ${wanted[n]}`)));
    map.numbers[6] = NaN;
    for (const pool of ['max', 'far', 'mean']) assert.ok(by(pool).every(([first]) => Number.isNaN(first)), pool);
  },

  'a map with other rows than columns: square cells, none too large, all in view': async (open, folder) => {
    const data = contents(folder, 'parts'), page = await openMap(open, 'parts', 'part=2&layer=1'), map = data.map('weights', 2, 1, 0), [low, high] = range([...map.numbers]);
    const {cell, left, top, width, height} = await drawn(page);
    assert.equal(cell, 44);
    assert.ok(left > 0 && top > 0 && left + 8 * cell < width && top + 4 * cell < height);
    const cells = [...Array(32).keys()].map(n => [n >> 3, n & 7]);
    assert.deepEqual(await colors(page, cells), cells.map(([i, j]) => colorOf(data, 'viridis', (map.at(i, j) - low) / (high - low))));
    const {x, y} = await pointOf(page, 3, 7);
    await page.mouse.click(x, y);
    assert.match(await readout(page), /query 3 .*é.* · key 7 /);
    const svg = (await saved(page, '[data-tool="SVG"]')).bytes.toString();
    for (const label of ['&#60;!--', '&#38;amp;', 'queries', 'keys', 'cross, layer 1, head 0']) assert.ok(svg.includes(label), `${label} is in the figure`);
  },

  'the picture has the cells that are seen, as many pixels as cells': async (open, folder) => {
    const data128 = contents(folder, 'bert128'), map = data128.map('weights', 0, 3, 2), [low, high] = range([...map.numbers]), page = await openMap(open, 'bert128', 'layer=3&head=2');
    const [, all] = /<image [^>]*href="([^"]*)"/.exec((await saved(page, '[data-tool="SVG"]')).bytes.toString());
    const pixels = await page.evaluate(async href => {
      const image = new Image(), canvas = document.createElement('canvas');
      image.src = href;
      await image.decode();
      [canvas.width, canvas.height] = [image.width, image.height];
      canvas.getContext('2d').drawImage(image, 0, 0);
      return [...canvas.getContext('2d').getImageData(0, 0, image.width, image.height).data].filter((_, n) => n % 4 < 3);
    }, all);
    const wanted = [...map.numbers].flatMap(x => [1, 3, 5].map(at => Number.parseInt(colorOf(data128, 'viridis', (x - low) / (high - low)).slice(at, at + 2), 16)));
    assert.equal(pixels.length, wanted.length);
    assert.ok(pixels.filter((x, n) => x !== wanted[n]).length < 60, 'up to rounding, all cells have their colours');
    await go(page, 'layer=3&head=2&zoom=4&at=40,60');
    const {name, bytes} = await saved(page, '[data-tool="SVG"]'), svg = bytes.toString();
    assert.equal(name, 'map-3.2.svg');
    const [image] = /<image [^>]*href="data:image\/png;base64,[^"]*"/.exec(svg), [, width, data] = /width="([\d.]+)".*base64,([^"]*)/.exec(image);
    const png = Buffer.from(data, 'base64'), {cell} = await drawn(page);
    assert.ok(Math.abs(png.readUInt32BE(16) * cell - width) < 0.1, 'a pixel of the image is a cell');
    assert.ok(png.readUInt32BE(16) < 128);
    for (const text of ['144 heads of 128 tokens', 'layer 3, head 2: weights', 'token60']) assert.ok(svg.includes(text), text);
    const {bytes: raster} = await saved(page, '[data-tool="PNG"]');
    assert.equal(raster.readUInt32BE(0), 0x89504e47);
  },

  'words, found tokens, theme and size': async (open, folder) => {
    const page = await openMap(open, 'pair', 'words=1&find=cat&query=1&key=1'), map = contents(folder, 'pair').map('weights', 0, 0, 0);
    let sum = 0;
    for (let i = 1; i < 4; ++i) for (let j = 1; j < 4; ++j) sum += map.at(i, j) / 3;
    close(/unbreakable.*unbreakable.*weight (\S+)/.exec(await readout(page))[1], sum, 2e-4);
    const orange = () => page.evaluate(() => {
      const canvas = document.querySelector('.map-cells'), copy = document.createElement('canvas');
      [copy.width, copy.height] = [canvas.width, canvas.height];
      copy.getContext('2d').drawImage(canvas, 0, 0);
      const {data} = copy.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const [left, top] = canvas.dataset.corners.split(' ').map(Number), count = {left: 0, below: 0};
      for (let n = 0; n < data.length; n += 4) {
        if (data[n] !== 0xe6 || data[n + 1] !== 0x9f || data[n + 2] !== 0) continue;
        if (n / 4 % canvas.width < left) ++count.left;
        if (n / 4 / canvas.width > top + 7 * canvas.dataset.cell) ++count.below;
      }
      return count;
    });
    const marks = await orange();
    assert.ok(marks.left > 50 && marks.below > 50, `marks of what was found: ${marks.left}, ${marks.below}`);
    await page.fill('[data-tool="find"]', 'nothing like it');
    await ready(page);
    assert.deepEqual(await orange(), {left: 0, below: 0});
    const ink = () => page.evaluate(() => {
      const canvas = document.querySelector('.map-cells'), {cell, corners} = canvas.dataset, [left, top] = corners.split(' '), copy = document.createElement('canvas');
      [copy.width, copy.height] = [canvas.width, canvas.height];
      copy.getContext('2d').drawImage(canvas, 0, 0);
      const {data} = copy.getContext('2d').getImageData(left - 90, +top, 80, 7 * cell);
      let light = 0, dark = 0;
      for (let n = 0; n < data.length; n += 4) if (data[n + 3] > 200) data[n] > 160 ? ++light : data[n] < 90 ? ++dark : 0;
      return [light, dark];
    });
    const [light, dark] = await ink();
    assert.ok(dark > 100 && light === 0, 'dark letters in the light theme');
    await page.click('[data-tool="theme"]');
    await ready(page);
    const night = await ink();
    assert.ok(night[0] > 100 && night[1] === 0, 'light letters in the dark one');
    await page.setViewportSize({width: 700, height: 560});
    await ready(page);
    const {cell, left, top, width, height} = await drawn(page);
    assert.ok(width <= 700 && cell < 44 && left > 0 && left + 7 * cell < width && top + 7 * cell < height);
  },

  'what is no number is grey, is called NaN, and breaks nothing': async (open, folder) => {
    const {html} = contents(folder, 'bert128'), key = 'data-kind="weights" data-part="0" data-layer="0" data-head="0"', begin = html.indexOf('>', html.indexOf(key)) + 1, end = html.indexOf('</script>', begin);
    const bytes = inflateSync(Buffer.from(html.slice(begin, end), 'base64'));
    bytes[7 * 128 + 9] = 255;
    writeFileSync(path.join(folder, 'nan.html'), html.slice(0, begin) + deflateSync(bytes).toString('base64') + html.slice(end), 'latin1');
    const page = await openMap(open, 'nan', 'query=7&key=9');
    assert.match(await readout(page), /weight NaN$/);
    const [bad, good] = await colors(page, [[7, 9], [7, 10]]);
    assert.deepEqual([bad, good === bad], ['#919191', false]);
    for (const words of ['scale=log', 'scale=robust', 'compare=minus&head2=1', 'compare=beside&head2=1', 'head=mean', 'zoom=8&at=7,9']) {
      await go(page, `${words}&query=7&key=9`);
      const {low, high} = await drawn(page);
      assert.ok(low < high, words);
      assert.match(await readout(page), /NaN/, words);
    }
    const shades = await colors(page, [...Array(16 * 16).keys()].map(n => [7 - 0.5 + (n >> 4) / 16, 9 - 0.5 + n % 16 / 16]));
    assert.ok(shades.includes('#919191') && shades.includes('#ffffff'), 'with stripes, where it is large');
    unlinkSync(path.join(folder, 'nan.html'));
  },

  'frames of bert128 take less than 16 ms of work': async open => {
    const page = await openMap(open, 'bert128', 'query=3&key=4');
    await checkFrames(page, 'hover', 16, hovering);
    await page.click('[data-tool="in"]');
    await page.click('[data-tool="in"]');
    await checkFrames(page, 'pan', 16, dragging);
    await checkFrames(page, 'layers', 16, choosing('layer'));
  },

  'frames of bert512, 2000 tokens and 100,000 tokens take less than 33 ms of work': async open => {
    for (const [name, words] of [['bert512', 'zoom=3&scale=log'], ['long2000', 'zoom=2&compare=beside&head2=1&scale=log'], ['pooled', 'zoom=6&compare=minus&head2=1']]) {
      const page = await openMap(open, name, words), {left} = await drawn(page);
      await checkFrames(page, `${name}: pan`, 33, dragging);
      await ready(page);
      assert.ok((await drawn(page)).left !== left, 'it did move');
      await checkFrames(page, `${name}: zoom`, 33, wheeling);
      if (name === 'bert512') await checkFrames(page, `${name}: heads`, 33, choosing('head'));
    }
  },
};

const hovering = `n => {
  const node = document.querySelector('.map-marks'), {left, top} = node.getBoundingClientRect();
  node.dispatchEvent(new PointerEvent('pointermove', {clientX: left + 400 + 3 * n, clientY: top + 200 + 2 * n, bubbles: true}));
}`;
const dragging = `n => {
  const node = document.querySelector('.map-marks'), {left, top} = node.getBoundingClientRect();
  const send = (type, x, y) => node.dispatchEvent(new PointerEvent(type, {pointerId: 7, button: 0, clientX: left + x, clientY: top + y, bubbles: true}));
  if (n === 0) send('pointerdown', 700, 400);
  send('pointermove', 700 - 8 * n, 400 - 6 * n);
  if (n === 29) send('pointerup', 700 - 8 * n, 400 - 6 * n);
}`;
const wheeling = `n => {
  const node = document.querySelector('.map-marks'), {left, top} = node.getBoundingClientRect();
  node.dispatchEvent(new WheelEvent('wheel', {deltaY: n < 15 ? -60 : 60, clientX: left + 400, clientY: top + 200, bubbles: true, cancelable: true}));
}`;
const choosing = name => `n => {
  const menu = document.querySelector('[data-tool="${name}"]');
  menu.value = (n + 1) % 12;
  menu.dispatchEvent(new Event('change'));
}`;
