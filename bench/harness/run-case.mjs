/** One kernel at one size: everybody prepared, checked against us, raced; rows for the table. */
import { disagreement, named } from './check.mjs';
import { limitSeconds, rateOf } from './limits.mjs';
import { inProcess, race } from './race.mjs';
import { judge } from './targets.mjs';

/**
 * @param kernel - a kernel's description, see bench/README.md.
 * @param size - one of its cases.
 * @param context - `{ peers, files, limits, rounds, seconds }`.
 * @returns rows `{ kernel, size, who, result, seconds, spread, rounds, rate, limit, ratio, target, problem }`, ours
 * first; a row with a `problem` has no time.
 */
export async function runCase(kernel, size, context) {
  const task = await kernel.prepare(size);
  const { ours, targets = [] } = task;
  const work = kernel.work?.(size) ?? {};
  const contestants = ours.map(({ form = 'ntkit', result, run, before, calls }) => {
    return { who: form, result, ours: true, ...inProcess(run, { before, calls }) };
  });
  const label = { kernel: kernel.name, size };
  const rows = [];
  const rivals = [...othersOf(task), ...(await peersOf(task, context, label, rows))];

  // The first run of each warms it up, is checked, and tells how many rounds there is time for.
  const racing = [];
  const warm = [];
  let expected = {};
  for (const contestant of [...contestants, ...rivals]) {
    try {
      warm.push(await contestant.time());
      if (contestant === contestants[0]) {
        expected = copyOf(await contestant.values());
      } else if (contestant.unchecked !== true) {
        const wrong = disagreement(
          expected,
          await contestant.values(),
          contestant.tolerance ?? task.tolerance,
          task.compare,
        );
        if (wrong !== undefined) throw new Error(wrong);
      }
      racing.push(contestant);
    } catch (error) {
      if (contestant.ours) throw error;
      warm.length = racing.length;
      rows.push({ ...label, ...titleOf(contestant), problem: error.message, failed: true });
      await contestant.close();
    }
  }
  const times = await race(racing, warm, context);
  const measured = racing.map((contestant, i) => ({
    ...label,
    ...titleOf(contestant),
    ...times[i],
  }));
  for (const contestant of racing) await contestant.close();

  const own = measured.slice(0, contestants.length);
  for (const row of measured) {
    const isOurs = own.includes(row);
    if (isOurs && Object.keys(work).length > 0) {
      row.rate = rateOf(work, row.seconds);
      const least = limitSeconds(work, context.limits, size.precision, row.result !== 'reused');
      row.limit = least / row.seconds;
    }
    // Who reuses memory is compared with us reusing it, where we do.
    const counterpart = own.find(({ result }) => result === row.result) ?? own[0];
    if (!isOurs) row.ratio = row.seconds / counterpart.seconds;
    row.target = context.judged ? judge(row, targets) : undefined;
  }
  const [first, ...rest] = measured;
  return [first, ...rest, ...rows];
}

/** Other ways of our own to compute the same, or a part of it. */
function othersOf({ others = [] }) {
  return others.map(({ who, result = 'new', run, before, unchecked }) => {
    return { who, result, unchecked, ...inProcess(run, { before }) };
  });
}

async function peersOf(task, context, label, rows) {
  const contestants = [];
  const wanted = (task.peers ?? []).filter(({ peer }) => context.peers.uses(peer));
  if (wanted.length === 0) return contestants;
  const inputs = context.files.write(task.inputs);
  context.cases += 1;
  for (const { peer, form, operation, result, tolerance } of wanted) {
    const { settings, missing } = await context.peers.get(peer);
    const who = `${peer} ${form}`;
    if (missing !== undefined) {
      if (!rows.some((row) => row.who === peer)) {
        rows.push({ ...label, who: peer, problem: 'not found' });
      }
      continue;
    }
    const request = { case: context.cases, operation, form, inputs };
    request.parameters = task.parameters ?? {};
    try {
      const best = await bestSetting(settings, request, context.files.folder);
      contestants.push({ who, result, tolerance, ...best });
    } catch (error) {
      rows.push({ ...label, who, result, problem: error.message, failed: true });
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
