import { decode, type Envelope } from '../domain/crypto/envelope.ts';
import type { CiphertextId } from '../domain/crypto/ciphertext-id.ts';
import { membersOf } from '../domain/crypto/members.ts';
import type { CountChange, Counted, Gone } from '../store/ciphertext-store.ts';
import type { Rewrapped } from './rewrapper.ts';

/** One ciphertext to rewrap, or an id that is not needed any more. */
export type RewrapTask = { readonly ciphertext: Buffer } | { readonly discarded: CiphertextId };

/** What became of a task. */
export type RewrapOutcome = Rewrapped | 'discarded' | undefined;

/** The envelopes of a batch, each in the place of its task. */
export const envelopesOf = (tasks: readonly RewrapTask[]): (Envelope | undefined)[] =>
  tasks.map((task) => ('ciphertext' in task ? decode(task.ciphertext) : undefined));

/** The persons that envelopes are about, each once. */
export function subjectsIn(envelopes: readonly (Envelope | undefined)[]): Buffer[] {
  const subjects = new Map<string, Buffer>();
  for (const envelope of envelopes) if (envelope) subjects.set(envelope.subject.toString('hex'), envelope.subject);
  return [...subjects.values()];
}

/** What a batch changes in the counts: what was under the version already needs no other any more. */
export function changeOf(
  version: number,
  tasks: readonly RewrapTask[],
  outcomes: readonly RewrapOutcome[],
): CountChange {
  const rewrapped = outcomes.flatMap((one) => (typeof one === 'object' ? [one.envelope] : []));
  const unchanged = outcomes.flatMap((one) => (typeof one === 'object' && !one.ciphertext ? [one.envelope] : []));
  const discarded = tasks.flatMap((task) => ('discarded' in task ? [task.discarded] : []));
  return {
    version,
    rewrapped: counted(rewrapped),
    confirmed: goneOf(unchanged.map(({ id }) => id)),
    discarded: goneOf(discarded),
  };
}

/** The ids of a batch that leave the other versions once the caller has stored what was answered. */
export const toConfirm = (outcomes: readonly RewrapOutcome[]): Gone[] =>
  goneOf(outcomes.flatMap((one) => (typeof one === 'object' && one.ciphertext ? [one.envelope.id] : [])));

function counted(envelopes: readonly Envelope[]): Counted[] {
  const bySubject = Map.groupBy(envelopes, ({ subject }) => subject.toString('hex'));
  return [...bySubject].flatMap(([hex, own]) =>
    goneOf(own.map(({ id }) => id)).map((part) => ({ ...part, subject: Buffer.from(hex, 'hex') })),
  );
}

/** Ids as the counts know them. */
export function goneOf(ids: readonly CiphertextId[]): Gone[] {
  const byGroup = Map.groupBy(ids, ({ group }) => group.toString('hex'));
  return [...byGroup].map(([hex, own]) => ({
    group: Buffer.from(hex, 'hex'),
    members: membersOf(own.map(({ index }) => index)),
  }));
}
