// Holds source files to the house rules; every violation is one line that says where, what and why.
import { posix } from 'node:path';
import {
  FOLDERS,
  HOUSE,
  MAX_LINES,
  NEIGHBOURS,
  OUTSIDE_WORLD,
  PACKAGES,
  TERM_READERS,
  VAGUE_FOLDERS,
  type Folder,
} from './house.ts';
import { COMPUTED, type Reference, type SourceFile } from './read.ts';

/** Tests beside the code may import anything; declarations of asset types are not code. */
const isExempt = (path: string): boolean => path.endsWith('.test.ts') || path.endsWith('.d.ts');

/** What only tests use: their packets, their networks. */
const isTestMaterial = (path: string): boolean => /\.(test|fixture|test-support)\.ts$/.test(path);

export function violations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [
    ...judgeNames(file),
    ...(isExempt(file.path)
      ? []
      : [...judgeShape(file), ...judgeImports(file), ...judgeVariables(file), ...judgeTerms(file)]),
  ]);
}

function judgeNames({ path }: SourceFile): string[] {
  const vague = posix
    .dirname(path)
    .split('/')
    .filter((folder) => VAGUE_FOLDERS.test(folder))
    .map((folder) => `${path}: a folder called ${folder} says nothing of what is in it`);
  return path.endsWith('.spec.ts') ? [...vague, `${path}: a test beside the code ends in .test.ts`] : vague;
}

function judgeShape({ path, lines, hasDefaultExport }: SourceFile): string[] {
  const found: string[] = [];
  if (folderOf(path) === undefined)
    found.push(`${path}: lies in no folder of the house (${FOLDERS.join(', ')})`);
  if (hasDefaultExport) found.push(`${path}: default export; a file is named for the one name it exports`);
  if (lines > MAX_LINES) found.push(`${path}: ${lines} lines, more than ${MAX_LINES}`);
  return found;
}

function judgeImports(file: SourceFile): string[] {
  const folder = folderOf(file.path);
  if (folder === undefined) return [];
  return file.imports.flatMap((reference) => {
    const why = reference.name.startsWith('.')
      ? whyNotFile(file.path, folder, posix.join(posix.dirname(file.path), reference.name))
      : whyNotPackage(folder, reference.name);
    return why === undefined ? [] : [`${at(file, reference)}: imports ${reference.name}: ${why}`];
  });
}

function judgeVariables(file: SourceFile): string[] {
  if (folderOf(file.path) === 'cli') return [];
  return file.variables
    .filter(({ name }) => OUTSIDE_WORLD.includes(name))
    .map(
      (reference) => `${at(file, reference)}: uses ${reference.name}: only src/cli touches the outside world`,
    );
}

function judgeTerms(file: SourceFile): string[] {
  if (isTestMaterial(file.path) || Object.keys(TERM_READERS).some((path) => file.path.startsWith(path)))
    return [];
  return file.variables
    .filter(({ name }) => name === 'valueOf')
    .map((reference) => `${at(file, reference)}: opens a term: a device asks about it (walk/ask.ts)`);
}

function whyNotFile(path: string, from: Folder, target: string): string | undefined {
  if (!target.startsWith('src/')) {
    return from === 'cli' ? undefined : 'only src/cli brings in files from outside src/';
  }
  if (isTestMaterial(target) && !isTestMaterial(path)) return 'code must not depend on a test';
  const to = folderOf(target);
  if (to === undefined) return 'it lies in no folder of the house';
  if (from === 'kinds' && to === 'kinds') return whyNotNeighbour(kindOf(path), kindOf(target), target);
  if (from === to || HOUSE[from].sees.includes(to)) return undefined;
  return `${from} must not see ${to}: ${HOUSE[from].except?.[to] ?? HOUSE[from].because}`;
}

function whyNotNeighbour(
  kind: string | undefined,
  sees: string | undefined,
  target: string,
): string | undefined {
  if (kind === undefined || kind === sees) return undefined;
  if (target === 'src/kinds/index.ts') return 'a kind that sees the list of kinds sees every kind';
  if (sees === undefined || NEIGHBOURS.some((one) => one.kind === kind && one.sees === sees))
    return undefined;
  return `kind ${kind} must not see kind ${sees}: what two kinds share belongs to src/mechanism`;
}

function whyNotPackage(folder: Folder, name: string): string | undefined {
  if (name === COMPUTED) return 'a computed path cannot be checked; write it as a literal';
  const owner = Object.keys(PACKAGES)
    .filter((entry) => name === entry || name.startsWith(entry.endsWith(':') ? entry : `${entry}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  const rule = owner === undefined ? undefined : PACKAGES[owner];
  if (rule === undefined)
    return 'the package has no entry in test/architecture/house.ts (built-ins are written node:…)';
  return rule.users.includes(folder) ? undefined : `for ${rule.users.join(' and ')} only: ${rule.because}`;
}

function folderOf(path: string): Folder | undefined {
  const [root, folder, ...rest] = path.split('/');
  return root === 'src' && rest.length > 0 ? FOLDERS.find((one) => one === folder) : undefined;
}

function kindOf(path: string): string | undefined {
  const [, , kind, ...rest] = path.split('/');
  return rest.length > 0 ? kind : undefined;
}

const at = ({ path }: SourceFile, { line }: Reference): string => `${path}:${line}`;
