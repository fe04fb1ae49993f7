import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendToMlflow } from '../../../src/exports/mlflow.js';
import { tableOfRows } from '../../../src/exports/table.js';
import { failure } from '../data/fixtures.js';
import { ROWS, table } from './tables.js';

/** What was asked of the server. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

const START = '2026-11-03T09:12:00Z';
const OPTIONS = { experiment: 'ntkit/run', startedAt: START };
const TIME = Date.parse(START);

/** A tracking server that keeps experiments and refuses what MLflow's documentation does not allow. */
class FakeMlflow {
  readonly asked: Asked[] = [];
  readonly experiments = new Map<string, string>();
  /** Refuse what `refuses` picks. */
  refuses: (asked: Asked) => boolean = () => false;
  #runs = 0;

  answer(asked: Asked): [status: number, body: unknown] {
    this.asked.push(asked);
    const { method, path, body } = asked;
    if (this.refuses(asked)) return [400, { error_code: 'INVALID', message: 'no\nsuch thing' }];
    const [name = '', query = ''] = path.replace('/api/2.0/mlflow/', '').split('?');
    const wrong = FakeMlflow.#fault(method, name, body);
    if (wrong !== undefined)
      return [400, { error_code: 'INVALID_PARAMETER_VALUE', message: wrong }];
    if (name === 'experiments/get-by-name') {
      const found = this.experiments.get(new URLSearchParams(query).get('experiment_name') ?? '');
      return found === undefined
        ? [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'none' }]
        : [200, { experiment: { experiment_id: found } }];
    }
    if (name === 'experiments/create') {
      const id = String(this.experiments.size + 7);
      this.experiments.set(body['name'] as string, id);
      return [200, { experiment_id: id }];
    }
    if (name === 'runs/create') return [200, { run: { info: { run_id: `r${this.#runs++}` } } }];
    return [200, {}];
  }

  static #fault(method: string, name: string, body: Record<string, unknown>): string | undefined {
    const { metrics = [], params = [], tags = [] } = body as Record<string, unknown[]>;
    if (name === 'experiments/get-by-name') return method === 'GET' ? undefined : 'method';
    if (method !== 'POST') return 'method';
    switch (name) {
      case 'experiments/create':
        return typeof body['name'] === 'string' ? undefined : 'name';
      case 'runs/create':
        return typeof body['experiment_id'] === 'string' && body['start_time'] === TIME
          ? undefined
          : 'experiment_id or start_time';
      case 'runs/update':
        return typeof body['run_id'] === 'string' && typeof body['end_time'] === 'number'
          ? undefined
          : 'run_id or end_time';
      case 'runs/log-batch': {
        if (typeof body['run_id'] !== 'string') return 'run_id';
        if (metrics.length > 1000 || params.length > 100 || tags.length > 100) return 'too many';
        if (metrics.length + params.length + tags.length > 1000) return 'too many together';
        const valid = metrics.every((metric) => {
          const { key, value, timestamp, step } = metric as Record<string, unknown>;
          const numbers = [value, timestamp, step].every((item) => typeof item === 'number');
          return numbers && typeof key === 'string' && /^[\w\-. /]+$/.test(key);
        });
        const texts = params.every((param) => {
          const { key, value } = param as Record<string, unknown>;
          return typeof key === 'string' && typeof value === 'string' && value.length <= 500;
        });
        return valid && texts ? undefined : 'a metric or parameter';
      }
      default:
        return `endpoint ${name}`;
    }
  }
}

let fake: FakeMlflow;
let server: Server;
let address: string;

