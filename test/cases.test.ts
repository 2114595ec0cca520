// Golden cases: each file under test/cases is a command and all that it must print.
// `UPDATE=1 npx vitest run test/cases.test.ts` writes what is printed now; read the diff before you commit it.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GOLDEN } from './golden/all.ts';
import { formatCase, readCase, wordsOf } from './golden/case.ts';
import { openRunner, type Runner } from './golden/run.ts';
import { isUpdateWanted } from './golden/update.ts';

const isUpdate = isUpdateWanted(process.env);

const MINUTE = 60_000;

let runner: Runner | undefined;
beforeAll(() => {
  runner = openRunner();
}, MINUTE);
afterAll(() => runner?.close());

describe('golden cases', () => {
  test.concurrent.each(GOLDEN.map((one) => [one.name, one] as const))(
    '%s',
    async (_name, { golden, path, text }) => {
      const now = formatCase({
        ...golden,
        outcome: await runner!.run(golden),
      });
      if (!isUpdate) expect(now).toBe(text);
      else if (now !== text) writeFileSync(path, now);
    },
    MINUTE,
  );
});

describe('the form of a case', () => {
  test('when a case is written then it reads back as it was', () => {
    const golden = {
      title: 'when one thing then another',
      files: new Map([['net.yaml', 'name: net\n\nvnets: {}\n']]),
      stdin: '{"src":"10.0.0.4"}\n',
      command: "nettrace walk -t net.yaml \\\n  --set 'name=a b'",
      outcome: { stdout: 'DELIVERED\n\n-- back: tcp --\n', stderr: 'note\n', status: 1 },
    };
    expect(readCase(formatCase(golden))).toEqual(golden);
  });

  test('when a command has quotes and continued lines then it is split as a shell does', () => {
    expect(wordsOf(`nettrace walk --set 'a=*nat\n-A "x"' \\\n --pick "b c"=d''e`)).toEqual([
      'walk',
      '--set',
      'a=*nat\n-A "x"',
      '--pick',
      'b c=de',
    ]);
  });

  test('when two titles are alike or one has no condition then it says too little', () => {
    const titles = GOLDEN.map(({ golden }) => golden.title);
    expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([]);
    expect(titles.filter((title) => !/^when .+ then .+$/.test(title))).toEqual([]);
  });
});

describe('UPDATE=1', () => {
  test.each([
    [{}, false],
    [{ UPDATE: '1' }, true],
    [{ UPDATE: '1', CI: 'false' }, true],
    [{ CI: 'true' }, false],
  ])('when the environment is %j then golden files are rewritten: %s', (environment, expected) => {
    expect(isUpdateWanted(environment)).toBe(expected);
  });

  test.each(['true', '1'])('when CI is %s then it is refused', (CI) => {
    expect(() => isUpdateWanted({ UPDATE: '1', CI })).toThrow('refused');
  });
});
