// Mouse, touch and wheel on the map, as what they mean. Points are in pixels from the upper left corner of the element.

const kMapSlop = 4, kMapDoubleTap = 320;  // pixels until a press is a drag; milliseconds between two taps

/** on: {hover(x, y) or hover(null), tap(x, y), pan(dx, dy), zoom(x, y, factor), end()}. Returns what removes the listeners. */
export function mapGestures(node, on) {
  const pointers = new Map(), abort = new AbortController();
  let dragged = false, lastTap = {time: -Infinity, x: 0, y: 0};
  const listen = (type, listener) => node.addEventListener(type, listener, {signal: abort.signal, passive: false});
  const point = ({clientX, clientY}) => {
    const {left, top} = node.getBoundingClientRect();
    return {x: clientX - left, y: clientY - top};
  };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, size: Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1)};
  };

  listen('pointerdown', event => {
    if (event.button !== 0 || pointers.size === 2) return;
    if (pointers.size === 0) dragged = false;
    pointers.set(event.pointerId, {...point(event), from: point(event)});
    if (pointers.size === 2) dragged = true;
    if (event.isTrusted) node.setPointerCapture(event.pointerId);
  });
  listen('pointermove', event => {
    const now = point(event), pointer = pointers.get(event.pointerId);
    if (!pointer) return event.pointerType === 'touch' ? undefined : on.hover(now.x, now.y);
    if (pointers.size === 2) {
      const before = spread();
      Object.assign(pointer, now);
      const after = spread();
      on.pan(after.x - before.x, after.y - before.y);
      return on.zoom(after.x, after.y, after.size / before.size);
    }
    if (!dragged && Math.hypot(now.x - pointer.from.x, now.y - pointer.from.y) < kMapSlop) return;
    if (!dragged) on.hover(null);
    dragged = true;
    node.classList.add('dragged');
    on.pan(now.x - pointer.x, now.y - pointer.y);
    Object.assign(pointer, now);
  });
  const release = event => {
    if (!pointers.delete(event.pointerId)) return;
    node.classList.remove('dragged');
    if (dragged || event.type === 'pointercancel') return on.end();
    const {x, y} = point(event), time = event.timeStamp;
    const again = event.pointerType === 'touch' && time - lastTap.time < kMapDoubleTap && Math.hypot(x - lastTap.x, y - lastTap.y) < 24;
    lastTap = {time: again ? -Infinity : time, x, y};
    if (again) on.zoom(x, y, 2); else on.tap(x, y);
  };
  listen('pointerup', release);
  listen('pointercancel', release);
  listen('pointerleave', () => on.hover(null));
  listen('dblclick', event => {
    const {x, y} = point(event);
    event.preventDefault();
    if (event.pointerType !== 'touch') on.zoom(x, y, 2);
  });
  listen('wheel', event => {
    event.preventDefault();
    const {x, y} = point(event), pixels = event.deltaY * [1, 24, 400][event.deltaMode];
    on.zoom(x, y, Math.min(Math.max(2 ** (-pixels / (event.ctrlKey ? 60 : 240)), 0.25), 4));  // pinching a trackpad is a wheel with Control, in small steps
  });
  return () => abort.abort();
}
