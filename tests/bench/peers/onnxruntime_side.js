// One case of attention in ONNX Runtime: onnxruntime_side.js CASE N THREADS. The cases are those of ../kernel.cpp:
//
//   output           the Attention operator (opset 23), which keeps no weights
//   weights_fresh    the same, asked for its weights after softmax as well
//   weights_reused   the same into tensors that are used again
//
// With the weights, MatMul, Mul, Softmax and MatMul as nodes of their own were tried: no faster beyond the noise.
// node must run with --expose-gc: results that nobody needs any more are cleared away between the calls, not in them.
'use strict';
const ort = require('onnxruntime-node');
const { measure, peakMb } = require('./measure.js');
const { number, record, tensorOfFloats, modelOf } = require('./onnx.js');

const HEADS = 12, WIDTH = 64;

// ---- the model

function attentionModel(shape, mapShape, withWeights) {
  const outputs = withWeights ? ['output', '', '', 'weights'] : ['output'];
  const afterSoftmax = record(5, record(1, 'qk_matmul_output_mode'), number(3, 3), number(20, 2));
  const node = record(1, ...['q', 'k', 'v'].map((name) => record(1, name)), ...outputs.map((name) => record(2, name)),
    record(4, 'Attention'), ...(withWeights ? [afterSoftmax] : []));
  const inputs = ['q', 'k', 'v'].map((name) => tensorOfFloats(11, name, shape));
  const graph = record(7, node, record(2, 'attention'), ...inputs, tensorOfFloats(12, 'output', shape),
    ...(withWeights ? [tensorOfFloats(12, 'weights', mapShape)] : []));
  return modelOf(graph, 23);
}

// ---- input and check

function normalNumbers(count, seed) {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Float32Array.from({ length: count }, normal);
}

function checkRow(what, actual, expected) {
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  expected.forEach((x, i) => {
    if (!(Math.abs(actual[i] - x) <= 1e-4 * largest))  // also where there is a NaN
      throw new Error(what + ": doesn't agree with the plain computation in double");
  });
}

function checkRows(n, { q, k, v }, output, weights) {
  for (const head of [0, HEADS - 1])
    for (const i of [0, n >> 1, n - 1]) {
      const row = head * n + i;
      const expected = Float64Array.from({ length: n }, (_, j) => {
        let score = 0;
        for (let d = 0; d < WIDTH; ++d) score += q[row * WIDTH + d] * k[(head * n + j) * WIDTH + d];
        return score / Math.sqrt(WIDTH);
      });
      const highest = expected.reduce((most, x) => Math.max(most, x), -Infinity);
      const sum = expected.reduce((total, x) => total + Math.exp(x - highest), 0);
      expected.forEach((x, j) => { expected[j] = Math.exp(x - highest) / sum; });
      const mixed = new Float64Array(WIDTH);
      expected.forEach((weight, j) => {
        for (let d = 0; d < WIDTH; ++d) mixed[d] += weight * v[(head * n + j) * WIDTH + d];
      });
      checkRow('output', output.subarray(row * WIDTH, (row + 1) * WIDTH), mixed);
      if (weights) checkRow('weights', weights.subarray(row * n, (row + 1) * n), expected);
    }
}

async function main(what, n, threads) {
  if (!['output', 'weights_fresh', 'weights_reused'].includes(what)) throw new Error('no such case: ' + what);
  const withWeights = what !== 'output';
  const shape = [1, HEADS, n, WIDTH], mapShape = [1, HEADS, n, n];
  const session = await ort.InferenceSession.create(attentionModel(shape, mapShape, withWeights), {
    intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all',
    logSeverityLevel: 3,  // errors only
  });
  const input = {}, feeds = {};
  ['q', 'k', 'v'].forEach((name, i) => {
    input[name] = normalNumbers(HEADS * n * WIDTH, i + 1);
    feeds[name] = new ort.Tensor('float32', input[name], shape);
  });
  const reused = what !== 'weights_reused' ? [] : [{
    output: new ort.Tensor('float32', new Float32Array(HEADS * n * WIDTH), shape),
    weights: new ort.Tensor('float32', new Float32Array(HEADS * n * n), mapShape),
  }];
  let result = null;
  const times = await measure(
    async () => {
      result = null;
      result = await session.run(feeds, ...reused);
    },
    () => checkRows(n, input, result.output.data, withWeights ? result.weights.data : null));
  console.log(JSON.stringify({ ...times, mb: peakMb(), gflops: 4 * HEADS * n * n * WIDTH / times.s * 1e-9 }));
}

main(process.argv[2], Number(process.argv[3]), Number(process.argv[4])).catch((error) => {
  console.error('onnxruntime_side.js: ' + error.message.split('\n')[0]);
  process.exitCode = 1;
});
