import type { DeepPartial } from '@weir/contracts';
import {
  GetJwksResponse,
  WatchRevocationsResponse,
  type JsonWebKey,
  type WatchRevocationsRequest,
} from '@weir/contracts/security';

/** One watcher of the fake service. */
export interface FakeWatch {
  /** The revision that it resumes from. */
  readonly revision: bigint;
  send(message: DeepPartial<WatchRevocationsResponse>): void;
  fail(error: Error): void;
}

/** The part of the token service that verifiers use, without a network. */
export interface FakeTokenService {
  getJwks(): Promise<GetJwksResponse>;
  watchRevocations(
    request: DeepPartial<WatchRevocationsRequest>,
    options?: { signal?: AbortSignal },
  ): AsyncIterable<WatchRevocationsResponse>;
  keys: JsonWebKey[];
  etag: string;
  /** Fails fetches of keys while it is set. */
  failure: Error | undefined;
  /** How often the keys were fetched. */
  fetches: number;
  /** Every watch so far, the latest last. */
  readonly watches: FakeWatch[];
}

/** A fake whose watches say nothing until told to. */
export function fakeTokenService(): FakeTokenService {
  const service: FakeTokenService = {
    keys: [],
    etag: 'one',
    failure: undefined,
    fetches: 0,
    watches: [],
    async getJwks() {
      service.fetches += 1;
      await Promise.resolve();
      if (service.failure) throw service.failure;
      return GetJwksResponse.fromPartial({ keys: service.keys, maxAge: { seconds: 300n }, etag: service.etag });
    },
    async *watchRevocations({ revision = 0n }, { signal } = {}) {
      const queue: (WatchRevocationsResponse | Error)[] = [];
      let wake = Promise.withResolvers<void>();
      const put = (item: WatchRevocationsResponse | Error): void => {
        queue.push(item);
        wake.resolve();
      };
      signal?.addEventListener('abort', () => put(new Error('aborted')));
      const send = (message: never): void => put(WatchRevocationsResponse.fromPartial(message));
      service.watches.push({ revision, send, fail: put });
      for (;;) {
        const item = queue.shift();
        if (item instanceof Error) throw item;
        if (item) yield item;
        else await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    },
  };
  return service;
}

/** A message that makes a list complete without an entry. */
export const emptySnapshot = (revision = 1n) => ({
  revision,
  event: { $case: 'snapshot' as const, value: { revocations: [], complete: true } },
});

/** A message that says that nothing is new. */
export const bookmark = (revision: bigint, jwksEtag = 'one') => ({
  revision,
  event: { $case: 'bookmark' as const, value: { jwksEtag } },
});
