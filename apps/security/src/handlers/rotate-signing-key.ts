import {
  SigningAlgorithm,
  type RotateSigningKeyRequest,
  type RotateSigningKeyResponse,
} from '@weir/contracts/security';
import { enumValue, parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { signingKeyMessage } from '../domain/signing-key.ts';
import type { KeyRotation } from '../tokens/key-rotation.ts';
import type { RevocationFeed } from '../tokens/revocation-feed.ts';

const Request = z
  .object({
    algorithm: z.literal(SigningAlgorithm.UNSPECIFIED).or(enumValue(SigningAlgorithm)),
    compromised: z.boolean(),
    reason: text(0, 500),
  })
  .refine(({ compromised, reason }) => !compromised || reason !== '', {
    path: ['reason'],
    message: 'is required with compromised',
  });

/** Makes a new signing key and starts its stages; with `compromised` it signs at once. */
export function rotateSigningKey(
  rotation: KeyRotation,
  feed: RevocationFeed,
): Unary<RotateSigningKeyRequest, RotateSigningKeyResponse> {
  return async (request, context) => {
    const { algorithm, compromised, reason: why } = parse(Request, request);

    const rotated = compromised
      ? rotation.replaceCompromised(context.scope, algorithm)
      : rotation.rotate(context.scope, algorithm);
    const { key, previous, now, revocations } = await rotated;
    context.afterCommit(() => feed.committed(...revocations));

    const details = { reason: why, compromised, previous: previous?.id ?? '', signs_from: key.signsFrom.toISOString() };
    context.audit({ resource: `signingKeys/${key.id}`, details });
    return { key: signingKeyMessage(key, now), previous: previous && signingKeyMessage(previous, now) };
  };
}
