// One case of Hugging Face's tokenizers: tokenizers_side.js CASE TOKENIZER [TEXT [lines]]. The cases are those of ../tokenize.cpp.
// node must run with --expose-gc: results that nobody needs any more are cleared away between the calls, not in them.
'use strict';
const fs = require('fs');
const { Tokenizer } = require('tokenizers');
const { measure, peakMb } = require('./measure.js');

function tokensOf(encodings) {
  let tokens = 0, hash = 2166136261;  // FNV-1a, an id at a time
  for (const encoding of encodings) {
    const ids = encoding.getIds();
    tokens += ids.length;
    for (const id of ids) hash = Math.imul(hash ^ id, 16777619) >>> 0;
  }
  return { tokens, hash };
}

async function main(what, file, textFile, byLines) {
  if (!['load', 'encode', 'ids'].includes(what)) throw new Error('no such case: ' + what);
  let tokenizer = null;
  if (what === 'load') {
    const times = await measure(async () => { tokenizer = Tokenizer.fromFile(file); });
    console.log(JSON.stringify({ ...times, mb: peakMb() }));
    return;
  }
  tokenizer = Tokenizer.fromFile(file);
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  const text = fs.readFileSync(textFile, 'utf8');
  const lines = text.split('\n');
  let encodings = [];
  const encode = async () => {
    encodings = [];
    encodings = byLines ? await tokenizer.encodeBatch(lines) : [await tokenizer.encode(text)];
  };
  if (what === 'ids') {
    await encode();
    console.log(JSON.stringify(tokensOf(encodings)));
  } else {
    const times = await measure(encode);
    const mb = peakMb();
    console.log(JSON.stringify({ ...times, mb, ...tokensOf(encodings), bytes: Buffer.byteLength(text) }));
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.error('tokenizers_side.js: ' + error.message.split('\n')[0]);
  process.exitCode = 1;
});
