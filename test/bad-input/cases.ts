/**
 * Cases of wrong input as readable text. A file of cases holds, for each,
 *
 *     ===== what is wrong
 *     --- topology.yaml           files, as many as the case needs
 *     $ nettrace …                the command; without it, the topology is read and nothing more
 *     --- stderr                  what the program must say
 */

export interface Case {
  readonly title: string;
  readonly files: ReadonlyMap<string, string>;
  /** Undefined: the topology is read in this process. */
  readonly args: readonly string[] | undefined;
  readonly stderr: string;
  /** The text of the case up to what it expects. */
  readonly question: string;
}

const CASE = /^===== /m;
const EXPECTED = '--- stderr\n';

/** Reads a file of cases; what stands before the first one is for the reader. */
export function readCases(text: string): { readonly preface: string; readonly cases: readonly Case[] } {
  const [preface = '', ...parts] = text.split(CASE);
  return { preface, cases: parts.map(readCase) };
}

function readCase(text: string): Case {
  const [question = '', stderr = ''] = text.split(EXPECTED, 2);
  const [head = '', ...sections] = question.split(/^--- /m);
  const command = /^\$ nettrace (.*)$/m.exec(question)?.[1];
  return {
    title: head.split('\n')[0]!,
    files: new Map(sections.map(readSection)),
    args: command === undefined ? undefined : wordsOf(command),
    stderr: stderr.trimEnd(),
    question,
  };
}

function readSection(text: string): [string, string] {
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1).replace(/^\$ .*\n/m, '')];
}

/** Words of a command line; single quotes keep blanks. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** The file of cases with what the program says now. */
export const writeCases = (
  preface: string,
  answers: readonly { readonly case: Case; readonly stderr: string }[],
): string =>
  preface + answers.map((one) => `===== ${one.case.question}${EXPECTED}${one.stderr.trimEnd()}\n`).join('\n');
