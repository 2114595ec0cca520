/** Whether there is colour: --color, then NO_COLOR, then FORCE_COLOR, then whether stdout is a terminal. */
import { Chalk } from 'chalk';
import type { Paint } from '../render/paint.ts';

export type ColorWhen = 'auto' | 'always' | 'never';

/** The brushes for standard output. */
export function paintFor(when: ColorWhen): Paint {
  const chalk = new Chalk({ level: isColored(when) ? 1 : 0 });
  return {
    bold: chalk.bold,
    dim: chalk.dim,
    red: chalk.red,
    green: chalk.green,
    yellow: chalk.yellow,
    cyan: chalk.cyan,
  };
}

function isColored(when: ColorWhen): boolean {
  if (when !== 'auto') return when === 'always';
  const { NO_COLOR: no, FORCE_COLOR: force } = process.env;
  if (no !== undefined && no !== '') return false;
  if (force !== undefined && force !== '') return force !== '0';
  return process.stdout.isTTY;
}
