import { tenantScope, type Scope } from '@weir/context';
import { idIn } from '@weir/rpc';
import type { DataKeyStore, KeyCursor, KeyedContent } from '../store/data-key-store.ts';
import type { DataKeys, Rewrap, WrappedKey } from './data-keys.ts';

/** What it takes to keep wrapped keys fresh. */
export interface RewrapParts {
  readonly dataKeys: DataKeys;
  readonly datasetKeys: DataKeyStore;
}

const BATCH = 500;
const DISCARDED = 5_000;

/**
 * Wraps the data keys of contents by the present version of their key, and tells security which are not needed any
 * more: so an old version retires. Where the oldest is fresh, all are, and one is all that is looked at.
 */
export async function rewrapDataKeys({ dataKeys, datasetKeys }: RewrapParts): Promise<void> {
  for (const name of await datasetKeys.names()) {
    const scope = tenantScope(idIn(name, 'tenants'));
    const discarded = await datasetKeys.discarded(scope, name, DISCARDED);
    const pass = keysOf(datasetKeys, scope, name);
    await dataKeys.rewrap(name, pass.batches, discarded, pass.store);
    await datasetKeys.forgetDiscarded(scope, discarded);
  }
}

/** The keys of one name, batch by batch, until nothing is left to rewrap. */
function keysOf(store: DataKeyStore, scope: Scope, name: string) {
  let batch: readonly KeyedContent[] = [];
  let after: KeyCursor | undefined;
  let isDone = false;

  async function* batches(): AsyncGenerator<readonly WrappedKey[]> {
    for (let limit = 1; !isDone; limit = BATCH) {
      batch = await store.list(scope, name, after, limit);
      const last = batch.at(-1);
      if (!last) return;
      after = { content: last.content, version: last.key.version };
      yield batch.map(({ key }) => key);
    }
  }

  return {
    batches: batches(),
    async store(outcomes: readonly Rewrap[]): Promise<void> {
      const fresh = batch.flatMap(({ content }, at) => {
        const key = outcomes[at];
        return typeof key === 'object' ? [{ content, key }] : [];
      });
      if (outcomes.length > 0 && outcomes.every((outcome) => outcome === 'unchanged')) isDone = true;
      await store.replace(scope, fresh);
    },
  };
}
