import {
  Event,
  LoggedEvent,
  Outcome,
  Retention,
  type EventFilter,
  type InclusionProof,
  type RetentionRule,
} from '@weir/contracts/audit';
import { reason } from '@weir/errors';
import {
  consistencyPath,
  inclusionPath,
  leafHash,
  leavesOf,
  noteSigner,
  rootOf,
  signCheckpoint,
  type Hash,
  type NoteSigner,
  type ReadHashes,
} from '@weir/merkle';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { AuditAccess } from '../compliance/audit-access.ts';

/** The log of one tenant, whose stored bytes a test may tamper with. */
interface FakeLog {
  readonly signer: NoteSigner;
  readonly events: Buffer[];
  retention: Retention;
}

/** An audit service in memory, with real trees, real proofs and real signatures. */
export interface FakeAudit {
  readonly access: AuditAccess;
  record(events: readonly Event[]): void;
  /** The stored bytes of a tenant's events; change them as a superuser of its database could. */
  stored(tenant: string): Buffer[];
  /** How long events are kept, by the rules of the tenant. */
  putRules(tenant: string, rules: RetentionRule[]): void;
  retention(tenant: string): Retention;
  verifierKey(tenant: string): string;
  /** What it refuses everything with, as if it did not run. */
  isDown: boolean;
  /** What becomes of the proofs of an export. */
  forge: ((proof: InclusionProof) => InclusionProof) | undefined;
  /** Whether reading the log leaves events, as it does in earnest. */
  leavesReadings: boolean;
  /** What VerifyLog says is wrong, if anything. */
  fault: { tenant: string; firstBadIndex: bigint } | undefined;
}

// Logs of all tenants: whoever follows one looks for itself whether it has grown.
const growth = new EventEmitter().setMaxListeners(0);

/** Starts one. */
export function fakeAudit(): FakeAudit {
  const logs = new Map<string, FakeLog>();
  const logOf = (tenant: string): FakeLog => {
    const known = logs.get(tenant);
    const { privateKey } = generateKeyPairSync('ed25519');
    const made = known ?? {
      signer: noteSigner(`weir.test/${tenant}`, privateKey),
      events: [],
      retention: Retention.fromPartial({ name: `${tenant}/retention` }),
    };
    logs.set(tenant, made);
    return made;
  };
  const fake: Omit<FakeAudit, 'access'> = {
    record(events) {
      queueMicrotask(() => growth.emit('grown'));
      for (const event of events) {
        const stored = Event.encode({ ...event, recordedAt: new Date() }).finish();
        logOf(event.tenant).events.push(Buffer.from(stored));
      }
    },
    stored: (tenant) => logOf(tenant).events,
    putRules: (tenant, rules) => void Object.assign(logOf(tenant).retention, { rules }),
    retention: (tenant) => logOf(tenant).retention,
    verifierKey: (tenant) => logOf(tenant).signer.verifierKey,
    isDown: false,
    forge: undefined,
    leavesReadings: true,
    fault: undefined,
  };
  return Object.assign(fake, { access: accessOf(fake, logOf) });
}

