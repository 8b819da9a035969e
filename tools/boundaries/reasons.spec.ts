import { catalogue } from '@weir/errors';
import ts from 'typescript';
import { read, sources } from './source-tree.ts';

const entries = new Map(Object.entries(catalogue));

/** What a call of reason() leaves out of its message: "apps/x/src/y.ts: TENANT_NOT_FOUND lacks name". */
function* lacking(file: string): Iterable<string> {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest);
  for (const call of callsIn(source)) {
    const [name, facts] = call.arguments;
    if (!ts.isIdentifier(call.expression) || call.expression.text !== 'reason' || !name) continue;
    const given = factsOf(facts);
    if (!ts.isStringLiteral(name) || !given) continue;
    const wanted = [...(entries.get(name.text)?.message.matchAll(/\{(\w+)\}/g) ?? [])].map(([, fact = '']) => fact);
    const missing = wanted.filter((fact) => !given.has(fact));
    if (missing.length > 0) yield `${file}: ${name.text} lacks ${missing.join(', ')}`;
  }
}

function* callsIn(node: ts.Node): Iterable<ts.CallExpression> {
  if (ts.isCallExpression(node)) yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* callsIn(child);
}

/** The names in an object literal; undefined when they cannot be read off the source. */
function factsOf(facts: ts.Expression | undefined): Set<string> | undefined {
  if (!facts) return new Set();
  if (!ts.isObjectLiteralExpression(facts)) return undefined;
  const names = facts.properties.map(({ name }) => (name && ts.isIdentifier(name) ? name.text : undefined));
  return names.includes(undefined) ? undefined : new Set(names.filter((name) => name !== undefined));
}

describe('a reason', () => {
  it('comes with every fact that its message names', () => {
    const files = sources('{apps,libs}/**/*.ts').filter((file) => !file.endsWith('.spec.ts'));

    expect(files.flatMap((file) => [...lacking(file)])).toEqual([]);
  });
});
