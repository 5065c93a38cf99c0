// Numbers as a reader wants them.

/** "0.4321", "3.2e-5", "−∞": with as many digits as `error` (0: none) leaves certain, four at most. */
export function shown(x, error = 0) {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x < 0 ? '−∞' : '∞';
  if (x === 0) return '0';
  const size = Math.abs(x);
  if (size >= 1e-3 && size < 1e5) {
    const decimals = error > 0 ? Math.min(Math.max(Math.floor(-Math.log10(2 * error)), 0), 4) : size >= 100 ? 1 : 4;
    return x.toFixed(decimals).replace('-', '−');
  }
  return x.toExponential(error > size / 20 ? 0 : 1).replace('e-', 'e−').replace(/^-/, '−');
}

/** "0.432 ± 0.002", and without the ± where four digits are certain. */
export function shownWithError(x, error) {
  if (!Number.isFinite(x) || error < 5e-5 && Math.abs(x) >= 1e-3 || x === 0) return shown(x, error);
  return `${shown(x, error)} ± ${error.toExponential(0).replace('e-', 'e−')}`;
}

/** A field of CSV [RFC 4180]. */
function csvField(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of fields, which are strings and numbers. */
export function csv(rows) {
  return rows.map(row => row.map(field => typeof field === 'number' ? String(+field.toPrecision(7)) : csvField(field)).join(',')).join('\n') + '\n';
}
