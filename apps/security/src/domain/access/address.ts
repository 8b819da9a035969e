import ipaddr from 'ipaddr.js';

/** A range of addresses, IPv4 ones as IPv4-mapped IPv6 addresses, so that there is one kind only. */
export interface AddressRange {
  readonly bytes: readonly number[];
  /** Leading bits that count, of 128. */
  readonly prefix: number;
}

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] as const;
const MAPPED_BITS = 96;

// The library finds out by an exception, which is slow, so it is not asked about what can be none.
const isShortForm = (text: string): boolean => /^[\d.]+$/.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text);

/** The 16 bytes of an IPv4 or IPv6 address without a zone; undefined for anything else. */
export function parseAddress(text: string): readonly number[] | undefined {
  // ipaddr.js also reads forms like "10.1" and "0x7f.1"; those are no addresses here.
  if (!isShortForm(text) && (!ipaddr.IPv6.isValid(text) || text.includes('%'))) return undefined;
  const address = ipaddr.parse(text);
  const bytes = address.toByteArray();
  return bytes.length === 4 ? [...MAPPED, ...bytes] : bytes;
}

/** "10.0.0.0/8" or "2001:db8::/32"; undefined for anything else, also when bits beyond the prefix are set. */
export function parseRange(text: string): AddressRange | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const bytes = parseAddress(address);
  if (!bytes) return undefined;
  const isShort = isShortForm(address);
  const prefix = Number(digits) + (isShort ? MAPPED_BITS : 0);
  if (prefix > 128) return undefined;
  const range = { bytes, prefix };
  return bytes.every((byte, index) => (byte & ~maskOf(prefix, index) & 0xff) === 0) ? range : undefined;
}

/** Whether an address is in a range. */
export const isInRange = ({ bytes, prefix }: AddressRange, address: readonly number[]): boolean =>
  bytes.every((byte, index) => ((byte ^ (address[index] ?? 0)) & maskOf(prefix, index)) === 0);

/** The bits of byte `index` that the first `prefix` bits cover. */
function maskOf(prefix: number, index: number): number {
  const bits = Math.min(8, Math.max(0, prefix - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}
