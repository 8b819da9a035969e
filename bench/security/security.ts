import type { Bench, BenchResult } from '../bench.ts';
import { access } from './access.ts';
import { encryption } from './encryption.ts';
import { revocation } from './revocation.ts';
import { startTarget, type SecurityPart } from './target.ts';
import { tokens } from './tokens.ts';

const parts: Readonly<Record<string, SecurityPart>> = { tokens, access, encryption, revocation };

/** What the security service costs over gRPC, beside the same work without it. */
export const security: Bench = {
  question: 'what do tokens, decisions and encryption cost over gRPC, and how long does a revocation travel?',

  async run(options) {
    const names = options.parts?.length ? options.parts : Object.keys(parts);
    const unknown = names.filter((name) => !(name in parts));
    if (unknown.length > 0)
      throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
    options.say('five services start, each a process of its own, with one PostgreSQL that waits for the disk');
    await using target = await startTarget();
    const results: BenchResult[] = [];
    for (const name of names) results.push(...((await parts[name]?.(target, options)) ?? []));
    return results;
  },
};
