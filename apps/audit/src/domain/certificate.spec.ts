import { generateKeyPairSync } from 'node:crypto';
import { cover, leafHash, noteSigner } from '@weir/merkle';
import { certify, checkCertificate, removalOf } from './certificate.ts';

const signer = noteSigner('weir.example/tenants/acme', generateKeyPairSync('ed25519').privateKey);
const range = { start: 3n, end: 17n };
const hashes = cover(range).map((_, at) => leafHash(Buffer.of(at)));
const time = (day: number) => new Date(Date.UTC(2026, 0, day));
const times = { firstTime: time(1), lastTime: time(2), removedAt: time(3) };
const certificate = certify(signer, removalOf(range, hashes, times));

describe('a retention certificate', () => {
  it('says what is gone, one item a line, and is signed', () => {
    expect(certificate.note.split('\n\n')[0]?.split('\n').slice(0, 8)).toEqual([
      'weir-retention-v1',
      'weir.example/tenants/acme',
      '3',
      '17',
      '2026-01-01T00:00:00.000Z',
      '2026-01-02T00:00:00.000Z',
      '2026-01-03T00:00:00.000Z',
      `0 3 ${Buffer.from(hashes[0] ?? []).toString('base64')}`,
    ]);
    expect(() => checkCertificate(certificate, [signer])).not.toThrow();
  });

  it.each([
    ['another range', { endIndex: 18n }],
    ['another time', { removedAt: time(4) }],
    ['no time', { lastTime: undefined }],
    [
      'another root',
      { roots: certificate.roots.map((root) => ({ ...root, hash: Buffer.from(leafHash(Buffer.of(9))) })) },
    ],
    ['a root less', { roots: certificate.roots.slice(1) }],
  ])('is refused with %s than was signed', (_, change) => {
    expect(() => checkCertificate({ ...certificate, ...change }, [signer])).toThrow(/certificate/);
  });

  it('is refused when its roots do not cover its range, even when it is signed', () => {
    const short = certify(signer, { ...removalOf(range, hashes, times), endIndex: 33n });
    expect(() => checkCertificate(short, [signer])).toThrow(/do not cover/);
  });
});
