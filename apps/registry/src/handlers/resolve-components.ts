import type { Lock, ResolveComponentsRequest, ResolveComponentsResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { componentName, parse, resourceId, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { lockDigest } from '../domain/canonical.ts';
import { versionRange } from '../domain/manifest/manifest.ts';
import { list, unique } from '../domain/manifest/rules.ts';
import { idOf } from '../domain/names.ts';
import { lockedBy, lockOf } from '../domain/resolution/lock.ts';
import { edgeName, LIMITS, ResolutionTooLarge, type Conflict } from '../domain/resolution/model.ts';
import { resolve } from '../domain/resolution/solver.ts';
import { placeOf } from '../domain/published-version.ts';
import { fitting } from '../domain/status-room.ts';
import type { ResolutionStore } from '../store/resolution-store.ts';
import { versionRef, viewer } from './component-fields.ts';

const requirement = z.object({
  component: componentName(),
  selector: z.discriminatedUnion(
    '$case',
    [
      z.object({ $case: z.literal('range'), value: versionRange() }),
      z.object({ $case: z.literal('alias'), value: resourceId() }),
    ],
    'must be a range or an alias',
  ),
});

const digest = () => z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 hexadecimal digits');

const lock = z
  .custom<Lock>()
  .refine((lock) => lock.digest === '' || lock.digest === lockDigest(lock), {
    path: ['digest'],
    message: 'must be the digest of the lock: it was changed since it was resolved',
  })
  .refine(({ components }) => components.length <= LIMITS.components, {
    path: ['components'],
    message: `must have at most ${LIMITS.components}`,
  })
  .superRefine(({ components }, context) => {
    const found = z.array(z.object({ name: versionRef(), digest: digest() })).safeParse(components);
    for (const { message, path } of found.error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: ['components', ...path], message });
    }
  })
  .optional();

const Request = z.object({
  tenant: viewer(),
  requirements: list(requirement, 1, 64).superRefine(unique('component')),
  lock,
});

/** ResolveComponents: requirements become a lock, or the edges that conflict are named. */
export function resolveComponents(
  resolutions: ResolutionStore,
): Unary<ResolveComponentsRequest, ResolveComponentsResponse> {
  return async (request, { scope }) => {
    const { requirements, lock: earlier } = parse(Request, request);
    const wanted = requirements.map(({ component, selector }) => ({ component: idOf(component), selector }));
    const locked = lockedBy(earlier);

    return resolutions
      .read(scope, locked, async (catalogue) => {
        const { chosen, conflicts } = await resolve({ requirements: wanted, locked, now: new Date() }, catalogue);
        if (!chosen) throw conflicting(conflicts);
        const lock = lockOf(wanted, chosen);
        const components = await catalogue.versions(lock.requirements.map(({ version }) => placeOf(version)));
        return { lock, components };
      })
      .catch(tooLarge);
  };
}

function tooLarge(error: unknown): never {
  if (!(error instanceof ResolutionTooLarge)) throw error;
  throw reason('RESOLUTION_TOO_LARGE', { what: error.what, limit: LIMITS[error.what] });
}

function conflicting(conflicts: readonly Conflict[]) {
  const preconditions = fitting(
    conflicts.map(({ type, edge, description }) => ({ type, subject: edgeName(edge), description })),
    ({ type, subject, description }) => type + subject + description,
  );
  const named = preconditions.slice(0, 3).map(({ type, subject }) => `${subject}: ${type}`);
  const more = conflicts.length > named.length ? ` and ${conflicts.length - named.length} more` : '';
  return reason('RESOLUTION_CONFLICT', { conflicts: named.join('; ') + more }, { preconditions });
}
