/** What auditors look for in an event about data of this size. */
export const dataFlags = (sizeBytes: bigint, largeBytes: number): string[] =>
  sizeBytes > BigInt(largeBytes) ? ['large_dataset'] : [];
