/**
 * The layer rule: imports point downwards only.
 *
 *     cli -> report, sweeps -> experiments -> runs -> influence, attacks, models, kernels, spectrum, data
 *         -> linalg -> native
 *
 * Each part of src lists what it may import besides itself. A new file or folder directly under src has
 * no importers until it is listed here.
 */
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';

const LEAVES = ['arguments.ts', 'errors.ts', 'options.ts', 'random.ts', 'statistics.ts'];
const CAPABILITIES = ['attacks', 'data', 'influence', 'kernels', 'models', 'spectrum'];
const BELOW_CAPABILITIES = [...LEAVES, 'native', 'linalg'];
const BELOW_RUNS = [...BELOW_CAPABILITIES, ...CAPABILITIES];
const BELOW_EXPERIMENTS = [...BELOW_RUNS, 'runs'];

/** Types of what experiments produce. */
const RESULTS = [
  'experiments/results.ts',
  'experiments/studies',
  'experiments/parts',
  'audit/result.ts',
];

const ALLOWED = {
  'errors.ts': [],
  'arguments.ts': ['errors.ts'],
  'options.ts': ['arguments.ts', 'errors.ts'],
  'statistics.ts': ['arguments.ts', 'errors.ts'],
  'random.ts': ['errors.ts', 'options.ts', 'native'],
  native: ['arguments.ts', 'errors.ts', 'options.ts'],
  linalg: [...LEAVES, 'native'],
  ...Object.fromEntries(CAPABILITIES.map((part) => [part, BELOW_RUNS.filter((p) => p !== part)])),
  runs: BELOW_RUNS,
  experiments: BELOW_EXPERIMENTS,
  audit: BELOW_RUNS,
  // Of the report, the escaping of markup, the style of pages and the columns of text alone.
  sweeps: [...BELOW_EXPERIMENTS, 'experiments', 'report/html', 'report/text/columns.ts'],
  report: ['errors.ts', 'options.ts', 'statistics.ts', ...RESULTS],
  exports: ['errors.ts', 'data', 'report/figures/csv.ts'],
  'index.ts': [...BELOW_EXPERIMENTS, 'experiments', 'audit', 'sweeps', 'report'],
};

const ZONES = Object.entries(ALLOWED).map(([part, allowed]) => ({
  target: `./src/${part}`,
  from: './src',
  except: [part, ...allowed].map((path) => `./${path}`),
  message: `src/${part} may import ${allowed.join(', ') || 'nothing'} of src (scripts/lint/layers.mjs)`,
}));

/** ESLint configuration that enforces the layers of the sources under `root`. */
export function layerRules(root) {
  return [
    {
      files: ['src/**/*.ts'],
      plugins: { 'import-x': importX },
      settings: {
        'import-x/resolver-next': [createTypeScriptImportResolver()],
        'import-x/extensions': ['.ts'],
      },
      rules: {
        'import-x/no-restricted-paths': ['error', { basePath: root, zones: ZONES }],
        'import-x/no-cycle': 'error',
      },
    },
    {
      files: ['src/report/**/*.ts'],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                group: ['**/experiments/**'],
                allowTypeImports: true,
                message: 'The report knows results by their types alone.',
              },
            ],
          },
        ],
      },
    },
    {
      files: ['src/**/*.ts'],
      ignores: ['src/native/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          { name: 'node-gyp-build', message: 'Only src/native loads the addon.' },
        ],
        'no-restricted-syntax': [
          'error',
          {
            selector: ':matches(Literal[value=/\\.node$/], TemplateElement[value.raw=/\\.node$/])',
            message: 'Only src/native knows the addon file.',
          },
        ],
      },
    },
  ];
}
