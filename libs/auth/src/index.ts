export type { KeySource } from './keys/key-source.ts';
export { verificationKey, type VerificationKey } from './keys/verification-key.ts';
export { remoteVerifier, type RemoteVerifierOptions } from './remote-verifier.ts';
export { revocationList, type RevocationList } from './revocations/revocation-list.ts';
export type { RevocationSource } from './revocations/revocation-source.ts';
export { authSettings, type AuthSettings } from './settings.ts';
export type { VerifiedToken } from './token/claims.ts';
export { createVerifier, type TokenVerifier, type VerifierParts } from './verifier.ts';
