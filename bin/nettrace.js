#!/usr/bin/env node
// Starts the bundle that `npm run build` makes of src/cli/main.ts, nothing else.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const bundle = fileURLToPath(new URL('../dist/nettrace.cjs', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `nettrace needs Node.js 20.19 or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
  process.exitCode = 70;
} else if (!existsSync(bundle)) {
  console.error('nettrace is not built: dist/nettrace.cjs is absent. Run `npm run build` in its directory.');
  process.exitCode = 70;
} else {
  module.enableCompileCache?.();
  module.createRequire(import.meta.url)(bundle);
}
