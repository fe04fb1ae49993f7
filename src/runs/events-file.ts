/**
 * `events.jsonl`: what happened to the cells of a shared run, and when. A log for reports: no result depends on it,
 * so that a line which cannot be written or read is passed over.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A cell that was finished, with its own wall time, or that failed, with its error. */
export type RunEvent = CellEvent &
  (
    | { readonly event: 'finished'; readonly seconds: number }
    | { readonly event: 'failed'; readonly code: string; readonly message: string }
  );

interface CellEvent {
  readonly key: string;
  readonly label: string;
  /** ISO 8601. */
  readonly at: string;
}

const CELL = { key: z.string(), label: z.string(), at: z.string() };

const EVENT: z.ZodType<RunEvent> = z.discriminatedUnion('event', [
  z.object({ event: z.literal('finished'), seconds: z.number(), ...CELL }),
  z.object({ event: z.literal('failed'), code: z.string(), message: z.string(), ...CELL }),
]);

function eventsPath(folder: string): string {
  return join(folder, 'events.jsonl');
}

/** Appends events in one write. */
export async function appendEvents(folder: string, events: readonly RunEvent[]): Promise<void> {
  if (events.length === 0) return;
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  await appendFile(eventsPath(folder), lines).catch(() => undefined);
}

/** Every event that can be read, in order. */
export async function readEvents(folder: string): Promise<RunEvent[]> {
  const text = await readFile(eventsPath(folder), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = EVENT.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}
