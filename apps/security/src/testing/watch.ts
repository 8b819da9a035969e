import type { Client } from '@weir/client';
import type { Revocation, TokenServiceDefinition, WatchRevocationsResponse } from '@weir/contracts/security';

/** What a watcher has seen so far. */
export interface Watcher extends AsyncDisposable {
  readonly tokenIds: ReadonlySet<string>;
  readonly revision: bigint;
  readonly bookmarks: number;
  readonly messages: number;
  readonly etag: string;
  /** What the stream ended with. */
  readonly end: unknown;
}

/** Watches revocations from a revision until it is disposed. */
export function watch(
  tokens: Pick<Client<typeof TokenServiceDefinition>, 'watchRevocations'>,
  revision: bigint,
  tokenIds = new Set<string>(),
): Watcher {
  const ending = new AbortController();
  const state = { tokenIds, revision, bookmarks: 0, messages: 0, etag: '', end: undefined as unknown };

  function take({ event, revision: at }: WatchRevocationsResponse): void {
    state.messages += 1;
    if (event?.$case === 'snapshot') event.value.revocations.forEach(add);
    if (event?.$case === 'revoked') add(event.value);
    if (event?.$case === 'bookmark') [state.bookmarks, state.etag] = [state.bookmarks + 1, event.value.jwksEtag];
    if (at > 0n) state.revision = at;
  }
  const add = ({ target }: Revocation): void => {
    if (target?.$case === 'tokenId') tokenIds.add(target.value);
  };
  async function run(): Promise<void> {
    try {
      for await (const message of tokens.watchRevocations({ revision }, { signal: ending.signal })) take(message);
    } catch (error) {
      state.end = error;
    }
  }

  const running = run();
  return Object.assign(state, {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  });
}
