import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ERROR_CODES, NtkitError } from '../../../src/errors.js';
import type { Job, NativeBinding } from '../../../src/native/binding.js';
import { call, callSync } from '../../../src/native/call.js';

const JOB = {} as Job;
const binding = {
  createJob: vi.fn(() => JOB),
  abortJob: vi.fn<(job: Job) => void>(),
  jobProgress: vi.fn(() => 0.25),
};

vi.mock('../../../src/native/load.js', () => ({
  native: () => binding as unknown as NativeBinding,
}));

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
});

/** An operation that is settled by hand. */
function operation(): {
  readonly start: () => Promise<string>;
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
} {
  let succeed: (result: string) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<string>((resolve, reject) => {
    succeed = resolve;
    fail = reject;
  });
  return {
    start: async () => promise,
    succeed: () => {
      succeed('done');
    },
    fail: (error) => {
      fail(error);
    },
  };
}

/** What native code throws. */
function nativeError(code: string, message = 'what happened'): Error {
  return Object.assign(new Error(message), { code });
}

describe('call', () => {
  it('hands the operation the binding, a job of its own and the budget', async () => {
    const start = vi.fn(async () => Promise.resolve('done'));
    await expect(call(start, {})).resolves.toBe('done');
    await call(start, { memoryBudget: 5 });
    expect(start.mock.calls).toEqual([
      [binding, JOB, {}],
      [binding, JOB, { memoryBudget: 5 }],
    ]);
    expect(binding.createJob).toHaveBeenCalledTimes(2);
  });

  it.each(ERROR_CODES)('turns a native %s into the error of the package', async (code) => {
    const start = async (): Promise<never> => Promise.reject(nativeError(code));
    const error = await call(start, {}).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(NtkitError);
    expect(error).toMatchObject({ code, message: 'what happened' });
  });

  it('translates what is thrown before there is a promise', async () => {
    const start = (): never => {
      throw nativeError('ERR_SHAPE_MISMATCH');
    };
    await expect(call(start, {})).rejects.toBeInstanceOf(NtkitError);
  });

  it.each([
    ['an error with a code of its own', nativeError('ENOENT')],
    ['an error without code', new RangeError('other')],
    ['an error of the package', new NtkitError('ERR_STORE', 'as it is')],
  ])('leaves %s as it is', async (_, error) => {
    await expect(call(async () => Promise.reject(error), {})).rejects.toBe(error);
  });
});

describe('a signal', () => {
  it('that has fired keeps the operation from starting', async () => {
    const reason = new Error('too late');
    const start = vi.fn<() => Promise<void>>();
    const error = await call(start, { signal: AbortSignal.abort(reason) }).catch(
      (failure: unknown) => failure,
    );
    expect(error).toMatchObject({ name: 'NtkitError', code: 'ERR_ABORTED', cause: reason });
    expect(start).not.toHaveBeenCalled();
  });

  it('aborts the job and rejects at once, with its reason as the cause', async () => {
    const controller = new AbortController();
    const { start } = operation();
    const running = call(start, { signal: controller.signal });
    expect(binding.abortJob).not.toHaveBeenCalled();
    controller.abort('reason');
    expect(binding.abortJob.mock.calls).toEqual([[JOB]]);
    await expect(running).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: 'reason' });
  });

  it('leaves nothing unhandled when the native side stops later', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const controller = new AbortController();
    const { start, fail } = operation();
    const running = call(start, { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    fail(nativeError('ERR_ABORTED'));
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('that fires while the caller waits wins over work that was done before', async () => {
    const controller = new AbortController();
    // Settled before the call returns, which an async function's promise is not.
    const start = vi.fn<() => Promise<string>>().mockReturnValue(Promise.resolve('done'));
    const running = call(start, { signal: controller.signal });
    controller.abort('reason');
    await expect(running).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: 'reason' });
  });

  it('that fires after the end changes nothing', async () => {
    const controller = new AbortController();
    const { start, succeed } = operation();
    const running = call(start, { signal: controller.signal });
    succeed();
    await expect(running).resolves.toBe('done');
    controller.abort();
    expect(binding.abortJob).not.toHaveBeenCalled();
  });

  it.each(['success', 'failure'])('is let go after %s', async (end) => {
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, 'addEventListener');
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const { start, succeed, fail } = operation();
    const running = call(start, { signal: controller.signal });
    if (end === 'success') succeed();
    else fail(nativeError('ERR_NOT_FINITE'));
    await running.catch(() => undefined);
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
    controller.abort();
    expect(binding.abortJob).not.toHaveBeenCalled();
  });
});

describe('progress', () => {
  it('is polled while the operation runs and ends at 1', async () => {
    const onProgress = vi.fn();
    const { start, succeed } = operation();
    const running = call(start, { onProgress });
    vi.advanceTimersByTime(250);
    expect(onProgress.mock.calls).toEqual([[0.25], [0.25]]);
    succeed();
    await running;
    expect(onProgress).toHaveBeenCalledTimes(3);
    expect(onProgress).toHaveBeenLastCalledWith(1);
  });

  it('never falls', async () => {
    const onProgress = vi.fn();
    for (const share of [0.5, 0.3, 0.6]) binding.jobProgress.mockReturnValueOnce(share);
    const { start, succeed } = operation();
    const running = call(start, { onProgress });
    vi.advanceTimersByTime(300);
    expect(onProgress.mock.calls).toEqual([[0.5], [0.5], [0.6]]);
    succeed();
    await running;
  });

  it('whose listener throws stops the operation, which rejects with what was thrown', async () => {
    const thrown = new Error('the listener failed');
    const onProgress = vi.fn(() => {
      throw thrown;
    });
    const { start } = operation();
    const running = call(start, { onProgress });
    const outcome = expect(running).rejects.toBe(thrown);
    vi.advanceTimersByTime(100);
    await outcome;
    expect(binding.abortJob.mock.calls).toEqual([[JOB]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['success', 'failure'])('leaves no timer after %s', async (end) => {
    const onProgress = vi.fn();
    const { start, succeed, fail } = operation();
    const running = call(start, { onProgress });
    expect(vi.getTimerCount()).toBe(1);
    if (end === 'success') succeed();
    else fail(nativeError('ERR_NOT_FINITE'));
    await running.catch(() => undefined);
    expect(vi.getTimerCount()).toBe(0);
    expect(onProgress).toHaveBeenCalledTimes(end === 'success' ? 1 : 0);
  });

  it('costs no timer when nobody listens', async () => {
    const { start, succeed } = operation();
    const running = call(start, {});
    expect(vi.getTimerCount()).toBe(0);
    succeed();
    await running;
  });
});

describe('callSync', () => {
  it('returns what the function returns', () => {
    expect(callSync((given) => given)).toBe(binding);
  });

  it('translates what the function throws', () => {
    const run = (): never => {
      throw nativeError('ERR_SIZE_LIMIT');
    };
    expect(() => callSync(run)).toThrow(NtkitError);
    expect(() => callSync(run)).toThrow(expect.objectContaining({ code: 'ERR_SIZE_LIMIT' }));
  });
});
