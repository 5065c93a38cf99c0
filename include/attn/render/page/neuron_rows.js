// The numbers behind one query's weights: for each key what its neurons give, their sum, the score and the weight.

/** Rows {key, k, product, dot, dotError, scaled, score, weight} of a query, and {most} of q, of all k, and of all products. */
export function neuronRows({q, k, scores, weights}, query, scale) {
  const vector = q.row(query), most = {q: largestSize(vector), k: 0, product: 0}, rows = [];
  for (let key = 0; key < k.rows; ++key) {
    const its = k.row(key), product = its.map((x, c) => x * vector[c]);
    let dot = 0, sizes = 0;
    for (let c = 0; c < product.length; ++c) {
      dot += product[c];
      sizes += Math.abs(its[c]) * q.error(0) + Math.abs(vector[c]) * k.error(0);
    }
    most.k = Math.max(most.k, largestSize(its));
    most.product = Math.max(most.product, largestSize(product));
    rows.push({key, k: its, product, dot, dotError: sizes, scaled: dot * scale, score: scores.at(query, key), weight: weights.at(query, key)});
  }
  return {vector, rows, most};
}

function largestSize(numbers) {
  let most = 0;
  for (const x of numbers) most = Math.max(most, Math.abs(x) || 0);
  return most;
}

/** How far the weights are from the softmax of the scores, at most. */
export function distanceToSoftmax(rows) {
  const most = Math.max(...rows.map(({score}) => score));
  if (!Number.isFinite(most)) return 0;
  const exps = rows.map(({score}) => Math.exp(score - most)), sum = exps.reduce((a, b) => a + b, 0);
  return Math.max(...rows.map(({weight}, n) => Math.abs(weight - exps[n] / sum)));
}
