// The lines of the head view: which weights are worth one, and how they get onto a canvas.

const kFaintest = 1 / 255;  // of an opacity that a screen can show
const kShades = 24;         // opacities that are told apart: lines of one are drawn at once

/**
 * Lines of some maps: all whose opacity, weight / number of maps, can be seen, and of each query only the largest up to `mass` of its weight.
 * `wants` {query(i), key(j)} says which tokens may have one. Returns [{from, to, weight}] for each map.
 */
export function linesOf(maps, mass, wants) {
  const least = kFaintest * maps.length;
  return maps.map(map => {
    const lines = {from: [], to: [], weight: []};
    for (let i = 0; i < map.rows; ++i) {
      if (!wants.query(i)) continue;
      let keys = map.columnsFrom(i, least);
      if (wants.some) keys = keys.filter(wants.key);
      if (mass < 1) keys = largest(keys, j => map.at(i, j), mass);
      for (const j of keys) addLine(lines, map, i, j);
    }
    return lines;
  });
}

function addLine({from, to, weight}, map, i, j) {
  from.push(i);
  to.push(j);
  weight.push(map.at(i, j));
}

/** The keys of largest weight that have `mass` together. */
function largest(keys, weightOf, mass) {
  let sum = 0;
  return keys.sort((a, b) => weightOf(b) - weightOf(a)).filter(key => {
    const before = sum;
    sum += weightOf(key);
    return before < mass;
  });
}

/** Lines of one token: [{from, to, weight}] for each map, those of query `place`, or of key `place`. */
export function linesOfToken(maps, side, place, mass, wants) {
  return maps.map(map => {
    const lines = {from: [], to: [], weight: []};
    if (side === 'query' && wants.query(place)) {
      let keys = Array.from({length: map.cols}, (_, j) => j).filter(j => wants.key(j) && map.at(place, j) > 0);
      if (mass < 1) keys = largest(keys, j => map.at(place, j), mass);
      for (const j of keys) addLine(lines, map, place, j);
    } else if (side === 'key' && wants.key(place)) {
      for (let i = 0; i < map.rows; ++i) if (wants.query(i) && map.at(i, place) > 0) addLine(lines, map, i, place);
    }
    return lines;
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
