/** Every part of the replication, in the order of the report. A new part is one entry here. */
import type { Part } from '../part.js';
import { spectrum } from './spectrum.js';
import { table1 } from './table1.js';
import { table2 } from './table2.js';

export const PARTS: readonly Part[] = [spectrum, table1, table2];
