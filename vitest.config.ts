import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// Same meaning of `import text from './x.yaml'` as rolldown's moduleTypes in rolldown.config.js.
const yamlAsText = {
  name: 'yaml-as-text',
  enforce: 'pre' as const,
  load(id: string): string | undefined {
    return id.endsWith('.yaml') ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))};` : undefined;
  },
};

const resultsFile = process.env['NETTRACE_TEST_JSON'];

export default defineConfig({
  plugins: [yamlAsText],
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // The code is pure and tests that touch a process spawn it, so workers are shared: ten times faster.
    pool: 'threads',
    isolate: false,
    reporters: resultsFile === undefined ? ['default'] : ['default', ['json', { outputFile: resultsFile }]],
    coverage: { include: ['src/**/*.ts'], exclude: ['src/**/*.test.ts', 'src/**/*.d.ts'] },
  },
});
