// What `nettrace init` writes is a topology without mistakes, of which everything holds that it expects.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from './bad-input/program.ts';

let program: Program | undefined;
beforeAll(() => {
  program = buildProgram();
}, 60_000);
afterAll(() => program?.remove());

test('when the starter is checked then it has no mistakes and holds', async () => {
  const starter = await program!.run(['init', '-o', '-']);
  expect(starter).toMatchObject({ stderr: '', status: 0 });
  const checked = await program!.run(['check'], new Map([['nettrace.yaml', starter.stdout]]));
  expect(checked).toEqual({
    stdout: `nettrace.yaml
  ok      the web server reaches the database, through the firewall both ways
  ok      nothing else passes (7 flows, samples of tcp/80-443)
  ok      without the firewall there is no way

1 file, 3 expectations, 9 flows: 3 ok
`,
    stderr: '',
    status: 0,
  });
});

test('when the starter is walked as its head says then the flow is delivered', async () => {
  const { stdout: starter } = await program!.run(['init', '-o', '-']);
  const [command] = /walk .*/.exec(starter)!;
  const { stdout, status } = await program!.run(
    [...command.split(' '), '--format', 'minimal'],
    new Map([['nettrace.yaml', starter]]),
  );
  expect({ stdout, status }).toEqual({
    stdout: 'delivered: web > fw[ttl 63] > db\ndelivered: db > fw[ttl 63] > web\n',
    status: 0,
  });
});

test('when a file is to be replaced then it is', async () => {
  const there = new Map([['nettrace.yaml', 'machines: {}\n']]);
  expect(await program!.run(['init', '--force'], there)).toEqual({
    stdout: '',
    stderr: 'nettrace: wrote nettrace.yaml\n',
    status: 0,
  });
});
