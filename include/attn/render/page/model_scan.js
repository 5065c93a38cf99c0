// What the model view needs of a map: a small one, pooled by maximum, and numbers about it. Maps are gone through some rows at a time, so
// that the page goes on answering.

const kSmall = 64;  // cells of a small map, at most, along each side
const kSlice = 5;   // milliseconds of a frame
const kAhead = 6;   // maps that are unpacked before they are needed

/** Statistics that maps can be sorted by: {id: [title, unit]}. */
export const kStatistics = {entropy: ['entropy', 'nats'], distance: ['mean distance', 'tokens'], first: ['first token', 'of the weight']};

/**
 * Of a map: {cells: Float32Array, rows, cols, entropy, distance, first}; numbers are means over the queries that see anything:
 * −Σ A ln A, Σ A |i − j|, and the weight on key 0. A generator that stops after every few rows.
 */
function* scanMap(map, withStatistics) {
  const rows = Math.min(map.rows, kSmall), cols = Math.min(map.cols, kSmall), cells = new Float32Array(rows * cols);
  let entropy = 0, distance = 0, first = 0, queries = 0;
  for (let i = 0; i < map.rows; ++i) {
    const weights = map.row(i), row = Math.floor(((i + 1) * rows - 1) / map.rows) * cols;
    let sum = 0, rowEntropy = 0, rowDistance = 0;
    for (let j = 0; j < weights.length; ++j) {
      const weight = weights[j], cell = row + Math.floor(((j + 1) * cols - 1) / map.cols);
      if (!(weight <= cells[cell])) cells[cell] = weight;
      if (!withStatistics || !(weight > 0)) continue;
      sum += weight;
      rowEntropy -= weight * Math.log(weight);
      rowDistance += weight * Math.abs(i - j);
    }
    if (sum > 0) {
      ++queries;
      entropy += rowEntropy;
      distance += rowDistance;
      first += weights[0] > 0 ? weights[0] : 0;
    }
    if (i % 16 === 15) yield;
  }
  const of = total => withStatistics && queries > 0 ? total / queries : null;
  return {cells, rows, cols, entropy: of(entropy), distance: of(distance), first: of(first)};
}

/** The next frame, or soon where nobody looks: a hidden page has no frames. */
const later = () => new Promise(done => document.hidden ? setTimeout(done, 0) : requestAnimationFrame(done));

/** Calls found(layer, head, scan) for all maps of a part, at leisure, until isOver(). */
export async function scanAll(part, found, isOver) {
  let begin = performance.now();
  const isLate = () => performance.now() - begin > kSlice;
  const rest = async () => {
    await later();
    begin = performance.now();
  };
  const places = part.layers.flatMap((_, layer) => part.heads.map((__, head) => [layer, head]));
  const unpack = place => place && part.matrix(part.cells ? 'max' : 'weights', ...place);
  for (let n = 0; n < places.length; ++n) {
    for (let ahead = 1; ahead <= kAhead; ++ahead) unpack(places[n + ahead]);
    const map = await unpack(places[n]), steps = scanMap(map, !part.cells);
    for (let step = steps.next(); ; step = steps.next()) {
      if (isOver()) return;
      if (isLate()) await rest();
      if (!step.done) continue;
      found(...places[n], step.value);
      break;
    }
  }
}
