import type { CryptoContext } from '@weir/contracts/security';
import { canonicalBinding } from '../domain/crypto/bound-context.ts';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';

/** The canonical binding of a context under a key; items of a batch mostly share one object, and so its bytes. */
export function bindings({ tenant, id }: CryptoKeyName): (context: CryptoContext) => Buffer {
  const known = new Map<CryptoContext, Buffer>();
  return (context) => {
    const bound = known.get(context) ?? canonicalBinding({ tenant, key: id, context });
    known.set(context, bound);
    return bound;
  };
}
