import { platformScope, tenantScope } from '@weir/context';
import type { ContentStore } from '../store/content-store.ts';
import type { DatasetFiles } from './dataset-files.ts';

/** Gets rid of contents that came to nothing. */
export interface Leftovers {
  /** Gives up contents that arrive; never fails, but tries again with the next `sweep`. */
  drop(tenant: string, contents: readonly string[]): Promise<void>;
  /** Removes all garbage that nobody reads, of every tenant. Answers how many contents went. */
  sweep(): Promise<number>;
}

const BATCH = 100;

/** Removes files first and rows after: a crash in between is swept up again. */
export function leftovers(contents: ContentStore, files: DatasetFiles): Leftovers {
  const later = new Map<string, string>();

  const remove = async (tenant: string, content: string): Promise<void> => {
    await files.remove(tenant, content);
    await contents.forget(tenantScope(tenant), content);
  };
  const giveUp = async (tenant: string, ids: readonly string[]): Promise<void> => {
    // Only what still arrives: of a commit whose answer was lost the dataset may be there.
    const given = await contents.abandon(tenantScope(tenant), ids);
    for (const id of given) await remove(tenant, id);
    for (const id of ids) later.delete(id);
  };

  return {
    async drop(tenant, ids) {
      for (const id of ids) later.set(id, tenant);
      await giveUp(tenant, ids).catch(() => undefined);
    },
    async sweep() {
      for (const [id, tenant] of later) await giveUp(tenant, [id]);
      const found = await contents.garbage(platformScope(), BATCH);
      for (const { tenant, content } of found) await remove(tenant, content);
      return found.length;
    },
  };
}
