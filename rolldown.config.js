// One minified CommonJS file: the layout with the shortest cold start. Sub-commands stay behind
// `await import()` in the source, so the code of a command that is not run is parsed lazily.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';

// The build of ES modules: what is not used of it is left out, and nothing in it reads the environment (LOG_STREAM).
const yaml = fileURLToPath(new URL('node_modules/yaml/browser/dist/index.js', import.meta.url));

export default defineConfig({
  input: 'src/cli/main.ts',
  platform: 'node',
  resolve: { alias: { yaml } },
  moduleTypes: { '.yaml': 'text' },
  output: {
    file: 'dist/nettrace.cjs',
    format: 'cjs',
    codeSplitting: false,
    minify: true,
    comments: false,
  },
});
