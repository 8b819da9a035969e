import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createVerifier, verificationKey } from '@weir/auth';
import { IssueTokenRequest, IntrospectTokenRequest, Role, TokenServiceDefinition } from '@weir/contracts/security';
import jwt from 'jsonwebtoken';
import { median, result } from '../bench.ts';
import { h2load } from '../h2load.ts';
import type { SecurityPart } from './target.ts';

const SERVICE = '/weir.security.v1.TokenService';

/** Tokens issued and looked up per second over gRPC, beside jsonwebtoken alone doing the cryptography of it. */
export const tokens: SecurityPart = async (target, { small, say }) => {
  const calls = small ? 500 : 5_000;
  const rounds = small ? 1 : 3;
  const client = await target.enroll('token-bench', [Role.DATA_ENGINEER]);
  const service = target.client(TokenServiceDefinition);
  const { accessToken } = await service.issueToken({ clientId: client.name, clientSecret: client.secret });
  const { keys } = await service.getJwks({});
  const bare = bareWork(accessToken);
  const verify = verifierOf(keys);

  const issue = IssueTokenRequest.encode(
    IssueTokenRequest.fromPartial({ clientId: client.name, clientSecret: client.secret }),
  ).finish();
  const introspect = IntrospectTokenRequest.encode({ token: accessToken }).finish();
  const headers = { authorization: `Bearer ${await target.adminToken()}` };
  const issuing = { port: target.port, path: `${SERVICE}/IssueToken`, message: issue, headers: {}, calls };
  const looking = { port: target.port, path: `${SERVICE}/IntrospectToken`, message: introspect, headers, calls };
  await h2load({ ...issuing, calls: 500 });
  await h2load({ ...looking, calls: 500 });

  const ratios = { issue: [] as number[], introspect: [] as number[], verify: [] as number[] };
  for (let round = 1; round <= rounds; round += 1) {
    const [signs, checks] = [await ratePerSecond(bare.sign), await ratePerSecond(bare.verify)];
    const [issued, introspected] = [await h2load(issuing), await h2load(looking)];
    const verified = await ratePerSecond(() => verify(accessToken));
    ratios.issue.push(issued / signs);
    ratios.introspect.push(introspected / checks);
    ratios.verify.push(verified / checks);
    say(
      `  tokens: IssueToken ${issued.toFixed(0)}/s (bare sign ${signs.toFixed(0)}/s), IntrospectToken ` +
        `${introspected.toFixed(0)}/s, a service verifies ${verified.toFixed(0)}/s (bare verify ${checks.toFixed(0)}/s)`,
    );
  }
  return [
    result('issue_token_over_bare_sign', median(ratios.issue)),
    result('introspect_over_bare_verify', median(ratios.introspect)),
    result('verify_seen_over_bare_verify', median(ratios.verify), { least: 1 }),
  ];
};

/** jsonwebtoken with a key of its own: the signature and the check, and nothing around them. */
function bareWork(token: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const claims = jwt.decode(token, { json: true }) ?? {};
  const sign = () =>
    jwt.sign({ ...claims, jti: randomUUID() }, privateKey, {
      algorithm: 'ES256',
      keyid: 'bare',
      header: { alg: 'ES256', typ: 'at+jwt' },
    });
  const signed = sign();
  return { sign, verify: () => jwt.verify(signed, publicKey, { algorithms: ['ES256'] }) };
}

function verifierOf(keys: readonly Parameters<typeof verificationKey>[0][]) {
  const known = new Map(keys.map((jwk) => [jwk.kid, verificationKey(jwk)]));
  const verifier = createVerifier({
    keys: { find: (id) => known.get(id), ready: () => undefined },
    revocations: { isRevoked: () => false, generation: 0, ready: () => undefined },
    issuer: 'weir',
    audience: 'registry',
  });
  return (token: string) => verifier.verify(token);
}

const MEASURED_MS = 1_000;
const CHUNK = 50;

async function ratePerSecond(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  let done = 0;
  while (performance.now() - startedAt < MEASURED_MS) {
    for (let index = 0; index < CHUNK; index += 1) await work();
    done += CHUNK;
  }
  return (done * 1_000) / (performance.now() - startedAt);
}
