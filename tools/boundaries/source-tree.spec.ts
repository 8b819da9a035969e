import { basename } from 'node:path';
import { lineCount, packages, read, sources } from './source-tree.ts';

const code = sources('{apps,libs,bench,tests,tools}/**/*.{ts,mjs,cjs}');
const production = code.filter((file) => !file.endsWith('.spec.ts'));
const failing = (files: string[], keeps: (text: string, file: string) => boolean): string[] =>
  files.filter((file) => !keeps(read(file), file));

describe('the source tree', () => {
  it('has files of at most 250 lines', () => {
    expect(failing(code, (text) => lineCount(text) <= 250)).toEqual([]);
  });

  it('has files of at most 60 lines in the median', () => {
    const counts = production.map((file) => lineCount(read(file))).sort((a, b) => a - b);

    expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(60);
  });

  it('has kebab-case names that say what is in a file', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.(ts|mjs|cjs)$/;
    const vague = /(^|-)(utils?|helpers?|common|misc)\./;

    expect(code.filter((file) => !kebab.test(basename(file)) || vague.test(basename(file)))).toEqual([]);
  });

  it('names each export in every index.ts', () => {
    const indexes = sources('{apps,libs}/*/src/**/index.ts');

    expect(failing(indexes, (text) => !/^export (\*|default)/m.test(text))).toEqual([]);
  });

  it('tells the compiler and the linter everything', () => {
    const silencer = new RegExp(['eslint', 'disable'].join('-') + '|@ts-' + '(ignore|nocheck|expect-error)');
    const talksOfThem = (file: string): boolean => file.startsWith('tools/boundaries/');

    expect(failing(code, (text, file) => talksOfThem(file) || !silencer.test(text))).toEqual([]);
  });

  it('gives every open end a number', () => {
    const open = new RegExp(`\\b(${['TO', 'DO'].join('')}(?!\\(#\\d+\\))|${['FIX', 'ME'].join('')})\\b`);

    expect(failing(code, (text) => !open.test(text))).toEqual([]);
  });

  it('says in tests what is, not what should be', () => {
    const specs = code.filter((file) => file.endsWith('.spec.ts'));

    expect(failing(specs, (text) => !/\b(it|test)(\.each\(.*\))?\(\s*['"`]should\b/.test(text))).toEqual([]);
  });
});

describe.each(packages())('$name', ({ root, nx, dependencies, devDependencies }) => {
  it('has a layer, and a name if it is an app', () => {
    const layers = nx.tags.filter((tag) => /^layer:(core|platform|app)$/.test(tag));

    expect(layers).toHaveLength(1);
    expect(nx.tags.some((tag) => tag.startsWith('app:'))).toBe(layers[0] === 'layer:app');
  });

  it('declares the packages of the workspace that it imports', () => {
    const imported = sources(`${root}/**/*.ts`).flatMap((file) =>
      [...read(file).matchAll(/^(?:import|export|\}) .*from '(@weir\/[a-z-]+)/gm)].map(([, name = '']) => name),
    );

    const declared = { ...dependencies, ...devDependencies };
    expect([...new Set(imported)].filter((name) => !(name in declared) && !root.endsWith(name.slice(5)))).toEqual([]);
  });
});
