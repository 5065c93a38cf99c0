// The numbers behind one query's weights: for each key what its neurons give, their sum, the score and the weight.

/**
 * Rows {key, dot, dotError, scaled, score, weight} of a query, its vector, and `most`: the largest sizes of q and k, and of all products.
 * keys: the numbers of all k, [Nk × dk].
 */
export function neuronRows({q, k, scores, weights}, keys, query, scale) {
  const vector = q.row(query), dk = vector.length, most = {q: largestSize(vector), product: 0}, rows = [];
  const ofScores = scores.row(query), ofWeights = weights.row(query), [errorQ, errorK] = [q.error(0), k.error(0)];
  for (let key = 0, at = 0; key < k.rows; ++key) {
    let dot = 0, dotError = 0;
    for (let c = 0; c < dk; ++c, ++at) {
      const product = vector[c] * keys[at], size = Math.abs(product);
      dot += product;
      dotError += Math.abs(keys[at]) * errorQ + Math.abs(vector[c]) * errorK;
      if (size > most.product) most.product = size;
    }
    rows.push({key, dot, dotError, scaled: dot * scale, score: ofScores[key], weight: ofWeights[key]});
  }
  return {vector, rows, most};
}

/** The largest size of some numbers. */
export function largestSize(numbers) {
  let most = 0;
  for (const x of numbers) if (Math.abs(x) > most) most = Math.abs(x);
  return most;
}

/** How far the weights are from the softmax of the scores, at most. */
export function distanceToSoftmax(rows) {
  const most = rows.reduce((most, {score}) => Math.max(most, score), -Infinity);
  if (!Number.isFinite(most)) return 0;  // no key is seen
  const exps = rows.map(({score}) => Math.exp(score - most)), sum = exps.reduce((a, b) => a + b, 0);
  return rows.reduce((far, {weight}, n) => Math.max(far, Math.abs(weight - exps[n] / sum)), 0);
}
