// What `nettrace completion` prints, judged by the shells that it is for; where one is not installed its test is skipped.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Program } from './bad-input/program.ts';
import { hasProgram } from './documentation/shell.ts';

let program: Program | undefined;
beforeAll(() => {
  program = buildProgram();
}, 60_000);
afterAll(() => program?.remove());

/** What a shell prints that has sourced its completion from `script`. */
async function told(shell: string, args: readonly string[], line: string): Promise<readonly string[]> {
  const script = join(program!.directory, shell);
  writeFileSync(script, (await program!.run(['completion', shell])).stdout);
  const { stdout, stderr } = spawnSync(shell, [...args, '-c', line], {
    encoding: 'utf8',
    env: { ...process.env, SCRIPT: script },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

const FORMATS = ['text', 'json', 'minimal', 'pcapng'];
const CASES: readonly (readonly [words: string, proposed: readonly string[]])[] = [
  ['wa', ['walk']],
  ['walk --all', ['--all-paths']],
  ['walk --format ', FORMATS],
  ['check --reporter s', ['spec', 'sarif']],
  ['schema rep', ['report']],
  ['explain nic-f', ['nic-forwarding-off']],
  ['completion ', ['bash', 'zsh', 'fish']],
];

describe.skipIf(!hasProgram('bash'))('bash', () => {
  const propose = async (words: readonly string[]): Promise<readonly string[]> => {
    const quoted = ['nettrace', ...words].map((word) => `'${word}'`).join(' ');
    const line = `source "$SCRIPT"; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _nettrace; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return told('bash', ['--norc'], line);
  };

  test.each(CASES)('when a line is %j then %j is proposed', async (words, proposed) => {
    expect(await propose(words.split(' '))).toEqual(proposed);
  });

  test('when a value stands behind an equals sign then it is completed', async () => {
    expect(await propose(['walk', '--format', '=', 'j'])).toEqual(['json']);
  });

  test('when files are wanted then nothing is proposed, so that bash proposes files', async () => {
    expect(await propose(['check', ''])).toEqual([]);
    expect(await propose(['walk', '-t', ''])).toEqual([]);
  });
});

describe.skipIf(!hasProgram('fish'))('fish', () => {
  test.each(CASES)('when a line is %j then %j is proposed', async (words, proposed) => {
    const lines = await told('fish', ['--no-config'], `source $SCRIPT; complete -C 'nettrace ${words}'`);
    expect(new Set(lines.map((line) => line.split('\t', 1)[0]))).toEqual(new Set(proposed));
  });
});

describe.skipIf(!hasProgram('zsh'))('zsh', () => {
  const asked = async (words: string, current: number): Promise<readonly string[]> =>
    told(
      'zsh',
      ['-f'],
      `_arguments() { print -rl -- "$@" }; _describe() { print -rl -- $commands }; compdef() { : }
       source $SCRIPT; words=(nettrace ${words}); CURRENT=${current}; _nettrace`,
    );

  test('when a command is wanted then all are described', async () => {
    expect(await asked("''", 2)).toContain('walk:walk one flow there and back');
  });

  test.each([
    ["walk ''", `*--format[what to print]:value:(${FORMATS.join(' ')})`],
    ["schema ''", '*:schema:(topology expectations report check compare routes decode)'],
    ["check ''", '*:file:_files'],
  ])('when a line is %j then the arguments have %j', async (words, spec) => {
    expect(await asked(words, 3)).toContain(spec);
  });
});