function accessOf(fake: Omit<FakeAudit, 'access'>, logOf: (tenant: string) => FakeLog): AuditAccess {
  const open = (tenant: string | undefined): FakeLog => {
    if (fake.isDown) throw reason('LOG_UNAVAILABLE');
    return logOf(tenant ?? '');
  };
  return {
    async putRetention({ tenant, retention, validateOnly }) {
      const log = open(tenant);
      const previous = { ...log.retention };
      const minimums = (retention?.minimums ?? []).map(({ sensitivity = 0, days = 0 }) => ({ sensitivity, days }));
      const put = { ...log.retention, minimums };
      if (validateOnly !== true) log.retention = put;
      return { retention: put, previous };
    },
    getCheckpoint: async ({ tenant }) => {
      const log = open(tenant);
      return { checkpoint: headOf(log, log.events.length), verifierKey: log.signer.verifierKey };
    },
    async getConsistencyProof({ tenant, firstTreeSize = 0n, secondTreeSize = 0n }) {
      const log = open(tenant);
      const second = secondTreeSize || BigInt(log.events.length);
      if (firstTreeSize > second)
        throw reason('TREE_SIZE_TOO_LARGE', { tenant: tenant ?? '', size: second, tree_size: firstTreeSize });
      const hashes = await consistencyPath(firstTreeSize, second, readerOf(log));
      const checkpoint = headOf(log, Number(second)).note;
      return {
        proof: { firstTreeSize, secondTreeSize: second, hashes: hashes.map((hash) => Buffer.from(hash)), checkpoint },
      };
    },
    async getInclusionProof({ tenant, entry, treeSize = 0n }) {
      const log = open(tenant);
      const index = entry?.$case === 'index' ? entry.value : 0n;
      return { proof: (await prove(log, index, treeSize || BigInt(log.events.length))).proof };
    },
    async *exportEvents({ tenant, filter, treeSize = 0n }) {
      const log = open(tenant);
      const size = treeSize || BigInt(log.events.length);
      const { note } = headOf(log, Number(size));
      for (let index = 0n; index < size; index += 1n) {
        const logged = await prove(log, index, size, note);
        if (!matches(logged.event, filter as EventFilter | undefined)) continue;
        const proof = fake.forge?.(logged.proof) ?? logged.proof;
        const lines = Buffer.from(`${JSON.stringify(LoggedEvent.toJSON({ ...logged, proof }))}\n`);
        yield { lines, nextIndex: index + 1n, treeSize: size };
      }
      if (fake.leavesReadings) fake.record([readingOf(tenant ?? '')]);
    },
    async *tailEvents({ tenant, revision }, { signal } = {}) {
      const log = open(tenant);
      for (let at = Number(revision ?? log.events.length); ; at += 1) {
        while (at >= log.events.length) await once(growth, 'grown', { signal });
        const bytes = log.events[at] ?? Buffer.alloc(0);
        yield {
          revision: BigInt(at + 1),
          event: { ...(await prove(log, BigInt(at), BigInt(at + 1))), event: Event.decode(bytes) },
        };
      }
    },
    async *verifyLog({ tenant, treeSize = 0n }) {
      const log = open(tenant);
      const size = treeSize || BigInt(log.events.length);
      const counts = { checkedEventCount: 0n, removedEventCount: 0n };
      yield { verdict: undefined, ...counts, duration: undefined, treeSize: size };
      const facts = { ...counts, checkedEventCount: size, duration: undefined, treeSize: size };
      const { fault } = fake;
      if (!fault || fault.tenant !== tenant) {
        yield { verdict: { $case: 'consistent', value: { checkpoint: headOf(log, Number(size)) } }, ...facts };
        return;
      }
      const { firstBadIndex } = fault;
      const hash = Buffer.alloc(0);
      const value = { firstBadIndex, reason: 2, description: 'edited', expectedHash: hash, actualHash: hash } as const;
      yield { verdict: { $case: 'inconsistent', value }, ...facts };
    },
  };
}

const readingOf = (tenant: string): Event =>
  Event.fromPartial({
    id: randomUUID(),
    time: new Date(),
    tenant,
    principal: 'principals/security',
    service: 'audit',
    type: 'export_events',
    resource: tenant,
    outcome: Outcome.SUCCEEDED,
  });

function matches(event: Event | undefined, filter: EventFilter | undefined): boolean {
  if (!event?.time || !filter) return true;
  const { startTime, endTime, types } = filter;
  const isWithin = (!startTime || event.time >= startTime) && (!endTime || event.time < endTime);
  return isWithin && (types.length === 0 || types.includes(event.type));
}

const known = new WeakMap<Buffer, Hash>();

function leafOf(bytes: Buffer): Hash {
  const leaf = known.get(bytes) ?? leafHash(bytes);
  known.set(bytes, leaf);
  return leaf;
}

const leaves = ({ events }: FakeLog, size: number): Hash[] => events.slice(0, size).map(leafOf);

const readerOf =
  (log: FakeLog): ReadHashes =>
  async (subtrees) =>
    subtrees.map((subtree) => {
      const { start, end } = leavesOf(subtree);
      return rootOf(leaves(log, Number(end)).slice(Number(start)));
    });

function headOf(log: FakeLog, size: number) {
  const root = rootOf(leaves(log, size));
  const note = signCheckpoint(log.signer, BigInt(size), root);
  return { note, origin: log.signer.name, treeSize: BigInt(size), rootHash: Buffer.from(root) };
}

async function prove(log: FakeLog, index: bigint, size: bigint, checkpoint = headOf(log, Number(size)).note) {
  const bytes = log.events[Number(index)];
  if (!bytes) throw reason('INDEX_TOO_LARGE', { index, tree_size: size });
  const path = await inclusionPath(index, size, readerOf(log));
  const proof = {
    event: bytes,
    leafHash: Buffer.from(leafHash(bytes)),
    index,
    auditPath: path.map((hash) => Buffer.from(hash)),
    checkpoint,
  };
  const event = Event.decode(bytes);
  return { name: `${event.tenant}/events/${event.id}`, index, event, leafHash: proof.leafHash, proof };
}
