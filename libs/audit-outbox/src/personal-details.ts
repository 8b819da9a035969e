import { camelCase } from '@weir/contracts';
import type { Event, SealedDetails } from '@weir/contracts/audit';
import { Struct } from '@weir/contracts/google/struct';
import type { PersonalDetail } from '@weir/contracts/options';
import type { SealDetailsRequest, SealDetailsResponse } from '@weir/contracts/security';
import type { Call } from '@weir/rpc';
import { PLATFORM_LOG } from './event.ts';

/** What an event says about one person. */
export interface PersonalDetails {
  /** The opaque id of the person, as CryptoContext.subject; nothing that names them. */
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Seals what an event says about persons, each under a key of that person; undefined where the tenant ("tenants/<t>")
 * does not ask for it. Rejects while it cannot be known or done.
 */
export type SealPersonal = (
  tenant: string,
  eventId: string,
  persons: readonly PersonalDetails[],
) => Promise<readonly SealedDetails[] | undefined>;

/** Seals by asking whoever keeps the keys; undefined where the answer says that the tenant does not ask for it. */
export const sealingBy =
  (ask: (request: SealDetailsRequest) => Promise<SealDetailsResponse>): SealPersonal =>
  async (tenant, eventId, persons) => {
    const own = persons.map(({ subject, details }) => ({ subject, details: encodeDetails(details) }));
    const { asked, key, ciphertexts } = await ask({ tenant, eventId, persons: own });
    if (!asked) return undefined;
    return ciphertexts.map((ciphertext, at) => ({ subject: persons[at]?.subject ?? '', key, ciphertext }));
  };

/** On an event that lacks what its rule calls personal: it could not be sealed, or concerned several persons. */
const WITHHELD = 'personal_details_withheld';

/** What one event holds; audit accepts no more. */
const MAX_SEALED = 16;

/** The event with what its rule calls personal sealed, where its tenant asks for that; it fails as `seal` does. */
export async function sealPersonal(event: Event, call: Call, seal: SealPersonal): Promise<Event> {
  const found = personalIn(event, call);
  if (found.keys.length === 0 || event.tenant === PLATFORM_LOG) return event;
  const sealed = await seal(event.tenant, event.id, found.persons);
  if (!sealed) return event;
  const sealedDetails = [...event.sealedDetails, ...sealed];
  if (sealedDetails.length > MAX_SEALED) throw new Error(`${event.method} seals more than ${MAX_SEALED} details`);
  return { ...without(event, found.keys, found.isMixed), sealedDetails };
}

/** The event without what its rule calls personal. */
export function withholdPersonal(event: Event, call: Call): Event {
  const { keys } = personalIn(event, call);
  return keys.length === 0 ? event : without(event, keys, true);
}

function without(event: Event, keys: readonly string[], isFlagged: boolean): Event {
  const details = Object.fromEntries(Object.entries(event.details ?? {}).filter(([key]) => !keys.includes(key)));
  return { ...event, details, complianceFlags: [...event.complianceFlags, ...(isFlagged ? [WITHHELD] : [])] };
}

/** The personal details of an event by person; those that concern several belong to nobody's key. */
function personalIn({ details = {} }: Event, call: Call) {
  const keys: string[] = [];
  const byPerson = new Map<string, Record<string, unknown>>();
  let isMixed = false;
  for (const personal of call.info.rule.personal) {
    const value: unknown = details[personal.detail];
    if (value === undefined || value === '') continue;
    const [person, other] = personsOf(personal, call);
    if (person === undefined) continue;
    keys.push(personal.detail);
    if (other !== undefined) isMixed = true;
    else byPerson.set(person, { ...byPerson.get(person), [personal.detail]: value });
  }
  return { keys, isMixed, persons: [...byPerson].map(([subject, own]) => ({ subject, details: own })) };
}

function personsOf({ subjectFields }: PersonalDetail, call: Call): string[] {
  const named =
    subjectFields.length === 0
      ? [call.principal?.subject]
      : subjectFields.flatMap((path) => valuesAt(call.request, path.split('.').map(camelCase)));
  return [...new Set(named.filter((value): value is string => typeof value === 'string' && value !== ''))];
}

/** The values at a path of a message, through repeated fields. */
function valuesAt(message: unknown, [field, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(message)) return message.flatMap((item: unknown) => valuesAt(item, [field ?? '', ...rest]));
  // Batches have thousands of items: only the one property is looked at.
  const value =
    typeof message === 'object' ? (message as Readonly<Record<string, unknown>> | null)?.[field ?? ''] : undefined;
  return rest.length === 0 ? [value] : valuesAt(value, rest);
}

/** Details as they are sealed. */
export const encodeDetails = (details: Readonly<Record<string, unknown>>): Buffer =>
  Buffer.from(Struct.encode(Struct.wrap(details)).finish());
