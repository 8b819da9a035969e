import { vectorName, wycheproof, wycheproofFolder } from '@weir/auth/testing';
import { masterKey } from '../../keys/master-key.ts';
import { open, seal } from './envelope.ts';
import { hkdf } from './hkdf.ts';

interface AeadGroup {
  readonly ivSize: number;
  readonly keySize: number;
  readonly tagSize: number;
}

interface AeadVector {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

interface HkdfVector {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** What opening answers; undefined when it refuses. */
function opened(open: () => Buffer): string | undefined {
  try {
    return open().toString('hex');
  } catch {
    return undefined;
  }
}

if (wycheproofFolder() === undefined) {
  describe('the AES-GCM and HKDF vectors of Wycheproof', () => {
    it.skip('are left out: WEIR_WYCHEPROOF names no folder', () => undefined);
  });
} else {
  describe('the AES-GCM vectors of Wycheproof with 256-bit keys, 96-bit nonces and 128-bit tags', () => {
    const groups = wycheproof<AeadGroup, AeadVector>('aes_gcm_test.json');
    const vectors = groups
      .filter(({ keySize, ivSize, tagSize }) => keySize === 256 && ivSize === 96 && tagSize === 128)
      .flatMap(({ tests }) => tests);
    const sealed = ({ iv, ct, tag }: AeadVector): Buffer => bytes(iv + ct + tag);

    it('are there', () => {
      expect(vectors.length).toBeGreaterThan(50);
    });

    it('open to their message, or not at all, as they say', () => {
      const wrong = vectors.filter((vector) => {
        const { key, aad, msg, result } = vector;
        const answer = opened(() => open(bytes(key), sealed(vector), bytes(aad)));
        return answer !== (result === 'valid' ? msg : undefined);
      });

      expect(wrong.map(vectorName)).toEqual([]);
    });

    it('are judged the same by the master key, which frames them its own way', () => {
      const wrong = vectors.filter((vector) => {
        const { key, aad, msg, result } = vector;
        // Its contexts are text: others it cannot be asked for.
        const context = bytes(aad).toString();
        if (Buffer.from(context).toString('hex') !== aad) return false;
        const box = Buffer.concat([Buffer.of(1), sealed(vector)]);
        return opened(() => masterKey(bytes(key)).open(box, context)) !== (result === 'valid' ? msg : undefined);
      });

      expect(wrong.map(vectorName)).toEqual([]);
    });

    it('with a message that is sealed again open to it, under a nonce of their own', () => {
      const valid = vectors.filter(({ result }) => result === 'valid');
      const wrong = valid.filter(({ key, aad, msg, iv }) => {
        const again = seal(bytes(key), bytes(msg), bytes(aad));
        return open(bytes(key), again, bytes(aad)).toString('hex') !== msg || again.subarray(0, 12).equals(bytes(iv));
      });

      expect(wrong.map(vectorName)).toEqual([]);
    });

    it('with a tag that is cut short are refused', () => {
      const wrong = vectors.filter((vector) =>
        [1, 4, 8, 12].some((cut) =>
          opened(() => open(bytes(vector.key), sealed(vector).subarray(0, -cut), bytes(vector.aad))),
        ),
      );

      expect(wrong.map(vectorName)).toEqual([]);
    });
  });

  describe('the HKDF-SHA-256 vectors of Wycheproof', () => {
    const vectors = wycheproof<object, HkdfVector>('hkdf_sha256_test.json').flatMap(({ tests }) => tests);

    it('derive what they say', () => {
      const wrong = vectors.filter(({ ikm, salt, info, size, okm, result }) => {
        const derived = opened(() => hkdf(bytes(ikm), bytes(salt), bytes(info), size));
        return derived !== (result === 'valid' ? okm : undefined);
      });

      expect(vectors.length).toBeGreaterThan(50);
      expect(wrong.map(vectorName)).toEqual([]);
    });
  });
}
