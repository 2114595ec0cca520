#!/usr/bin/env node
// Starts the bundle, nothing else.
// CommonJS (see package.json beside it): loading one ES module would add 5 ms to every start.
const { existsSync } = require('node:fs');
const { bundle, cached, load, run } = require('./bundle.js');

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
  run(load(cached()));
}
