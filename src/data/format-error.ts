/** The error for a file that is not what its format promises. */
import { NtkitError } from '../errors.js';

/** `ERR_DATA_FORMAT` with a message that says what was expected where, and what came. */
export function formatError(message: string, options?: ErrorOptions): NtkitError {
  return new NtkitError('ERR_DATA_FORMAT', message, options);
}

/** A piece of a file as an error shows it: in quotes, without line breaks, cut when it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
