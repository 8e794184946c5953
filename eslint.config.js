import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Folders of src in the direction that data flows; a folder may import only what is listed for it, and itself. */
const flow = {
  lib: [],
  tenants: ['lib'],
  ledger: ['lib'],
  omneo: ['lib', 'tenants'],
  klaviyo: ['lib', 'tenants', 'omneo'],
  actions: ['lib', 'tenants', 'omneo'],
  delivery: ['lib', 'tenants', 'omneo', 'klaviyo', 'ledger', 'actions'],
  http: ['lib', 'tenants', 'omneo', 'ledger', 'actions', 'delivery', 'telemetry'],
  console: ['lib', 'tenants', 'omneo', 'ledger', 'actions', 'delivery', 'http', 'telemetry'],
  sources: ['lib', 'tenants'],
  cli: ['lib'],
};

/** What no file of src imports. */
const nowhere = [
  { regex: '/main\\.ts$', message: 'Nothing imports the entry point.' },
  { regex: '/(sandbox|test)/', message: 'What runs in production has nothing of the sandbox or the tests.' },
];

/** An import of another folder, by how many folders up it begins. */
const outOf = (up, allowed) => `^${'\\.\\./'.repeat(up)}(?!\\.\\./)(?!(${allowed.join('|')})/)[a-z]+/`;

const direction = Object.entries(flow).flatMap(([folder, others]) =>
  [1, 2, 3].map((up) => ({
    files: [`src/${folder}/${'*/'.repeat(up - 1)}*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: outOf(up, [folder, ...others]),
              message: `src/${folder} may import only from ${[folder, ...others].join(', ')}.`,
            },
            { regex: '/service\\.ts$', message: 'Only the entry point imports the service.' },
            ...nowhere,
          ],
        },
      ],
    },
  })),
);

export default defineConfig(
  {
    ignores: [
      'node_modules/',
      'dist/',
      'coverage/',
      'src/tenants/schema/omneotenant.ts',
      'src/tenants/schema/validators.js',
    ],
  },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // To leave a field out of an object.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 220, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      complexity: ['error', 12],
      'no-restricted-imports': ['error', { patterns: nowhere }],
    },
  },
  ...direction,
  {
    files: ['sandbox/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/src/',
              message: 'The sandbox shares no code with src: it must not share our mistakes.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
