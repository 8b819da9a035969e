import type { DeleteDatasetRequest, DeleteDatasetResponse } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { childName, parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { Leftovers } from '../datasets/leftovers.ts';
import type { DatasetUses } from '../store/dataset-uses.ts';
import type { DatasetStore } from '../store/dataset-store.ts';

const Request = z.object({ name: childName('datasets'), force: z.boolean(), etag: text(0, 64) });

/** What the handler works with. */
export interface DeleteDatasetParts {
  readonly datasets: DatasetStore;
  readonly uses: DatasetUses;
  readonly leftovers: Leftovers;
}

const MAX_NAMED = 5;

/** Deletes a dataset for good. */
export function deleteDataset(parts: DeleteDatasetParts): Unary<DeleteDatasetRequest, DeleteDatasetResponse> {
  return async (request, context) => {
    const { name, force, etag } = parse(Request, request);
    const found = await parts.datasets.find(context.scope, name);
    if (!found) throw reason('DATASET_NOT_FOUND', { name }, { resource: { type: 'Dataset', name } });
    const users = force ? [] : await parts.uses.usersOf(context.scope, name, found.content);
    if (users.length > 0) throw inUse(name, users);

    const dataset = await parts.datasets.remove(context.scope, name, etag);
    if (!dataset) throw reason('ETAG_MISMATCH', { name, etag });
    // Readers may still hold the file; then a later sweep finds it.
    context.afterCommit(() => void parts.leftovers.sweep().catch(() => undefined));

    context.audit({ dataset: name, dataSizeBytes: Number(dataset.sizeBytes), details: { force } });
    return { dataset };
  };
}

const inUse = (name: string, users: readonly string[]) =>
  reason(
    'DATASET_IN_USE',
    { name, users: [...users.slice(0, MAX_NAMED), ...(users.length > MAX_NAMED ? ['...'] : [])].join(', ') },
    { preconditions: users.map((subject) => ({ type: 'DATASET_IN_USE', subject, description: `uses ${name}` })) },
  );
