import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { InsertStyle } from './plain-insert.ts';

/** What senders are to do. */
export interface Sending {
  readonly kind: 'rpc' | InsertStyle;
  readonly senders: number;
  /** Events a request, or rows a statement. */
  readonly batch: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Events a second that all of them together send; as many as are answered when unset. */
  readonly perSecond?: number;
  /** The log that all of them send to; by default they are spread over 16. */
  readonly tenant?: string;
  readonly address: string;
  readonly token: string;
  readonly plainUrl: string;
}

/** What came of it; times in milliseconds. */
export interface Sent {
  readonly eventsPerSecond: number;
  /** Events in all, those of the warm-up too. */
  readonly allEvents: number;
  readonly p50: number;
  readonly p99: number;
  /** The part of one core that the senders themselves used. */
  readonly cpuShare: number;
}

/** Sends in a process of its own. */
export async function sendEvents(sending: Sending): Promise<Sent> {
  const child = fork(join(import.meta.dirname, 'senders.ts'));
  const answer = once(child, 'message') as Promise<[Sent]>;
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the senders ended with ${String(code)} and no result`);
  });
  child.send(sending);
  const [sent] = await Promise.race([answer, ended]);
  ended.catch(() => undefined);
  return sent;
}
