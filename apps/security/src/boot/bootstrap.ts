import { backgroundEvent, type AuditJournal } from '@weir/audit-outbox';
import { platformScope, type Scope } from '@weir/context';
import { Sensitivity } from '@weir/contracts/options';
import type { Database } from '@weir/database';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Waived } from '../domain/access/obligations.ts';
import type { Schema } from '../store/schema.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import type { KeyRotation } from '../tokens/key-rotation.ts';
import type { SigningKeyStore } from '../store/signing-key-store.ts';
import { seedAdmin, type AdminParts } from './admin.ts';
import { seedServices, type ServiceIdentityParts } from './service-identities.ts';

/** What the service needs before it can serve: a signing key, an administrator, the identities of services. */
export interface Bootstrap extends AsyncDisposable {
  /** Why it is not there yet; undefined when it is. */
  ready(): string | undefined;
}

/** What a bootstrap works with. */
export interface BootstrapParts extends AdminParts, Omit<ServiceIdentityParts, 'matched'> {
  readonly database: Database<Schema>;
  readonly journal: AuditJournal;
  readonly rotation: KeyRotation;
  readonly keys: SigningKeyStore;
  readonly ring: KeyRing;
  readonly log: Logger;
  readonly waived: Waived;
}

const RETRY_MS = 500;
const AGAIN_MS = 15_000;

/** Makes what is missing, as soon as the database answers; later it takes over secrets whose files change. */
export function startBootstrap(parts: BootstrapParts): Bootstrap {
  const ending = new AbortController();
  const matched = new Map<string, string>();
  let problem: string | undefined = 'the first key and the first principals are not made yet';
  let isUp = false;

  async function attempt(): Promise<void> {
    try {
      await prepare({ ...parts, matched }, isUp);
      problem = undefined;
      isUp = true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== problem) parts.log.warn({ err: error }, 'not prepared yet; trying again');
      // Once up, a file that cannot be read now does not stop the service.
      problem = isUp ? undefined : message;
    }
  }

  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      await attempt();
      await wait(isUp ? AGAIN_MS : RETRY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  const looping = loop();
  return {
    ready: () => problem,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await looping;
    },
  };
}

async function prepare(parts: BootstrapParts & ServiceIdentityParts, isUp: boolean): Promise<void> {
  const { database, rotation, keys, ring, journal, log, adminSecretFile } = parts;
  const scope = platformScope();
  const made = await database.transaction(scope, async () => {
    // The lock on the keys also keeps two replicas from preparing at once.
    await rotation.begin(scope);
    await keys.destroyRetired(scope);
    const isFirstBoot = await seedAdmin(parts, scope);
    const services = await seedServices(parts, scope);
    if (isFirstBoot) await record(parts, scope, 'first_boot', 'principals/admin');
    // Settings that waive what is demanded are on record at each start, so that an assessment finds them.
    const waived = isUp ? [] : waivedIn(parts.waived);
    for (const setting of waived) {
      parts.log.warn({ setting }, 'this setting is off: decisions do not oblige to it, whoever demands it');
      await record(parts, scope, 'safeguard_waived', setting);
    }
    for (const service of services) await record(parts, scope, 'service_secret_taken_over', `principals/${service}`);
    return { isFirstBoot, services };
  });
  journal.wake();
  await ring.refresh();
  if (made.isFirstBoot)
    log.info({ file: adminSecretFile }, 'first boot: the secret of principals/admin is in this file');
  if (made.services.length > 0) log.info({ services: made.services }, 'service secrets taken over');
}

const waivedIn = ({ encryption, piiDetection }: Waived): string[] => [
  ...(encryption ? ['DATA_ENCRYPTION'] : []),
  ...(piiDetection ? ['PII_DETECTION'] : []),
];

const record = ({ database, journal }: BootstrapParts, scope: Scope, type: string, resource: string): Promise<void> =>
  database.within(scope, (tx) => {
    const event = backgroundEvent('security', { type, resource, sensitivity: Sensitivity.CRITICAL });
    return journal.append(tx, event);
  });
