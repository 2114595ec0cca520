// All golden cases, by their place under test/cases.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCase, type Case } from './case.ts';
import { ROOT } from './run.ts';

const FOLDER = join(ROOT, 'test', 'cases');

export interface Golden {
  /** `hub-spoke/ping.case`. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly golden: Case;
}

export const GOLDEN: readonly Golden[] = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.case'))
  .toSorted()
  .map((name) => {
    const path = join(FOLDER, name);
    const text = readFileSync(path, 'utf8');
    try {
      return { name, path, text, golden: readCase(text) };
    } catch (error) {
      throw new Error(`test/cases/${name}: ${String(error)}`, { cause: error });
    }
  });
