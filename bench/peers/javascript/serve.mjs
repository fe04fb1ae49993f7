/** The loop of a JavaScript peer, `node serve.mjs <module>`: one line of JSON in, one out; see ../process.mjs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

const ARRAYS = { float64: Float64Array, float32: Float32Array, int32: Int32Array };

const contestants = new Map();

const ANSWERS = {
  /** A peer's operation takes (inputs, parameters) and returns `{ run, values }`: what is timed, and its result as arrays. */
  prepare: async ({ id, operation, inputs, parameters }) => {
    const arrays = Object.entries(inputs).map(([name, { file, type, shape }]) => {
      const data = new ARRAYS[type](Uint8Array.from(readFileSync(file)).buffer);
      return [name, { data, rows: shape[0], cols: shape[1] }];
    });
    contestants.set(id, await peer.operations[operation](Object.fromEntries(arrays), parameters));
    return {};
  },
  time: async ({ id, runs }) => {
    const contestant = contestants.get(id);
    contestant.latest = undefined;
    const startedAt = performance.now();
    for (let i = 0; i < runs; i++) contestant.latest = await contestant.run();
    return { seconds: (performance.now() - startedAt) / 1000 / runs };
  },
  result: ({ id, folder }) => {
    const { values, latest } = contestants.get(id);
    const data = values(latest);
    const file = join(folder, 'result.result');
    writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    const type = data instanceof Float32Array ? 'float32' : 'float64';
    return { result: { result: { file, type } } };
  },
  close: ({ id }) => {
    contestants.delete(id);
    return {};
  },
};

function say(reply) {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

// Libraries greet on the console, which is where we answer.
for (const method of ['log', 'info', 'warn']) console[method] = () => undefined;

let peer;
try {
  peer = await import(`./${process.argv[2]}`);
} catch (error) {
  say({ missing: error.message.split('\n')[0] });
  process.exit();
}
say({ versions: peer.versions });

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    say(await ANSWERS[request.do](request));
  } catch (error) {
    say({ error: error.message });
  }
}
