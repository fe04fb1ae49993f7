/** What the report of an audit knows beside its result. */
import type { Audit } from '../../audit/result.js';

/** An image as the page shows it: bytes, row after row. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: readonly number[];
}

/** An audit with where its points are from. */
export interface AuditReport {
  readonly audit: Audit;
  /** Name of the data. */
  readonly name: string;
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Version of the package. */
  readonly version: string;
  /** SHA-256 of each file, by name. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Rows of the tables of points. */
  readonly top: number;
  /** The image of a row; null where rows are no images. */
  readonly image: (index: number) => Thumbnail | null;
}
