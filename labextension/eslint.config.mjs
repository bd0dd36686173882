/** Lint rules: JupyterLab's conventions and strict, type-checked TypeScript, all as errors. */
import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const jupyterAsErrors = jupyter.configs.recommended.map(config => ({
  ...config,
  plugins: { jupyter },
  rules: Object.fromEntries(Object.keys(config.rules ?? {}).map(rule => [rule, 'error']))
}));

export default defineConfig(
  {
    ignores: [
      'lib',
      'node_modules',
      '.yarn',
      '**/*.mjs',
      '**/*.mts',
      'style/index.js',
      'src/api/__tests__/schema.ts'
    ]
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      reactHooks.configs.flat.recommended
    ],
    languageOptions: {
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } }
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }], // code points are meant
      eqeqeq: 'error',
      'no-console': 'error'
    }
  },
  ...jupyterAsErrors,
  {
    files: ['**/__tests__/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off', // expect.any() is any
      'jupyter/no-untranslated-string': 'off'
    }
  }
);
