/** Reader of tables as CSV (RFC 4180, in UTF-8) and as TSV. */
import { isUtf8 } from 'node:buffer';
import { parse, type Info } from 'csv-parse/sync';
import { numbersWhereAll, parseNumber, requireDistinct, type Block } from './blocks.js';
import { formatError, quoted } from './format-error.js';

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

/**
 * The columns of a table. The first line names them unless all its fields are numbers; then they are named by their
 * position, counted from 1. Empty lines are skipped.
 *
 * @param name - what to call the file in an error.
 * @throws NtkitError `ERR_DATA_FORMAT` naming the line, when a line has another number of fields than the first, two
 * columns have one name, quotes do not match, or the file is not UTF-8.
 */
export function parseCsv(bytes: Uint8Array, name: string, delimiter: ',' | '\t'): Block[] {
  if (!isUtf8(bytes)) throw formatError(`Expected text in UTF-8 in ${name}`);
  const records = parseRecords(bytes, name, delimiter);
  const [first] = records;
  if (first === undefined) throw formatError(`Expected a table in ${name} but received no line`);
  const headed = first.record.some((field) => parseNumber(field) === undefined);
  const names = first.record.map((field, j) => (headed ? field.trim() : String(j + 1)));
  requireDistinct(names, name);
  const rows = headed ? records.slice(1) : records;
  for (const { record, info } of rows) {
    if (record.length !== names.length) {
      throw formatError(
        `Expected ${names.length} fields in line ${info.lines} of ${name} but received ${record.length}`,
      );
    }
  }
  return names.map((column, j) => ({
    name: column,
    shape: [rows.length],
    values: numbersWhereAll(rows.map(({ record }) => record[j] ?? '')),
    images: false,
    place: (i) => `line ${rows[i]?.info.lines ?? 0}, column ${quoted(column)}`,
  }));
}

function parseRecords(bytes: Uint8Array, name: string, delimiter: string): ParsedRecord[] {
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true };
  try {
    return parse(bytes, { ...options, delimiter }) as unknown as ParsedRecord[];
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('\n');
    throw formatError(`Expected CSV in ${name} but received another text: ${reason}`, { cause });
  }
}
