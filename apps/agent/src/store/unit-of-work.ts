import type { Scope } from '@weir/context';

/** Makes the store calls inside `work` that get `scope` one transaction. */
export type UnitOfWork = <T>(scope: Scope, work: () => Promise<T>) => Promise<T>;
