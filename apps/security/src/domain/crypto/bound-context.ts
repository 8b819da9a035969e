import type { CryptoContext } from '@weir/contracts/security';

/** What a payload is bound to. */
export interface Binding {
  readonly tenant: string;
  readonly key: string;
  readonly context: CryptoContext;
}

/** The same bytes for the same binding, whatever the order of its entries, and for no other. */
export function canonicalBinding({ tenant, key, context }: Binding): Buffer {
  const entries = Object.entries(context.entries).sort(([a], [b]) => (a < b ? -1 : 1));
  return frames([tenant, key, context.purpose, context.subject, ...entries.flat()]);
}

/** Texts one after the other, each with its length, so that no two lists have the same bytes. */
export function frames(texts: readonly (string | Buffer)[]): Buffer {
  const parts = texts.flatMap((text) => {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(parts);
}