beforeEach(async () => {
  fake = new FakeMlflow();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      const { method = '', url = '' } = request;
      const [status, answer] = fake.answer({ method, path: url, body });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function bodies(path: string): Record<string, unknown>[] {
  return fake.asked.filter((asked) => asked.path.includes(path)).map(({ body }) => body);
}

describe('sendToMlflow', () => {
  it('makes an experiment a table and a run a row', async () => {
    const done = await sendToMlflow([table()], `${address}/`, OPTIONS);
    expect(done).toEqual({ experiments: ['ntkit/run/table1'], runs: 3 });
    expect([...fake.experiments]).toEqual([['ntkit/run/table1', '7']]);
    expect(bodies('runs/create')[0]).toEqual({
      experiment_id: '7',
      run_name: 'table1-0',
      start_time: TIME,
      tags: [{ key: 'ntkit.key', value: 'a1' }],
    });
    const ofFirst = bodies('runs/log-batch').filter((body) => body['run_id'] === 'r0');
    expect(ofFirst).toEqual([
      {
        run_id: 'r0',
        params: Object.entries({
          part: 'table1',
          seed: '0',
          key: 'a1',
          model: 'relu',
          width: '64',
        }).map(([key, value]) => ({ key, value })),
      },
      {
        run_id: 'r0',
        metrics: [
          { key: 'distance', value: 1.5, timestamp: TIME, step: 64 },
          { key: 'drift', value: 0.25, timestamp: TIME, step: 64 },
        ],
      },
    ]);
    expect(bodies('runs/update')).toEqual(
      ROWS.map((_, i) => ({ run_id: `r${i}`, status: 'FINISHED', end_time: TIME })),
    );
  });

  it('goes on with an experiment that is there', async () => {
    fake.experiments.set('ntkit/run/table1', '3');
    await sendToMlflow([table()], address, OPTIONS);
    expect(bodies('experiments/create')).toEqual([]);
    expect(bodies('runs/create')[0]).toMatchObject({ experiment_id: '3' });
  });

  it('sends many parameters and metrics within the limits', async () => {
    const numbers = Array.from({ length: 2345 }, (_, i) => [`m${i}`, i] as const);
    const texts = Array.from({ length: 234 }, (_, i) => [`p:${i}`, 'x'.repeat(600)] as const);
    const wide = tableOfRows([Object.fromEntries([...texts, ...numbers])], {
      name: 'wide',
      definitions: {},
      parameters: [],
    });
    await sendToMlflow([wide], address, OPTIONS);
    const sizes = bodies('runs/log-batch').map(({ params = [], metrics = [] }) => [
      (params as unknown[]).length,
      (metrics as unknown[]).length,
    ]);
    expect(sizes).toEqual([
      [100, 0],
      [100, 0],
      [34, 0],
      [0, 1000],
      [0, 1000],
      [0, 345],
    ]);
  });

  it('marks a run that fails half-way and says why in one line', async () => {
    fake.refuses = ({ path, body }) => path.includes('log-batch') && 'metrics' in body;
    await expect(sendToMlflow([table()], address, OPTIONS)).rejects.toThrow(
      failure('ERR_STORE', /log-batch to answer 200 but received 400: no such thing$/),
    );
    expect(bodies('runs/update')).toEqual([{ run_id: 'r0', status: 'FAILED', end_time: TIME }]);
  });

  it('refuses an answer that is none of MLflow', async () => {
    fake.answer = () => [200, { hello: 'world' }];
    await expect(sendToMlflow([table()], address, OPTIONS)).rejects.toThrow(
      failure('ERR_STORE', /experiment\.experiment_id in the server's answer/),
    );
  });

  it('names a server that cannot be reached', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(sendToMlflow([table()], address, OPTIONS)).rejects.toThrow(
      failure('ERR_STORE', /Cannot reach http:\/\/127\.0\.0\.1.*ECONNREFUSED/),
    );
  });

  it('stops when it is asked to', async () => {
    const controller = new AbortController();
    fake.refuses = () => {
      controller.abort();
      return false;
    };
    await expect(
      sendToMlflow([table()], address, { ...OPTIONS, signal: controller.signal }),
    ).rejects.toThrow(failure('ERR_ABORTED', /stopped/));
  });
});
