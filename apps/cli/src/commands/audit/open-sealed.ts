import { openDetails } from '@weir/audit-outbox';
import type { Client } from '@weir/client';
import { Event, type LoggedEvent, type SealedDetails } from '@weir/contracts/audit';
import type { CryptoServiceDefinition } from '@weir/contracts/security';
import { Code, isReason, WeirError } from '@weir/errors';
import { messageToJson } from '../proto-json.ts';

type Crypto = Pick<Client<typeof CryptoServiceDefinition>, 'decrypt'>;

/** Events as JSON, one a line, as `readableEvent` says. */
export async function linesOf(events: readonly LoggedEvent[], crypto: Crypto | undefined): Promise<string[]> {
  const lines: string[] = [];
  for (const { event } of events) if (event) lines.push(await readableEvent(event, crypto));
  return lines;
}

/** An event as proto3 JSON; what is sealed in it says about whom, and what, where `crypto` is given and it opens. */
export async function readableEvent(event: Event, crypto: Crypto | undefined): Promise<string> {
  const json = messageToJson('weir.audit.v1.Event', Event, event) as Record<string, unknown>;
  const { sealedDetails, ...rest } = json;
  if (sealedDetails === undefined) return JSON.stringify(rest);
  const sealed = await Promise.all(event.sealedDetails.map((one) => readable(event.id, one, crypto)));
  return JSON.stringify({ ...rest, sealed });
}

async function readable(eventId: string, sealed: SealedDetails, crypto: Crypto | undefined): Promise<object> {
  const { subject } = sealed;
  if (!crypto) return { subject, sealed: true };
  try {
    return { subject, details: await openDetails(crypto, eventId, sealed) };
  } catch (error) {
    if (isReason(error, 'DECRYPTION_FAILED')) return { subject, unreadable: 'the key of this person was destroyed' };
    if (error instanceof WeirError && error.code === Code.PERMISSION_DENIED) return { subject, sealed: true };
    throw error;
  }
}
