import { randomBytes } from 'node:crypto';
import {
  BatchDecryptRequest,
  BatchEncryptRequest,
  CryptoServiceDefinition,
  EncryptRequest,
} from '@weir/contracts/security';
import { median, result, type BenchResult } from '../bench.ts';
import { h2load } from '../h2load.ts';
import { bareRates, type Rates, type Work } from './bare-encryption.ts';
import type { SecurityPart, SecurityTarget } from './target.ts';

const SERVICE = '/weir.security.v1.CryptoService';
const PAYLOAD_BYTES = 1_024;
const BATCH = 1_000;
const CONTEXT = { purpose: 'bench', entries: { dataset: 'flights', part: '1' } };

/**
 * Payloads of 1 KiB a second over gRPC, authenticated, counted and audited, beside the same encryption in this process
 * without any of it.
 */
export const encryption: SecurityPart = async (target, { small, say }) => {
  const payloads = Array.from({ length: BATCH }, () => randomBytes(PAYLOAD_BYTES));
  const work = { batches: small ? 12 : 40, singles: small ? 1_000 : 3_000, payloads };
  const measure = await governed(target, work);
  const ratios: Rates[] = [];
  let last: Rates = { encrypt: 0, decrypt: 0, single: 0 };
  for (let round = 0; round <= (small ? 3 : 7); round += 1) {
    const bare = bareRates(work);
    last = await measure();
    // The first round is the compiler's.
    if (round === 0) continue;
    ratios.push({
      encrypt: last.encrypt / bare.encrypt,
      decrypt: last.decrypt / bare.decrypt,
      single: last.single / bare.single,
    });
    say(
      `  encryption, round ${round}: in batches of ${BATCH} ${last.encrypt.toFixed(0)}/s of bare ${bare.encrypt.toFixed(0)}/s, ` +
        `decrypted ${last.decrypt.toFixed(0)}/s of ${bare.decrypt.toFixed(0)}/s, one by one ${last.single.toFixed(0)}/s of ${bare.single.toFixed(0)}/s`,
    );
  }
  return figures(ratios, last);
};

function figures(ratios: readonly Rates[], last: Rates): BenchResult[] {
  return [
    result('batch_encrypt_over_bare', median(ratios.map(({ encrypt }) => encrypt)), { least: 0.7 }),
    result('batch_decrypt_over_bare', median(ratios.map(({ decrypt }) => decrypt)), { least: 0.7 }),
    result('encrypt_over_bare', median(ratios.map(({ single }) => single))),
    result('batch_encrypt_per_second', last.encrypt),
    result('batch_decrypt_per_second', last.decrypt),
    result('encrypt_per_second', last.single),
  ];
}

/** The service under a load that costs next to nothing itself. */
async function governed(target: SecurityTarget, { batches, singles, payloads }: Work): Promise<() => Promise<Rates>> {
  const name = `${target.tenant}/keys/default`;
  const about = { name, context: CONTEXT };
  const batch = BatchEncryptRequest.fromPartial({ ...about, items: payloads.map((plaintext) => ({ plaintext })) });
  const { results } = await target.client(CryptoServiceDefinition).batchEncrypt(batch);
  const back = BatchDecryptRequest.fromPartial({ ...about, items: results.map(({ ciphertext }) => ({ ciphertext })) });
  const one = EncryptRequest.fromPartial({ ...about, plaintext: payloads[0] ?? Buffer.alloc(0) });
  const load = async (method: string, message: Uint8Array, calls: number, inFlight: number): Promise<number> => {
    const headers = { authorization: `Bearer ${await target.adminToken()}` };
    return h2load({
      port: target.port,
      path: `${SERVICE}/${method}`,
      message,
      headers,
      calls,
      connections: 4,
      inFlight,
    });
  };
  return async () => ({
    encrypt: BATCH * (await load('BatchEncrypt', BatchEncryptRequest.encode(batch).finish(), batches, 1)),
    decrypt: BATCH * (await load('BatchDecrypt', BatchDecryptRequest.encode(back).finish(), batches, 1)),
    single: await load('Encrypt', EncryptRequest.encode(one).finish(), singles, 32),
  });
}
