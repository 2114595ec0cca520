// What the architecture rules need to know of one source file, taken from its syntax tree.
import { parseSync } from 'rolldown/utils';

export interface SourceFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly lines: number;
  /** Static, dynamic and type-only imports, re-exports, `import('x').T`, `import x = require('x')`. */
  readonly imports: readonly Reference[];
  /** Identifiers that are read as variables, such as `process`. */
  readonly variables: readonly Reference[];
  readonly hasDefaultExport: boolean;
}

export interface Reference {
  readonly name: string;
  readonly line: number;
}

interface Syntax {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** The name of an import whose path is computed at run time, and so cannot be judged. */
export const COMPUTED = '(computed)';

export function readSource(path: string, text: string): SourceFile {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors.map((error) => error.message).join('; ')}`);
  const lineAt = lineCounter(text);
  const imports: Reference[] = [];
  const variables: Reference[] = [];
  visit(program as unknown as Syntax, (syntax) => {
    const imported = importedBy(syntax);
    if (imported !== undefined) imports.push({ name: imported, line: lineAt(syntax.start) });
    if (syntax.type === 'Identifier')
      variables.push({ name: String(syntax['name']), line: lineAt(syntax.start) });
  });
  const exported = module.staticExports.flatMap((statement) => statement.entries);
  return {
    path,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports,
    variables,
    hasDefaultExport: exported.some(
      ({ exportName }) => exportName.kind === 'Default' || exportName.name === 'default',
    ),
  };
}

function importedBy(syntax: Syntax): string | undefined {
  switch (syntax.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return isSyntax(syntax['source']) ? literal(syntax['source']) : undefined;
    case 'TSExternalModuleReference':
      return isSyntax(syntax['expression']) ? literal(syntax['expression']) : undefined;
    case 'CallExpression': {
      const [callee, first] = [syntax['callee'], (syntax['arguments'] as unknown[])[0]];
      return isSyntax(callee) && callee['name'] === 'require' && isSyntax(first) ? literal(first) : undefined;
    }
    default:
      return undefined;
  }
}

const literal = (syntax: Syntax): string =>
  syntax.type === 'Literal' && typeof syntax['value'] === 'string' ? syntax['value'] : COMPUTED;

function visit(syntax: Syntax, meet: (syntax: Syntax) => void): void {
  meet(syntax);
  for (const [field, child] of Object.entries(syntax)) {
    if (isNameOnly(syntax, field)) continue;
    for (const one of Array.isArray(child) ? child : [child]) if (isSyntax(one)) visit(one, meet);
  }
}

/** `a.process`, `{ process: 1 }` and `process(): void` in a type name a member and read no variable. */
const isNameOnly = (syntax: Syntax, field: string): boolean =>
  (field === 'property' || (field === 'key' && syntax['shorthand'] !== true)) && syntax['computed'] !== true;

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'type' in value;

function lineCounter(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split('\n').length;
}
