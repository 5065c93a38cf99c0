// One case of BERT-base in ONNX Runtime: model_side.js CASE FOLDER THREADS [N]. The cases are those of ../model.cpp, the
// folder is one of checkpoints.py.
//
// All attention weights are outputs of the graph, which is written as PyTorch exports it: gelu by its erf, matrices turned
// already. ONNX Runtime fuses what it knows how to.
// node must run with --expose-gc: results that nobody needs any more are cleared away between the calls, not in them.
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');
const { measure, peakMb } = require('./measure.js');
const { number, record, tensorOfFloats, modelOf } = require('./onnx.js');

const LAYERS = 12, HEADS = 12, WIDTH = 768, WIDE = 3072, VOCABULARY = 30522;
const FLOAT = 1, INT64 = 7;

class Graph {
  constructor(places) {
    this.places = places;
    this.parts = [];
    this.names = 0;
  }

  node(type, inputs, attributes = [], output = 'x' + this.names++) {
    this.parts.push(record(1, ...inputs.map((name) => record(1, name)), record(2, output), record(4, type), ...attributes));
    return output;
  }

  // A tensor of weights.bin, or its first rows.
  weight(name, shape = this.places[name].shape) {
    const [begin] = this.places[name].data_offsets;
    const bytes = shape.reduce((product, n) => product * n, 4);
    const entry = (key, value) => record(13, record(1, key), record(2, String(value)));
    this.parts.push(record(5, ...shape.map((n) => number(1, n)), number(2, FLOAT), record(8, name),
      entry('location', 'weights.bin'), entry('offset', begin), entry('length', bytes), number(14, 1)));
    return name;
  }

  floats(value) {
    return this.constant(FLOAT, [], Buffer.from(Float32Array.of(value).buffer));
  }

  shape(...dims) {
    return this.constant(INT64, [dims.length], Buffer.from(BigInt64Array.from(dims.map(BigInt)).buffer));
  }

  constant(type, dims, bytes) {
    const name = 'c' + this.names++;
    this.parts.push(record(5, ...dims.map((n) => number(1, n)), number(2, type), record(8, name), record(9, bytes)));
    return name;
  }
}

const integers = (name, ...values) => record(5, record(1, name), ...values.map((n) => number(8, n)), number(20, 7));
const integer = (name, value) => record(5, record(1, name), number(3, value), number(20, 2));
function float(name, value) {
  const bytes = Buffer.alloc(5);
  bytes[0] = 2 * 8 + 5;
  bytes.writeFloatLE(value, 1);
  return record(5, record(1, name), bytes, number(20, 1));
}

