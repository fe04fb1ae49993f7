/** The reports of every part, in the order of the page. A new part is one entry here. */
import type { PartReport } from '../part-report.js';
import { attentionReport } from './attention.js';
import { dynamicsReport } from './dynamics.js';
import { epsilonReport } from './epsilon.js';
import { interventionsReport } from './interventions.js';
import { multiverseReport } from './multiverse.js';
import { spectrumReport } from './spectrum.js';
import { table1Report } from './table1.js';
import { table2Report } from './table2.js';
import { table3Report } from './table3.js';
import { table4Report } from './table4.js';
import { theoryReport } from './theory.js';
import { truthReport } from './truth.js';

export const PART_REPORTS: readonly PartReport[] = [
  spectrumReport,
  table1Report,
  table2Report,
  table3Report,
  table4Report,
  epsilonReport,
  interventionsReport,
  theoryReport,
  attentionReport,
  dynamicsReport,
  truthReport,
  multiverseReport,
];
