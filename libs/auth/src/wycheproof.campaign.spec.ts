import { JsonWebKey } from '@weir/contracts/security';
import { isReason, WeirError } from '@weir/errors';
import { verificationKey, type VerificationKey } from './keys/verification-key.ts';
import { revocationList } from './revocations/revocation-list.ts';
import { vectorName, wycheproof, wycheproofFolder, type Vector } from './testing/wycheproof.ts';
import { verifySignature } from './token/signature.ts';
import { createVerifier } from './verifier.ts';

interface Group {
  readonly comment: string;
  readonly public?: Partial<JsonWebKey>;
  readonly private?: Partial<JsonWebKey>;
}

interface Jws {
  readonly jws: string;
}

/** As the file has it: some are in JSON serialisation, and those without are about encryption. */
interface Given {
  readonly jws?: string | object;
}

const asText = (test: Given & Vector): Jws & Vector => ({
  ...test,
  jws: typeof test.jws === 'string' ? test.jws : JSON.stringify(test.jws),
});

/** Signatures that are right, by keys that are not: ours are made by this platform, so nobody else chooses them. */
const BY_A_WEAK_KEY: ReadonlySet<string> = new Set(['rejectsKeyWithRocaVulnerability']);

/** The public key of a group, as our own reader takes it; undefined where it refuses the key. */
function keyOf(group: Group): VerificationKey | undefined {
  try {
    return verificationKey(JsonWebKey.fromPartial({ use: 'sig', ...(group.public ?? group.private) }));
  } catch {
    return undefined;
  }
}

const partsOf = (jws: string): string[] => jws.split('.');

/** Whether the checks of a token's spelling and signature let a JWS pass; what it says is not looked at. */
function accepts({ jws }: Jws, key: VerificationKey): boolean {
  const parts = partsOf(jws);
  const isCanonical = parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
  if (parts.length !== 3 || !isCanonical) return false;
  try {
    const header = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString()) as { alg?: unknown };
    if (header.alg !== 'ES256' && header.alg !== 'RS256') return false;
    verifySignature(jws, { alg: header.alg, kid: 'any' }, key);
    return true;
  } catch (error) {
    if (isReason(error, 'TOKEN_INVALID') || error instanceof SyntaxError) return false;
    throw error;
  }
}

/** What each file has that must pass: fewer would mean that the vectors were not understood. */
const FILES = [
  { file: 'json_web_signature_test.json', passing: 7 },
  { file: 'json_web_key_test.json', passing: 0 },
  { file: 'json_web_crypto_test.json', passing: 2 },
];

if (wycheproofFolder() === undefined) {
  describe('the JWS vectors of Wycheproof', () => {
    it.skip('are left out: WEIR_WYCHEPROOF names no folder', () => undefined);
  });
} else {
  describe.each(FILES)('the vectors of Wycheproof in $file', ({ file, passing }) => {
    const groups = wycheproof<Group, Given>(file);
    const all = groups.flatMap((group) =>
      group.tests.flatMap((test) => (test.jws === undefined ? [] : [{ test: asText(test), key: keyOf(group) }])),
    );
    const named = (cases: readonly { readonly test: Vector }[]) => cases.map(({ test }) => vectorName(test));

    it('are refused by the verifier, each as no token of ours, and none as an error of another kind', () => {
      const wrong = all.filter(({ test, key }) => {
        const verifier = createVerifier({
          keys: { find: () => key, ready: () => undefined },
          revocations: revocationList(),
          issuer: 'weir',
          audience: 'registry',
        });
        try {
          void verifier.verify(test.jws);
          return true;
        } catch (error) {
          return !(error instanceof WeirError) || !error.reason.startsWith('TOKEN_');
        }
      });

      expect(named(wrong)).toEqual([]);
    });

    it('with signatures that are wrong do not pass, whatever key is named', () => {
      const invalid = all.filter(({ test }) => test.result !== 'valid' && !BY_A_WEAK_KEY.has(test.comment));

      expect(invalid.length).toBeGreaterThan(0);
      expect(named(invalid.filter(({ test, key }) => key && accepts(test, key)))).toEqual([]);
    });

    it('with signatures that are right pass, where the algorithm is one of ours', () => {
      const valid = all.filter(({ test, key }) => key && test.result === 'valid' && partsOf(test.jws)[1] !== '');

      expect(named(valid.filter(({ test, key }) => key && !accepts(test, key)))).toEqual([]);
      expect(valid.length).toBeGreaterThanOrEqual(passing);
    });
  });
}
