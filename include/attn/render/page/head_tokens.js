// The two lists of tokens beside the lines. Only those that can be seen are elements; a list is one stop of the Tab key, and its active
// token moves with the arrows.
import {token} from './elements.js';

export const kRow = 22;  // pixels of a token

/**
 * side: 'query' or 'key'. `on` is told: hover(place or null), select(place). Methods: lay(left, width), show(first, last), mark({active, selected, found, dim}).
 */
export class TokenList {
  constructor(side, axis, on) {
    Object.assign(this, {side, axis, on, shown: new Map(), marks: {active: null, selected: null, found: new Set(), dim: () => false}});
    this.node = document.createElement('div');
    Object.assign(this.node, {className: `tokens ${side}`, tabIndex: 0});
    this.node.setAttribute('role', 'listbox');
    this.node.setAttribute('aria-label', side === 'query' ? 'Queries' : 'Keys');
    this.node.style.height = `${axis.size * kRow}px`;
    this.node.addEventListener('pointermove', event => { if (event.pointerType === 'mouse') on.hover(this.placeAt(event), event); });
    this.node.addEventListener('pointerleave', event => { if (event.pointerType === 'mouse') on.hover(null, event); });
    this.node.addEventListener('click', event => on.select(this.placeAt(event), event));
    this.node.addEventListener('keydown', event => this.key(event));
    this.node.addEventListener('blur', () => on.hover(null));
  }

  placeAt({clientY}) {
    const place = Math.floor((clientY - this.node.getBoundingClientRect().top) / kRow);
    return Math.min(Math.max(place, 0), this.axis.size - 1);
  }

  key(event) {
    const {size} = this.axis, from = this.marks.active ?? this.marks.selected ?? -1;
    const to = {ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: size - 1, PageDown: from + 20, PageUp: from - 20}[event.key];
    if (to !== undefined) this.on.hover(Math.min(Math.max(to, 0), size - 1));
    else if (event.key === 'Enter' || event.key === ' ') { if (from >= 0) this.on.select(from); }
    else if (event.key === 'Escape') this.on.select(null);
    else return;
    event.preventDefault();
  }

  lay(left, width) {
    this.node.style.left = `${left}px`;
    this.node.style.width = `${width}px`;
  }

  /** Makes elements of the tokens first … last − 1, and of no others. */
  show(first, last) {
    for (const [place, node] of this.shown)
      if (place < first || place >= last) {
        node.remove();
        this.shown.delete(place);
      }
    for (let place = Math.max(first, 0); place < Math.min(last, this.axis.size); ++place) {
      if (this.shown.has(place)) continue;
      const node = token(this.axis.labels[place], {role: 'option', id: `${this.side}-${place}`, title: ''});
      node.style.top = `${place * kRow}px`;
      this.shown.set(place, node);
      this.node.append(node);
      this.markOne(place, node);
    }
  }

  mark(marks) {
    Object.assign(this.marks, marks);
    for (const [place, node] of this.shown) this.markOne(place, node);
    const {active} = this.marks;
    if (active === null) this.node.removeAttribute('aria-activedescendant');
    else this.node.setAttribute('aria-activedescendant', `${this.side}-${active}`);
  }

  markOne(place, node) {
    const {active, selected, found, dim} = this.marks;
    node.classList.toggle('active', place === active);
    node.classList.toggle('found', found.has(place));
    node.classList.toggle('dim', dim(place));
    node.setAttribute('aria-selected', String(place === selected));
  }
}
