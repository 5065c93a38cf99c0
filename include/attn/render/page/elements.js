// Elements of the page. Text goes in as text, never as markup.

/** element('button', {class: 'x', onclick: f, 'aria-label': 'y'}, 'text', child …) */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked' || name === 'disabled') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

/** A menu with a label: options are [value, text] pairs. */
export function menu(label, options, value, onchange) {
  const select = element('select', {'aria-label': label, onchange: () => onchange(select.value)},
                         ...options.map(([of, text]) => element('option', {value: of}, text)));
  select.value = value;
  const whole = element('label', {}, label, select);
  whole.select = select;
  return whole;
}

/** A button that is on or off. */
export function toggle(text, pressed, onclick, attributes = {}) {
  return element('button', {type: 'button', 'aria-pressed': String(pressed), onclick, ...attributes}, text);
}

export function checkbox(label, checked, onchange) {
  const box = element('input', {type: 'checkbox', checked, onchange: () => onchange(box.checked)});
  return element('label', {}, box, label);
}

/** A slider; `shown` says what stands beside it for a value. */
export function slider(label, {min, max, step, value, shown}, oninput) {
  const output = element('output', {}, shown(value));
  const input = element('input', {type: 'range', min, max, step, 'aria-label': label, oninput: () => {
    output.textContent = shown(+input.value);
    oninput(+input.value);
  }});
  input.value = value;
  return element('label', {}, label, input, output);
}

/** A token's label, with what the writing direction of one must not do to the next. */
export function token(label, attributes = {}) { return element('span', {dir: 'auto', ...attributes, class: 'token ' + (attributes.class ?? '')}, label); }

/** A canvas [width x height] in CSS pixels, sharp on any screen. Returns its context, scaled. */
export function fitCanvas(canvas, width, height) {
  const ratio = devicePixelRatio || 1, w = Math.max(1, Math.round(width * ratio)), h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

const tip = () => document.getElementById('tip');

/** Text beside the pointer (clientX, clientY); lines are separated by \n. */
export function showTip(text, x, y) {
  const node = tip();
  if (node.textContent !== text) node.textContent = text;
  node.hidden = false;
  const {width, height} = node.getBoundingClientRect();
  const left = x + 14 + width > innerWidth ? Math.max(4, x - 14 - width) : x + 14;
  const top = y + 16 + height > innerHeight ? Math.max(4, y - 10 - height) : y + 16;
  node.style.transform = `translate(${left}px, ${top}px)`;
}
export function hideTip() { tip().hidden = true; }

/** Calls `draw` in the next frame, once however often it is asked for. */
export function nextFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; draw(); });
  };
}
