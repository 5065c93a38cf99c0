// What the sides in node share: time and peak memory, by the same rules as ../measure.hpp.
'use strict';
const fs = require('fs');

// Median, shortest and longest seconds of one call. check() runs after the first, which otherwise isn't counted.
async function measure(call, check = () => {}) {
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

const peakMb = () => Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;

module.exports = { measure, peakMb };
