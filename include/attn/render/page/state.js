// What is shown, as words in the address behind the #: a link or a reload keeps it. Values are strings; what is as it always was isn't written.

class State {
  constructor() {
    this.listeners = new Set();
    this.values = this.read();
    addEventListener('hashchange', () => {
      const before = this.values;
      this.values = this.read();
      const names = [...before.keys(), ...this.values.keys()].filter(name => before.get(name) !== this.values.get(name));
      if (names.length > 0) this.tell(new Set(names));
    });
  }

  read() { return new Map([...new URLSearchParams(location.hash.slice(1))]); }

  get(name, otherwise = '') { return this.values.get(name) ?? otherwise; }

  /** A whole number from 0 to size − 1: what is out of range is brought into it. */
  index(name, size, otherwise = 0) {
    const index = Number.parseInt(this.get(name), 10);
    return Number.isInteger(index) ? Math.min(Math.max(index, 0), Math.max(size - 1, 0)) : otherwise;
  }

  /** Changes some values (null, '' and undefined take one away) and tells all listeners their names. */
  set(changes) {
    const changed = new Set();
    for (const [name, value] of Object.entries(changes)) {
      const text = value === null || value === undefined ? '' : String(value);
      if (text === this.get(name)) continue;
      if (text === '') this.values.delete(name); else this.values.set(name, text);
      changed.add(name);
    }
    if (changed.size === 0) return;
    this.write();
    this.tell(changed);
  }

  /** listener(Set of names) after each change. */
  listen(listener) { this.listeners.add(listener); }

  tell(names) { for (const listener of this.listeners) listener(names); }

  /** The address, at most ten times a second: browsers refuse to change it more often than they like. */
  write() {
    document.documentElement.dataset.writing = 'true';
    this.writing ??= setTimeout(() => {
      this.writing = null;
      delete document.documentElement.dataset.writing;
      const text = new URLSearchParams([...this.values]).toString();
      history.replaceState(null, '', text === '' ? location.pathname + location.search : '#' + text);
    }, 100);
  }
}

export const state = new State();
