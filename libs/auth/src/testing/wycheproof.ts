import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One test vector; what it holds beyond this is its kind's own. */
export interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

/** Vectors that share a key, a size or the like. */
export type VectorGroup<G, V> = G & { readonly tests: readonly (V & Vector)[] };

/**
 * The folder with Wycheproof's vectors, `testvectors_v1` of github.com/c2sp/wycheproof, as WEIR_WYCHEPROOF names it;
 * undefined when it names none, and then the suites say that they are left out.
 */
export function wycheproofFolder(): string | undefined {
  const folder = process.env['WEIR_WYCHEPROOF'] ?? '';
  if (folder !== '') return folder;
  process.stderr.write('Wycheproof: left out, WEIR_WYCHEPROOF names no folder with its vectors\n');
  return undefined;
}

/** The groups of one of its files. Throws when the file is not there: a folder without it is the wrong one. */
export function wycheproof<G, V>(file: string): readonly VectorGroup<G, V>[] {
  const path = join(wycheproofFolder() ?? '', file);
  if (!existsSync(path)) throw new Error(`WEIR_WYCHEPROOF has no ${file}`);
  const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as { testGroups: readonly VectorGroup<G, V>[] };
  return testGroups;
}

/** How a vector is named in a failure: "17 rejectsModifiedSignature (invalid)". */
export const vectorName = ({ tcId, comment, result }: Vector): string => `${tcId} ${comment} (${result})`;
