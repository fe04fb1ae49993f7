/** What a job returns: the cells that failed. Results lie under their own keys. */
import { z } from 'zod';
import { ERROR_CODES, NtkitError, type ErrorCode } from '../../errors.js';

/** A cell that failed, as it crosses processes. */
export interface ToldFailure {
  readonly key: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** A job's return value. */
export interface JobOutcome {
  readonly failures: readonly ToldFailure[];
}

const OUTCOME: z.ZodType<JobOutcome> = z.object({
  failures: z.array(
    z.object({ key: z.string(), code: z.enum(ERROR_CODES), message: z.string().max(10_000) }),
  ),
});

/** The failures of a job by key; none when it has returned nothing that can be read. */
export function jobFailures(returned: unknown): Map<string, NtkitError> {
  const parsed = OUTCOME.safeParse(returned);
  const failures = parsed.success ? parsed.data.failures : [];
  return new Map(failures.map(({ key, code, message }) => [key, new NtkitError(code, message)]));
}
