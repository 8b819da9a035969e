import type { Bench, BenchResult } from '../bench.ts';
import { access } from './access.ts';
import { encryption } from './encryption.ts';
import { revocation } from './revocation.ts';
import { startTarget, type SecurityPart } from './target.ts';
import { tokens } from './tokens.ts';

const parts: readonly SecurityPart[] = [tokens, access, encryption, revocation];

/** What the security service costs over gRPC, beside the same work without it. */
export const security: Bench = {
  question: 'what do tokens, decisions and encryption cost over gRPC, and how long does a revocation travel?',

  async run(options) {
    options.say('five services start, each a process of its own, with one PostgreSQL that waits for the disk');
    await using target = await startTarget();
    const results: BenchResult[] = [];
    for (const part of parts) results.push(...(await part(target, options)));
    return results;
  },
};
