/** A set of small numbers, as bits: bit n of byte n / 8 says whether n is in it. */
export type Members = Buffer;

/** The set of 0 to `size` - 1. */
export function firstMembers(size: number): Members {
  const members = Buffer.alloc(Math.ceil(size / 8), 0xff);
  const spare = members.length * 8 - size;
  if (spare > 0) members.writeUInt8(0xff >> spare, members.length - 1);
  return members;
}

/** The set of these numbers. */
export function membersOf(indices: readonly number[]): Members {
  const members = Buffer.alloc(Math.floor(Math.max(-1, ...indices) / 8) + 1);
  for (const index of indices) members.writeUInt8(byteAt(members, index >> 3) | (1 << (index & 7)), index >> 3);
  return members;
}

/** Those in either. */
export const union = (one: Members, other: Members): Members => combine(one, other, (a, b) => a | b);

/** Those in both. */
export const overlap = (one: Members, other: Members): Members => combine(one, other, (a, b) => a & b);

/** Those in one and not in the other. */
export const without = (one: Members, other: Members): Members => combine(one, other, (a, b) => a & ~b);

/** How many are in it. */
export function countMembers(members: Members): number {
  let count = 0;
  for (let byte of members) for (; byte > 0; byte &= byte - 1) count += 1;
  return count;
}

function combine(one: Members, other: Members, of: (a: number, b: number) => number): Members {
  const combined = Buffer.alloc(Math.max(one.length, other.length));
  for (let at = 0; at < combined.length; at += 1) combined[at] = of(byteAt(one, at), byteAt(other, at));
  return combined;
}

const byteAt = (bytes: Buffer, at: number): number => bytes[at] ?? 0;
