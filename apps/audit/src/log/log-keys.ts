import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { noteSigner, noteVerifier, verifierOf, type NoteSigner, type NoteVerifier } from '@weir/merkle';

/** The keys of the logs: one Ed25519 key, under a name per log. */
export interface LogKeys {
  /** The name of a log: "weir.example/tenants/acme". */
  origin(tenant: string): string;
  signer(tenant: string): NoteSigner;
  /** The keys whose signatures count: the one that signs, and those that signed before it. */
  verifiers(tenant: string): readonly NoteVerifier[];
}

/** The keys of the logs of an installation. `former` are verifier keys (vkeys) of any of its logs. */
export function logKeys(prefix: string, key: KeyObject, former: readonly string[] = []): LogKeys {
  const formerKeys = former.map((text) => noteVerifier(text).publicKey);
  const signers = new Map<string, NoteSigner>();
  const origin = (tenant: string): string => `${prefix}/tenants/${tenant}`;

  function signer(tenant: string): NoteSigner {
    const known = signers.get(tenant);
    if (known) return known;
    const made = noteSigner(origin(tenant), key);
    signers.set(tenant, made);
    return made;
  }

  return {
    origin,
    signer,
    verifiers: (tenant) => [signer(tenant), ...formerKeys.map((formerKey) => verifierOf(origin(tenant), formerKey))],
  };
}

/** The private key in a PEM file (PKCS #8), made on first use, readable by its owner only. */
export function loadLogKey(file: string): KeyObject {
  return createPrivateKey(readIfThere(file) ?? createKeyFile(file));
}

function createKeyFile(file: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  try {
    // Whole or not at all, and never over a key that another process has made meanwhile.
    linkSync(draft, file);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