function bert(places, n) {
  const g = new Graph(places);
  const add = (a, b) => g.node('Add', [a, b]);
  const linear = (name, x) => add(g.node('MatMul', [x, g.weight(name + '.weight')]), g.weight(name + '.bias'));
  const norm = (name, x) => g.node('LayerNormalization', [x, g.weight(name + '.weight'), g.weight(name + '.bias')],
    [integer('axis', 2), float('epsilon', 1e-12)]);
  const gelu = (x) => {
    const erf = g.node('Erf', [g.node('Div', [x, g.floats(Math.SQRT2)])]);
    return g.node('Mul', [g.node('Mul', [x, add(erf, g.floats(1))]), g.floats(0.5)]);
  };
  const heads = (x, ...order) => g.node('Transpose', [g.node('Reshape', [x, g.shape(1, n, HEADS, WIDTH / HEADS)])],
    [integers('perm', ...order)]);

  let x = g.node('Gather', [g.weight('embeddings.word_embeddings.weight'), 'ids']);
  x = add(x, g.weight('embeddings.position_embeddings.weight', [n, WIDTH]));
  x = norm('embeddings.LayerNorm', add(x, g.weight('embeddings.token_type_embeddings.weight', [1, WIDTH])));
  for (let layer = 0; layer < LAYERS; ++layer) {
    const prefix = `encoder.layer.${layer}.`;
    const project = (name, ...order) => heads(linear(prefix + 'attention.self.' + name, x), ...order);
    const q = project('query', 0, 2, 1, 3), k = project('key', 0, 2, 3, 1), v = project('value', 0, 2, 1, 3);
    const scores = g.node('Div', [g.node('MatMul', [q, k]), g.floats(Math.sqrt(WIDTH / HEADS))]);
    const weights = g.node('Softmax', [scores], [integer('axis', 3)], 'attention' + layer);
    const mixed = g.node('Transpose', [g.node('MatMul', [weights, v])], [integers('perm', 0, 2, 1, 3)]);
    const z = g.node('Reshape', [mixed, g.shape(1, n, WIDTH)]);
    x = norm(prefix + 'attention.output.LayerNorm', add(linear(prefix + 'attention.output.dense', z), x));
    const wide = gelu(linear(prefix + 'intermediate.dense', x));
    x = norm(prefix + 'output.LayerNorm', add(linear(prefix + 'output.dense', wide), x));
  }
  g.node('Identity', [x], [], 'hidden');
  const ids = record(11, record(1, 'ids'), record(2, record(1, number(1, INT64), record(2, ...[1, n].map((d) => record(1, number(1, d)))))));
  const outputs = [tensorOfFloats(12, 'hidden', [1, n, WIDTH]),
    ...Array.from({ length: LAYERS }, (_, layer) => tensorOfFloats(12, 'attention' + layer, [1, HEADS, n, n]))];
  return modelOf(record(7, ...g.parts, record(2, 'bert'), ids, ...outputs), 17);
}

function check(result, folder, n) {
  const bytes = fs.readFileSync(path.join(folder, `expected_${n}.f64`));
  const expected = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  let at = 0;
  for (const layer of [0, LAYERS - 1]) {
    const weights = result['attention' + layer].data;
    for (const head of [0, HEADS - 1])
      for (const i of [0, n >> 1, n - 1])
        for (let j = 0; j < n; ++j, ++at)
          if (!(Math.abs(weights[(head * n + i) * n + j] - expected[at]) <= 2e-5))  // also where there is a NaN
            throw new Error("attention: doesn't agree with the plain computation in double");
  }
}

async function main(what, folder, threads, n) {
  if (!['forward', 'load'].includes(what)) throw new Error('no such case: ' + what);
  const places = JSON.parse(fs.readFileSync(path.join(folder, 'weights.json'), 'utf8'));
  const file = path.join(folder, `bert_${n}.onnx`);
  fs.writeFileSync(file, bert(places, n));
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential',
    graphOptimizationLevel: 'all', logSeverityLevel: 3 };  // errors only
  if (what === 'load') {
    const times = await measure(async () => {
      await (await ort.InferenceSession.create(file, options)).release();
    });
    console.log(JSON.stringify({ ...times, mb: peakMb() }));
    return;
  }
  const session = await ort.InferenceSession.create(file, options);
  const ids = BigInt64Array.from({ length: n }, (_, i) => BigInt(i * 7919 % VOCABULARY));
  const feeds = { ids: new ort.Tensor('int64', ids, [1, n]) };
  let result = null;
  const times = await measure(
    async () => {
      result = null;
      result = await session.run(feeds);
    },
    () => check(result, folder, n));
  const operations = LAYERS * n * (8 * WIDTH * WIDTH + 4 * WIDTH * WIDE + 4 * n * WIDTH);
  console.log(JSON.stringify({ ...times, mb: peakMb(), gflops: operations / times.s * 1e-9 }));
}

const [what, folder, threads, n] = process.argv.slice(2);
main(what, folder, Number(threads), Number(n || 128)).catch((error) => {
  console.error('model_side.js: ' + error.message.split('\n')[0]);
  process.exitCode = 1;
});
