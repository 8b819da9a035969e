import { Clearance, Lifecycle } from '@weir/contracts/registry';
import { WeirError } from '@weir/errors';
import { catalogueOf } from './catalogue.ts';
import { needs } from './samples.ts';
import { startTestRegistry, type TestRegistry } from './start-registry.ts';

/** Who must know nothing of what is hidden. */
export const OUTSIDER = 'tenants/outsider';
/** What nobody ever published. */
export const NOTHING = 'never-published';
/** Components that the outsider must know nothing of, each for another reason. */
export const HIDDEN = [
  'never-granted',
  'above-ceiling',
  'beyond-range',
  'grant-expired',
  'grant-revoked',
  'only-archived',
] as const;

/** A registry in which most is hidden from one tenant. */
export interface HiddenCatalogue extends AsyncDisposable {
  readonly registry: TestRegistry;
  /** The digest of what is hidden under a name; for what was never published, some other. */
  digestOf(component: string): string;
  /** Everything that an answer says, error details included, with what was asked for called the same. */
  said(call: () => Promise<unknown>, component: string): Promise<string>;
}

/** "components/one/versions/1.0.0" */
export const versionOf = (component: string, number = '1.0.0'): string => `components/${component}/versions/${number}`;

/** Starts it: the outsider sees the two versions of "open-part", which need what it may not see and what is not there. */
export async function startHiddenCatalogue(): Promise<HiddenCatalogue> {
  const registry = await startTestRegistry();
  const digests = new Map<string, string>();
  const { tenant, publish, grant } = catalogueOf(registry);
  await tenant('outsider', { clearanceCeiling: Clearance.INTERNAL });
  await tenant('holder', { clearanceCeiling: Clearance.RESTRICTED });
  for (const component of [...HIDDEN, 'needed-part']) {
    const clearance = component === 'above-ceiling' ? Clearance.RESTRICTED : Clearance.PUBLIC;
    const secrets = { capabilities: [`can-${component}`], description: `secret of ${component}` };
    digests.set(component, (await publish(component, '1.0.0', { clearance, ...secrets })).digest);
    const name = `components/${component}/aliases/stable`;
    await registry.admin.components.setAlias({ name, version: versionOf(component) });
    await grant('holder', component);
  }
  await hide(registry);
  await publish('open-part', '1.0.0', { dependencies: needs({ 'needed-part': '*' }) });
  await publish('open-part', '1.1.0', { dependencies: needs({ 'absent-part': '*' }) });
  await grant('outsider', 'open-part');
  const digestOf = (component: string): string => digests.get(component) ?? digests.get('needed-part') ?? '';
  return {
    registry,
    digestOf,
    said: async (call, component) =>
      (await textOf(call)).replaceAll(component, 'it').replaceAll(digestOf(component), 'its digest'),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

/** Grants that do not help the outsider. */
async function hide(registry: TestRegistry): Promise<void> {
  const { grant } = catalogueOf(registry);
  const { admin, behind } = registry;
  await grant('outsider', 'above-ceiling');
  await grant('outsider', 'beyond-range', '>=2');
  await grant('outsider', 'grant-expired', '*', new Date(Date.now() + 3_600_000));
  await behind.elapse('visible_spans', 'expires_at', '2 hours');
  await behind.elapse('grants', 'expires_at', '2 hours');
  const { name } = await grant('outsider', 'grant-revoked');
  await admin.components.revokeAccess({ name, reason: 'no longer' });
  await grant('outsider', 'only-archived');
  const archived = { name: versionOf('only-archived') };
  const sunsetAt = new Date(Date.now() + 60_000);
  await admin.components.setLifecycle({ ...archived, lifecycle: Lifecycle.DEPRECATED, reason: 'old' });
  await admin.components.setLifecycle({ ...archived, lifecycle: Lifecycle.SUNSET, sunsetAt });
  await admin.components.setLifecycle({ ...archived, lifecycle: Lifecycle.ARCHIVED });
}

async function textOf(call: () => Promise<unknown>): Promise<string> {
  const answer: unknown = await call().catch((error: unknown) => {
    if (!(error instanceof WeirError)) throw error;
    return { reason: error.reason, message: error.message, details: error.details };
  });
  return JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
