import { platformScope, type TakenEvent } from '@weir/context';
import type { Event } from '@weir/contracts/audit';
import { Audit } from '@weir/contracts/options';
import type { Database } from '@weir/database';
import { reason, type WeirError } from '@weir/errors';
import type { Call, EventSource, Journal } from '@weir/rpc';
import type { Transaction } from 'kysely';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Deliver } from './deliver-rows.ts';
import { answerKey, claimAnswer, keepAnswer } from './answers.ts';
import { alarmOf } from './alarm.ts';
import { eventOf } from './event.ts';
import { groupCommit, type GroupCommit } from './group-commit.ts';
import { eventBytes, insertEvents, insertStatement } from './insert-events.ts';
import { measureOutbox } from './measure-outbox.ts';
import { sealPersonal, withholdPersonal, type SealPersonal } from './personal-details.ts';
import { startRelay, type Relay } from './relay.ts';
import { announceLogging } from './silence.ts';
import { postgresOutbox } from './outbox.ts';
import type { OutboxTables } from './schema.ts';

/** What a journal works with. */
export interface JournalOptions {
  /** "registry", "security", ... */
  readonly service: string;
  readonly database: Database<OutboxTables>;
  readonly deliver: Deliver;
  readonly log: Logger;
  /** How many events may wait for the audit service before new work is refused. */
  readonly limit: number;
  /** False: calls leave no events, after one that says so. */
  readonly logging?: boolean;
  /** Seals what events say about persons, where their tenant asks for it; without it nobody's is sealed. */
  readonly seal?: SealPersonal;
  /** Where the outbox shows how full it is. */
  readonly metrics?: Registry;
}

/** The journal of a service: what its calls did, on its way to the audit service. */
export interface AuditJournal extends Required<Journal>, AsyncDisposable {
  /** Writes an event that no call caused, in the transaction of the change that it tells of. */
  append(tx: Transaction<OutboxTables>, event: Event): Promise<void>;
  /** Tells the relay that a transaction with appended events has committed. */
  wake(): void;
  /** How many events wait for the audit service. */
  backlog(): number;
  /** Why nothing new may start: the backlog is full. */
  ready(): string | undefined;
}

const BUFFERED = 10_000;
const KEPT_MS = 24 * 3_600_000;
const PURGE_MS = 3_600_000;

/** Starts the journal of a service, and the relay of its outbox. */
export function startJournal(options: JournalOptions): AuditJournal {
  const { service, database, log, limit, seal, logging = true } = options;
  const outbox = postgresOutbox(database);
  const relay = startRelay(outbox, options.deliver, log);
  const full = () => reason('AUDIT_BACKLOG_FULL', { backlog: relay.backlog() }, { retryAfterMs: 1_000 });
  const group = groupCommit<Event>(writer(database, relay), BUFFERED, full);
  if (options.metrics) measureOutbox(options.metrics, relay, outbox, limit);
  const purging = setInterval(() => void purge(database, log), PURGE_MS).unref();
  const isFull = () => relay.backlog() >= limit;
  const requireRoom = (): void => {
    if (isFull()) throw full();
  };
  const announcing = announceLogging({ service, database, logging, wake: relay.wake, log });

  return {
    async transaction(call, run) {
      requireRoom();
      const response = await database.transaction(call.scope, (tx) =>
        commitTogether(tx, { service, logging, seal }, call, run),
      );
      relay.wake(call.info.rule.audit === Audit.ALWAYS ? 1 : 0);
      return response;
    },
    eventSource: (call) => eventSource(call, { service, logging, seal, relay, requireRoom }),
    async record(call, error) {
      // A refusal is answered either way; what was served must be recorded, or is not served.
      if (!error) requireRoom();
      if (logging) await addWithAlarm(group, await sealed(eventOf(service, call, error), call, error, seal));
    },
    append: (tx, event) => insertEvents(tx, [event]),
    wake: () => relay.wake(),
    backlog: () => relay.backlog(),
    ready: () => (isFull() ? `${relay.backlog()} audit events wait for delivery, the limit is ${limit}` : undefined),
    async [Symbol.asyncDispose]() {
      clearInterval(purging);
      await announcing[Symbol.asyncDispose]();
      await group[Symbol.asyncDispose]();
      await relay[Symbol.asyncDispose]();
    },
  };
}

/** Writes the events of a moment in one round trip. */
const writer =
  (database: Database<OutboxTables>, relay: Relay) =>
  async (events: readonly Event[]): Promise<void> => {
    await database.once(platformScope(), insertStatement(events));
    relay.wake(events.length);
  };

/** What events for handlers are made with. */
interface Taking extends Writing {
  readonly relay: Relay;
  requireRoom(): void;
}

function eventSource(call: Call, { service, logging, seal, relay, requireRoom }: Taking): EventSource {
  const taken = (event: Event): TakenEvent => ({ bytes: eventBytes(event), committed: () => relay.wake(1) });
  return {
    take() {
      requireRoom();
      if (!logging) return undefined;
      if (call.info.rule.personal.length > 0)
        throw new Error(`${call.method}: what may have to be sealed is not taken`);
      return taken(eventOf(service, call, undefined));
    },
    async takeSealed() {
      requireRoom();
      if (!logging) return undefined;
      return taken(await sealed(eventOf(service, call, undefined), call, undefined, seal));
    },
  };
}

async function addWithAlarm(group: GroupCommit<Event>, event: Event): Promise<void> {
  const alarm = alarmOf(event);
  await Promise.all([group.add(event), ...(alarm ? [group.add(alarm)] : [])]);
}

/** What was served fails where it cannot be sealed; of what was refused the rest is on record all the same. */
async function sealed(event: Event, call: Call, error: WeirError | undefined, seal?: SealPersonal): Promise<Event> {
  if (!seal) return event;
  try {
    return await sealPersonal(event, call, seal);
  } catch (failure) {
    if (!error) throw failure;
    return withholdPersonal(event, call);
  }
}

/** What writes the event of a mutation. */
interface Writing {
  readonly service: string;
  readonly logging: boolean;
  readonly seal: SealPersonal | undefined;
}

/** Runs a mutation, with its event and the answer for repeats, in one transaction. */
async function commitTogether(
  tx: Transaction<OutboxTables>,
  { service, logging, seal }: Writing,
  call: Call,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const key = answerKey(call);
  const earlier = key && (await claimAnswer(tx, key, call));
  if (earlier !== undefined) return earlier;
  const answer = await run();
  if (logging && call.info.rule.audit === Audit.ALWAYS) {
    const event = eventOf(service, call, undefined);
    await insertEvents(tx, [await sealed(event, call, undefined, seal)]);
  }
  if (key) await keepAnswer(tx, key, call, answer);
  return answer;
}

async function purge(database: Database<OutboxTables>, log: Logger): Promise<void> {
  try {
    await database.within(platformScope(), (tx) =>
      tx
        .deleteFrom('request_answers')
        .where('created_at', '<', new Date(Date.now() - KEPT_MS))
        .execute(),
    );
  } catch (error) {
    log.warn({ err: error }, 'old answers were not removed; the next hour tries again');
  }
}
