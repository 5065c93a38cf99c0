// The lines of the head view: which weights are worth one, and how they get onto a canvas.

const kFaintest = 1 / 255;  // of an opacity that a screen can show
const kShades = 24;         // opacities that are told apart: lines of one are drawn at once

/**
 * Lines of some maps (Float32Arrays [rows × cols]): all whose opacity, weight / number of maps, can be seen, and of each query only the
 * largest up to `mass` of its weight. `wants(i, j)` says which pairs may have one. Returns [{from, to, weight}] for each map.
 */
export function linesOf(maps, rows, cols, mass, wants) {
  const least = kFaintest * maps.length;
  return maps.map(weights => {
    const from = [], to = [], weight = [];
    for (let i = 0; i < rows; ++i) {
      let keys = [];
      for (let j = 0, at = i * cols; j < cols; ++j, ++at) if (weights[at] >= least && wants(i, j)) keys.push(j);
      if (mass < 1) keys = largest(keys, j => weights[i * cols + j], mass);
      for (const j of keys) {
        from.push(i);
        to.push(j);
        weight.push(weights[i * cols + j]);
      }
    }
    return {from, to, weight};
  });
}

/** The keys of largest weight that have `mass` together. */
export function largest(keys, weightOf, mass) {
  let sum = 0;
  return keys.sort((a, b) => weightOf(b) - weightOf(a)).filter(key => {
    const before = sum;
    sum += weightOf(key);
    return before < mass;
  });
}

/** Lines of one token: [{from, to, weight}] for each map, those of query `place`, or of key `place`. */
export function linesOfToken(maps, rows, cols, side, place, mass, wants) {
  return maps.map(weights => {
    const from = [], to = [], weight = [];
    const add = (i, j) => {
      from.push(i);
      to.push(j);
      weight.push(weights[i * cols + j]);
    };
    const isLine = (i, j) => weights[i * cols + j] > 0 && wants(i, j);
    if (side === 'query') {
      let keys = Array.from({length: cols}, (_, j) => j).filter(j => isLine(place, j));
      if (mass < 1) keys = largest(keys, j => weights[place * cols + j], mass);
      for (const j of keys) add(place, j);
    } else {
      for (let i = 0; i < rows; ++i) if (isLine(i, place)) add(i, place);
    }
    return {from, to, weight};
  });
}

/** Calls draw(color, opacity, [x1, y1, x2, y2, …]) for lines of one colour and nearly one opacity; returns how many lines there were. */
export function eachShade(lines, colors, {x1, x2, y, top, bottom}, draw) {
  let count = 0;
  lines.forEach(({from, to, weight}, n) => {
    const shades = Array.from({length: kShades + 1}, () => []);
    for (let l = 0; l < from.length; ++l) {
      const y1 = y(from[l]), y2 = y(to[l]);
      if (y1 < top && y2 < top || y1 > bottom && y2 > bottom) continue;
      const shade = Math.round(Math.sqrt(Math.min(weight[l] / lines.length, 1)) * kShades);
      shades[Math.max(shade, 1)].push(x1, y1, x2, y2);
      ++count;
    }
    shades.forEach((ends, shade) => { if (ends.length > 0) draw(colors[n], (shade / kShades) ** 2, ends); });
  });
  return count;
}
