/** One kernel at one size: everybody prepared, checked against us, raced; rows for the table. */
import { disagreement, named } from './check.mjs';
import { limitSeconds, rateOf } from './limits.mjs';
import { inProcess, race } from './race.mjs';
import { judge } from './targets.mjs';

/**
 * @param kernel - a kernel's description, see bench/README.md.
 * @param size - one of its cases.
 * @param context - `{ peers, files, limits, rounds, seconds, judged, cases }`.
 * @returns rows `{ kernel, size, who, result, seconds, spread, rounds, rate, limit, ratio, target, problem }`, ours
 * first. A row with a `problem` has no time; whoever breaks or gives other numbers is `failed`.
 */
export async function runCase(kernel, size, context) {
  const label = { kernel: kernel.name, size };
  const open = [];
  try {
    const task = await kernel.prepare(size);
    const problems = [];
    const contestants = [
      ...oursOf(task),
      ...othersOf(task),
      ...(await peersOf(task, context, problems)),
    ];
    open.push(...contestants);
    const { racing, warm } = await qualify(contestants, task, problems);
    const times = await race(racing, warm, context);
    const measured = racing.map((contestant, i) => ({ ...titleOf(contestant), ...times[i] }));
    for (const row of measured) compare(row, measured, kernel.work?.(size) ?? {}, size, context);
    for (const row of measured) {
      if (context.judged && row.problem === undefined) row.target = judge(row, task.targets ?? []);
    }
    return [...measured, ...problems].map((row) => ({ ...label, ...row }));
  } catch (error) {
    return [{ ...label, who: 'ntkit', ours: true, problem: error.message, failed: true }];
  } finally {
    for (const contestant of open) await contestant.close();
  }
}

/**
 * The first run of each: it warms it up, is checked against ours, and tells how many rounds there is time for. Who
 * fails goes to `problems`; without ours there is nothing to check against, and its error is thrown.
 */
async function qualify(contestants, task, problems) {
  const [racing, warm] = [[], []];
  let expected;
  for (const contestant of contestants) {
    try {
      await contestant.clear?.();
      const seconds = await contestant.time();
      if (expected === undefined) {
        expected = copyOf(await contestant.values());
      } else if (contestant.unchecked !== true) {
        const tolerance = contestant.tolerance ?? task.tolerance;
        const values = await contestant.values();
        const wrong = disagreement(expected, values, tolerance, task.compare);
        if (wrong !== undefined) throw new Error(wrong);
      }
      racing.push(contestant);
      warm.push(seconds);
    } catch (error) {
      if (contestant.ours) throw error;
      problems.push({ ...titleOf(contestant), problem: error.message, failed: true });
    }
  }
  return { racing, warm };
}

/** Adds to a measured row what it means: our rate and share of the limit, the ratio of everybody else. */
function compare(row, measured, work, size, { limits }) {
  if (row.problem !== undefined) return;
  if (row.ours && Object.keys(work).length > 0) {
    row.rate = rateOf(work, row.seconds);
    row.limit = limitSeconds(work, limits, size.precision, row.result !== 'reused') / row.seconds;
  }
  if (row.ours) return;
  // Who reuses memory is compared with us reusing it, where we do.
  const own = measured.filter(({ ours }) => ours);
  const counterpart = own.find(({ result }) => result === row.result) ?? own[0];
  row.ratio = row.seconds / counterpart.seconds;
}

function oursOf({ ours }) {
  return ours.map(({ result, run, before, calls }) => {
    return { who: 'ntkit', result, ours: true, ...inProcess(run, { before, calls }) };
  });
}

/** Other ways of our own to compute the same, or a part of it. */
function othersOf({ others = [] }) {
  return others.map(({ who, result = 'new', run, before, unchecked }) => {
    return { who, result, unchecked, ...inProcess(run, { before }) };
  });
}

async function peersOf(task, context, problems) {
  const contestants = [];
  const wanted = (task.peers ?? []).filter(({ peer }) => context.peers.uses(peer));
  if (wanted.length === 0) return contestants;
  const inputs = context.files.write(task.inputs);
  context.cases += 1;
  for (const { peer, form, operation, result, tolerance } of wanted) {
    const { settings, missing } = await context.peers.get(peer);
    const who = `${peer} ${form}`;
    if (missing !== undefined) {
      if (!problems.some((row) => row.who === peer)) {
        problems.push({ who: peer, problem: 'not found' });
      }
      continue;
    }
    const request = { case: context.cases, operation, form, inputs };
    request.parameters = task.parameters ?? {};
    try {
      const best = await bestSetting(settings, request, context.files.folder);
      contestants.push({ who, result, tolerance, ...best });
    } catch (error) {
      problems.push({ who, result, problem: error.message, failed: true });
    }
  }
  return contestants;
}

/** A peer with several settings races with the one that is fastest here, after a run to warm up. */
async function bestSetting(settings, request, folder) {
  let best;
  for (const { name, process } of settings) {
    const contestant = await process.contestant(request, folder);
    if (settings.length === 1) return contestant;
    await contestant.time();
    const seconds = await contestant.time();
    if (best === undefined || seconds < best.seconds) {
      await best?.contestant.close();
      best = { seconds, name, contestant };
    } else {
      await contestant.close();
    }
  }
  return { ...best.contestant, setting: best.name };
}

function titleOf({ who, result, setting, ours = false }) {
  return { who, result, ours, ...(setting === undefined ? {} : { setting }) };
}

/** Our result may live in memory that later runs reuse. */
function copyOf(result) {
  return Object.fromEntries(
    Object.entries(named(result)).map(([name, values]) => [name, values.slice()]),
  );
}
