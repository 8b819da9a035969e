import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** The PEM files of one identity. */
export interface TestIdentity {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate authority of its own, for tests of TLS. */
export interface TestAuthority extends AsyncDisposable {
  readonly caFile: string;
  /** Issues a certificate for 127.0.0.1 and localhost; the same name again replaces its files. */
  issue(name: string, commonName?: string): Promise<TestIdentity>;
}

/** Makes an authority whose files are gone when it is disposed. */
export async function testAuthority(): Promise<TestAuthority> {
  const dir = await mkdtemp(join(tmpdir(), 'weir-tls-'));
  const ca = await generate([{ name: 'commonName', value: 'Weir test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const caFile = join(dir, 'ca.pem');
  await writeFile(caFile, ca.cert);

  return {
    caFile,
    async issue(name, commonName = name) {
      const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
        keyType: 'ec',
        algorithm: 'sha256',
        ca: { key: ca.private, cert: ca.cert },
        extensions: [
          { name: 'basicConstraints', cA: false },
          {
            name: 'subjectAltName',
            altNames: [
              { type: 2, value: 'localhost' },
              { type: 7, ip: '127.0.0.1' },
            ],
          },
        ],
      });
      const identity = { certFile: join(dir, `${name}.pem`), keyFile: join(dir, `${name}.key`) };
      await replace(identity.keyFile, key);
      await replace(identity.certFile, cert);
      return identity;
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

async function replace(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
