// One minified CommonJS file: the layout with the shortest cold start. Sub-commands stay behind
// `await import()` in the source, so the code of a command that is not run is parsed lazily.
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: 'src/cli/main.ts',
  platform: 'node',
  moduleTypes: { '.yaml': 'text' },
  output: {
    file: 'dist/nettrace.cjs',
    format: 'cjs',
    codeSplitting: false,
    minify: true,
    comments: false,
  },
});
