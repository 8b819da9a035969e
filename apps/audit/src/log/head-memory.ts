import type { TreeHead } from '@weir/merkle';

/** A head with its note. */
export type NotedHead = TreeHead & { readonly note: string };

/** The largest head of each log that this process has signed: a database that was rolled back does not know it. */
export interface HeadMemory {
  of(tenant: string): NotedHead | undefined;
  add(tenant: string, head: NotedHead): void;
}

const LOGS = 10_000;

/** A memory of heads; it forgets the logs that have not been signed for the longest time. */
export function headMemory(): HeadMemory {
  const heads = new Map<string, NotedHead>();
  return {
    of: (tenant) => heads.get(tenant),
    add(tenant, head) {
      if ((heads.get(tenant)?.size ?? 0n) >= head.size) return;
      heads.delete(tenant);
      heads.set(tenant, head);
      const [oldest] = heads.keys();
      if (heads.size > LOGS && oldest !== undefined) heads.delete(oldest);
    },
  };
}
