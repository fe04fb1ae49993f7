/** Every part of the replication, in the order of the report. A new part is one entry here. */
import type { Part } from '../part.js';
import { attention } from './attention.js';
import { dynamics } from './dynamics.js';
import { epsilon } from './epsilon.js';
import { interventions } from './interventions.js';
import { multiverse } from './multiverse.js';
import { spectrum } from './spectrum.js';
import { table1 } from './table1.js';
import { table2 } from './table2.js';
import { table3 } from './table3.js';
import { table4 } from './table4.js';
import { theory } from './theory.js';
import { truth } from './truth.js';

export const PARTS: readonly Part[] = [
  spectrum,
  table1,
  table2,
  table3,
  table4,
  epsilon,
  interventions,
  theory,
  attention,
  dynamics,
  truth,
  multiverse,
];
