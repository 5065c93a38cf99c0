// One case of attention in ONNX Runtime: onnxruntime_side.js CASE N THREADS. The cases are those of ../kernel.cpp:
//
//   output           the Attention operator (opset 23), which keeps no weights
//   weights_fresh    the same, asked for its weights after softmax as well
//   weights_reused   the same into tensors that are used again
//
// With the weights, MatMul, Mul, Softmax and MatMul as nodes of their own were tried: no faster beyond the noise.
// node must run with --expose-gc: results that nobody needs any more are cleared away between the calls, not in them.
// The model is written here, in the few parts of protobuf that it needs; field numbers are those of onnx.proto.
'use strict';
const fs = require('fs');
const ort = require('onnxruntime-node');

const HEADS = 12, WIDTH = 64;

// ---- the model

function varint(n) {
  const bytes = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  return Buffer.from([...bytes, n]);
}
const number = (field, n) => Buffer.concat([varint(field * 8), varint(n)]);
function record(field, ...parts) {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

function tensorOfFloats(field, name, shape) {
  const dims = shape.map((n) => record(1, number(1, n)));
  return record(field, record(1, name), record(2, record(1, number(1, 1), record(2, ...dims))));
}

function attentionModel(shape, mapShape, withWeights) {
  const outputs = withWeights ? ['output', '', '', 'weights'] : ['output'];
  const afterSoftmax = record(5, record(1, 'qk_matmul_output_mode'), number(3, 3), number(20, 2));
  const node = record(1, ...['q', 'k', 'v'].map((name) => record(1, name)), ...outputs.map((name) => record(2, name)),
    record(4, 'Attention'), ...(withWeights ? [afterSoftmax] : []));
  const inputs = ['q', 'k', 'v'].map((name) => tensorOfFloats(11, name, shape));
  const graph = record(7, node, record(2, 'attention'), ...inputs, tensorOfFloats(12, 'output', shape),
    ...(withWeights ? [tensorOfFloats(12, 'weights', mapShape)] : []));
  return Buffer.concat([number(1, 10), record(8, number(2, 23)), graph]);  // IR version, opset
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

// ---- time, by the same rules as ../measure.hpp

async function measure(call, check) {
  const secondsOf = async (calls) => {
    global.gc();
    const begin = process.hrtime.bigint();
    for (let c = 0; c < calls; ++c) await call();
    return Number(process.hrtime.bigint() - begin) * 1e-9 / calls;
  };
  const first = await secondsOf(1);
  check();
  if (first > 10) return { s: first, low: first, high: first };
  const calls = 1 + Math.floor(2e-3 / Math.max(await secondsOf(1), 1e-7));
  const times = [];
  let total = 0;
  while ((times.length < 5 || total < 1) && total < 10) {
    times.push(await secondsOf(calls));
    total += times[times.length - 1] * calls;
  }
  times.sort((a, b) => a - b);
  return { s: times[times.length >> 1], low: times[0], high: times[times.length - 1] };
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
  const mb = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  console.log(JSON.stringify({ ...times, mb, gflops: 4 * HEADS * n * n * WIDTH / times.s * 1e-9 }));
}

main(process.argv[2], Number(process.argv[3]), Number(process.argv[4])).catch((error) => {
  console.error('onnxruntime_side.js: ' + error.message.split('\n')[0]);
  process.exitCode = 1;
});
