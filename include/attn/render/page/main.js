// The page: its tabs, its tools, and the view that is open.
//
// A view is {id, title, reason(part), open(shell)}. reason() says why a part can't be shown so, as a sentence, or ''. open() fills
// shell.host and shell.controls and returns {update(names), close(), picture(), selection()}: update() is told which words of the state have
// changed ('size' when the window has); picture() is what save.js draws, selection() {layer, heads, query} what a row is copied of.
import {readPage} from './data.js';
import {copyText, savePng, saveSvg} from './save.js';
import {checkbox, element, hideTip, menu, nextFrame, toggle} from './elements.js';
import {state} from './state.js';
import {selectedRow} from './selected_row.js';
import {headView} from './head_view.js';
import {modelView} from './model_view.js';
import {neuronView} from './neuron_view.js';
import {mapView} from './map_view.js';

const views = [headView, modelView, neuronView, mapView];
const at = id => document.getElementById(id);

const page = readPage();
let open = null;  // what the view returned
let shell = null;

const view = () => views.find(({id}) => id === state.get('view', page.view)) ?? views[0];
const tokenPart = () => page.parts[state.index('part', page.parts.length)];
const part = () => state.get('words') === '1' && tokenPart().hasWords ? tokenPart().words : tokenPart();

function wantsDark() {
  const theme = state.get('theme', page.theme);
  return theme === 'dark' || theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches;
}

/** Which queries and keys have the text that is looked for: two sets of places. */
function found() {
  const text = state.get('find').toLowerCase();
  const places = ({labels}) => new Set(text === '' ? [] : labels.flatMap((label, i) => label.toLowerCase().includes(text) ? [i] : []));
  return {queries: places(part().queries), keys: places(part().keys)};
}

/** The next query that was found becomes the selected one. */
function goToFound() {
  const places = [...found().queries];
  if (places.length === 0) return;
  const from = Number.parseInt(state.get('query', '-1'), 10);
  state.set({query: places.find(place => place > from) ?? places[0]});
}

/** Pieces or words: the selected query is the word that its piece is in, or the first piece of its word. */
function setWords(on) {
  const query = Number.parseInt(state.get('query'), 10), {edges} = tokenPart().words.queries;
  const other = Number.isInteger(query) ? on ? edges.findLastIndex(edge => edge <= query) : edges[Math.min(query, edges.length - 2)] : null;
  state.set({words: on ? '1' : null, query: other, key: null, at: null, zoom: null});
}

async function copyRow(button) {
  const {layer, heads, query} = open.selection();
  if (query === null) return say(button, 'select a token first');
  const {name, text} = await selectedRow(part(), layer, heads, query);
  say(button, await copyText(text, name) === 'copied' ? 'copied' : 'saved as a file');
}

/** Says for a while on the button what it did. */
function say(button, text) {
  const before = button.dataset.text ??= button.textContent;
  button.textContent = text;
  setTimeout(() => { button.textContent = before; }, 1500);
}

function fillTabs() {
  const hadFocus = at('tabs').contains(document.activeElement);
  at('tabs').replaceChildren(...views.map(({id, title}) => element('button', {
    type: 'button', role: 'tab', id: `tab-${id}`, 'aria-selected': String(view().id === id), tabindex: view().id === id ? '0' : '-1',
    'aria-controls': 'view', onclick: () => state.set({view: id})}, title)));
  if (hadFocus) at(`tab-${view().id}`).focus();
  at('view').setAttribute('aria-labelledby', `tab-${view().id}`);
}

function fillTools() {
  const tools = at('tools'), focused = document.activeElement?.dataset?.tool;
  const parts = menu('Attention', page.parts.map(({name}, n) => [n, name]), state.index('part', page.parts.length), n => state.set({part: n, layer: null, heads: null, head: null, query: null, key: null, at: null, zoom: null}));
  parts.hidden = page.parts.length < 2;
  parts.select.dataset.tool = 'part';
  const find = element('input', {type: 'search', placeholder: 'find a token', 'aria-label': 'Find a token', value: state.get('find'), 'data-tool': 'find',
    oninput: () => state.set({find: find.value}), onkeydown: event => { if (event.key === 'Enter') goToFound(); }});
  find.hidden = Boolean(part().cells);
  const words = checkbox('words', state.get('words') === '1', setWords);
  words.hidden = !tokenPart().hasWords;
  words.title = 'Pieces of words put together: the sum over their keys, the mean over their queries';
  const copy = element('button', {type: 'button', title: 'The selected token’s weights as CSV', 'data-tool': 'copy', onclick: () => copyRow(copy)}, 'Copy row');
  const save = (name, action) => element('button', {type: 'button', title: `Save the picture as ${name}`, 'data-tool': name, onclick: () => action(open.picture())}, name);
  const theme = toggle('Dark', wantsDark(), () => state.set({theme: wantsDark() ? 'light' : 'dark'}), {'data-tool': 'theme'});
  tools.replaceChildren(parts, find, words, copy, save('PNG', savePng), save('SVG', saveSvg), theme);
  if (focused) tools.querySelector(`[data-tool="${focused}"]`)?.focus();
}

/** What the numbers are, and how exact. */
function describe() {
  const {note, bits} = tokenPart().description;
  at('numbers').textContent = `${note} The page carries ${bits === 16 ? 'them in 16 bits: to four digits they are what was computed' :
    'them in 8 bits: a weight w of a head whose largest is m is off by at most √(w·m)/252 + m/254016'}.` + (part().tokens ? ' Pieces of words are put together: the sum over their keys, the mean over their queries.' : '');
}

function openView() {
  open?.close();
  open = null;
  hideTip();
  fillTabs();
  fillTools();
  describe();
  const host = at('view'), controls = at('controls');
  host.replaceChildren();
  controls.replaceChildren();
  host.scrollTo(0, 0);
  host.className = view().id;
  const reason = view().reason(part());
  for (const tool of ['copy', 'PNG', 'SVG']) at('tools').querySelector(`[data-tool="${tool}"]`).disabled = reason !== '';
  if (reason !== '') return void host.append(element('p', {class: 'reason'}, reason));
  shell = {page, part: part(), host, controls, found};
  open = view().open(shell);
}

function update(names) {
  if (names.has('theme')) {
    document.documentElement.dataset.theme = wantsDark() ? 'dark' : 'light';
    at('tools').querySelector('[data-tool="theme"]').setAttribute('aria-pressed', String(wantsDark()));
  }
  if (['view', 'part', 'words'].some(name => names.has(name))) return openView();
  open?.update(names);
}

at('tabs').addEventListener('keydown', event => {
  const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  if (!step) return;
  state.set({view: views[(views.indexOf(view()) + step + views.length) % views.length].id});
});
document.documentElement.dataset.theme = wantsDark() ? 'dark' : 'light';
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => update(new Set(['theme'])));
addEventListener('resize', nextFrame(() => update(new Set(['size']))));
state.listen(update);
at('old').remove();
openView();
document.documentElement.dataset.ready = 'true';
requestAnimationFrame(() => { document.documentElement.dataset.opened = performance.now().toFixed(0); });
