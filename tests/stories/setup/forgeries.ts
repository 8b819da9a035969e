import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { JsonWebKey } from '@weir/contracts/security';

/** What a forger has: a token of its own that counts, the published key that signed it, and everything else it likes. */
export interface ForgerKit {
  readonly token: string;
  readonly jwk: JsonWebKey;
  readonly publicKey: KeyObject;
}

type Part = Readonly<Record<string, unknown>>;

/** Tokens that must be refused everywhere, by what is wrong with them. */
export function forgeries(kit: ForgerKit): readonly (readonly [string, string])[] {
  const [head = '', body = '', signature = ''] = kit.token.split('.');
  const header = parsed(head);
  const promoted = { ...parsed(body), roles: ['platform_admin'], permissions: ['read', 'write', 'delete', 'admin'] };
  return [
    ...withoutSignature(header, promoted),
    ...withPublicKeyAsSecret(kit, header, promoted),
    ...withKeyOfTheForger(header, promoted),
    ...changed(header, promoted, body, signature),
    ...misshapen(kit.token),
  ];
}

const withoutSignature = (header: Part, payload: Part): [string, string][] =>
  ['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg) => {
    const unsigned = `${encoded({ ...header, alg })}.${encoded(payload)}.`;
    return [
      [`no signature, algorithm "${alg}"`, unsigned],
      [`a signature that is none, algorithm "${alg}"`, `${unsigned}AAAA`],
    ];
  });

/** Key confusion: a verifier that takes the algorithm from the token would use the public key as an HMAC secret. */
function withPublicKeyAsSecret({ publicKey, jwk }: ForgerKit, header: Part, payload: Part): [string, string][] {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const secrets: [string, string | Buffer][] = [
    ['PEM', pem],
    ['PEM without its last line break', pem.trimEnd()],
    ['DER', publicKey.export({ type: 'spki', format: 'der' })],
    ['JWK', JSON.stringify(jwk)],
    ['nothing', ''],
  ];
  return ['HS256', 'HS384', 'HS512'].flatMap((alg) =>
    secrets.map(([name, secret]): [string, string] => {
      const text = `${encoded({ ...header, alg })}.${encoded(payload)}`;
      const mac = createHmac(`sha${alg.slice(2)}`, secret)
        .update(text)
        .digest('base64url');
      return [`${alg} with the public key as its secret, as ${name}`, `${text}.${mac}`];
    }),
  );
}

/** The forger signs properly, with a key of its own that it would like to be believed. */
function withKeyOfTheForger(header: Part, payload: Part): [string, string][] {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = { ...publicKey.export({ format: 'jwk' }), kid: 'forged', use: 'sig', alg: 'ES256' };
  const der = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const signed = (more: Part): string => signedToken({ ...header, ...more }, payload, privateKey);
  return [
    ['a key of the forger under our kid', signed({})],
    ['its key in the header (jwk)', signed({ jwk: own })],
    ['its key in the header, under its own kid', signed({ jwk: own, kid: 'forged' })],
    ['where to fetch its key (jku)', signed({ jku: 'http://127.0.0.1:9/jwks.json', kid: 'forged' })],
    ['a certificate chain (x5c)', signed({ x5c: [der] })],
    ['where to fetch a chain (x5u)', signed({ x5u: 'http://127.0.0.1:9/chain.pem' })],
    ['an extension that must be understood (crit)', signed({ crit: ['b64'], b64: false })],
    ...KIDS.map((kid): [string, string] => [`the kid ${JSON.stringify(kid)}`, signed({ kid })]),
  ];
}

const KIDS: readonly unknown[] = [
  '../../../../dev/null',
  '/dev/null',
  `' union select 'x' --`,
  'x\0',
  '',
  '*',
  undefined,
  null,
  0,
  ['forged'],
  { $ne: '' },
  '__proto__',
  'constructor',
];

function changed(header: Part, promoted: Part, body: string, signature: string): [string, string][] {
  const zeros = Buffer.alloc(64).toString('base64url');
  const text = `${encoded(header)}.${encoded(promoted)}`;
  return [
    ['claims that were changed', `${text}.${signature}`],
    // CVE-2022-21449: r = s = 0 solved the equation for every message.
    ['a signature of zeros', `${text}.${zeros}`],
    ['a signature that was cut short', `${encoded(header)}.${body}.${signature.slice(0, 40)}`],
    ['a header of another type', `${encoded({ ...header, typ: 'JWT' })}.${body}.${signature}`],
  ];
}

const misshapen = (token: string): [string, string][] => [
  ['one part', token.replaceAll('.', '')],
  ['two parts', token.split('.').slice(0, 2).join('.')],
  ['four parts', `${token}.x`],
  ['five parts, as if it were encrypted', `${token}.x.y`],
  ['padding', `${token}==`],
  ['a header that is no JSON', `AAAA.${token.split('.').slice(1).join('.')}`],
  ['a header that is a list', `${encoded([])}.${token.split('.').slice(1).join('.')}`],
  ['itself twice', `${token}${token}`],
];

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const parsed = (part: string): Part => JSON.parse(Buffer.from(part, 'base64url').toString()) as Part;

function signedToken(header: Part, payload: Part, key: KeyObject): string {
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
