// ONNX models, written in the few parts of protobuf that they need; field numbers are those of onnx.proto.
'use strict';

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

const modelOf = (graph, opset) => Buffer.concat([number(1, 10), record(8, number(2, opset)), graph]);  // 10: IR version

module.exports = { number, record, tensorOfFloats, modelOf };
