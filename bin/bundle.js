// The bundle that `npm run build` makes of src/cli/main.ts, as a script that V8 need not compile again.
const { readFileSync, statSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const dist = join(__dirname, '..', 'dist');
const bundle = join(dist, 'nettrace.cjs');
/** V8's code cache of the bundle, made by warm.js. Another V8 takes no notice of it. */
const cache = join(dist, 'nettrace.cache');

const load = (cachedData) => new Script(wrap(readFileSync(bundle, 'utf8')), { filename: bundle, cachedData });

function run(script) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dist);
}

/** Undefined where there is none, or where the bundle is newer. */
function cached() {
  const [made, built] = [cache, bundle].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs);
  return made >= built ? readFileSync(cache) : undefined;
}

module.exports = { bundle, cache, cached, load, run };
