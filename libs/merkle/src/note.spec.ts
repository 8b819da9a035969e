import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { leafHash } from './hash.ts';
import { openNote, signNote } from './note.ts';
import { noteSigner, noteVerifier } from './note-key.ts';

// The key and the note of golang.org/x/mod/sumdb/note, which first had this format.
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_NOTE =
  'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n\n' +
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

const key = () => generateKeyPairSync('ed25519').privateKey;
const root = leafHash(new Uint8Array());

describe('a note', () => {
  it('of another implementation verifies', () => {
    const text = GO_NOTE.replaceAll('’', "'");
    expect(openNote(text, [noteVerifier(GO_KEY)]).text).toMatch(/^If you think cryptography/);
  });

  it('verifies with the vkey of its signer, and its text may have empty lines', () => {
    const signer = noteSigner('weir.example/tenants/acme', key());
    const text = 'one\n\ntwo\n';
    expect(openNote(signNote(text, signer), [noteVerifier(signer.verifierKey)]).text).toBe(text);
  });

  it('does not verify when a single character of it changes', () => {
    const signer = noteSigner('weir.example', key());
    const note = signNote('text\n', signer);
    for (let at = 0; at < note.length; at += 1) {
      const changed = note.slice(0, at) + String.fromCharCode(note.charCodeAt(at) ^ 1) + note.slice(at + 1);
      expect(() => openNote(changed, [signer])).toThrow(/./);
    }
  });

  it('may carry signatures of unknown keys', () => {
    const [log, witness] = [noteSigner('weir.example', key()), noteSigner('witness.example', key())];
    const note = signNote('text\n', log);
    const cosigned = note + signNote('text\n', witness).slice('text\n\n'.length);
    expect(openNote(cosigned, [log]).verifiers).toEqual([log]);
    expect(openNote(cosigned, [log, witness]).verifiers).toEqual([log, witness]);
    expect(() => openNote(note, [witness])).toThrow(
      /^no trusted key has signed the note: \S+\+[0-9a-f]{8} did, known is \S+\+[0-9a-f]{8}$/,
    );
  });

  it('is refused with a control character, without a newline at its end, or without signatures', () => {
    const signer = noteSigner('weir.example', key());
    expect(() => signNote('text', signer)).toThrow(/newline/);
    expect(() => openNote(signNote('a\tb\n', signer), [signer])).toThrow(/control character/);
    expect(() => openNote('text\n', [signer])).toThrow(/no signature/);
    expect(() => openNote('text\n\nsigned, me\n', [signer])).toThrow(/signature line/);
  });
});

describe('a verifier key', () => {
  it('carries the key and nothing secret', () => {
    const private_ = key();
    const { verifierKey, id } = noteSigner('weir.example/tenants/acme', private_);
    expect(verifierKey).toMatch(/^weir\.example\/tenants\/acme\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/);
    expect(noteVerifier(verifierKey).id).toBe(id);
    expect(verifierKey).not.toContain(
      createPrivateKey(private_.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' }).d,
    );
  });

  it.each(['', 'name', 'name+00000000+AQ==', 'name+zzzzzzzz+AAAA', GO_KEY.replace('c74f20a3', 'c74f20a4')])(
    '%j is refused',
    (text) => {
      expect(() => noteVerifier(text)).toThrow(/verifier key/);
    },
  );

  it.each(['', 'two words', 'a+b', 'a\nb'])('cannot have the name %j', (name) => {
    expect(() => noteSigner(name, key())).toThrow(/cannot be the name/);
  });
});

describe('a checkpoint', () => {
  it('says origin, size and root', () => {
    const signer = noteSigner('weir.example/tenants/acme', key());
    const note = signCheckpoint(signer, 7n, root);
    expect(note.split('\n').slice(0, 4)).toEqual([
      'weir.example/tenants/acme',
      '7',
      Buffer.from(root).toString('base64'),
      '',
    ]);
    expect(openCheckpoint(note, [signer])).toEqual({ origin: signer.name, size: 7n, root: Uint8Array.from(root) });
  });

  it('of another log is not taken for this one, though the key is the same', () => {
    const shared = key();
    const [acme, globex] = [
      noteSigner('weir.example/tenants/acme', shared),
      noteSigner('weir.example/tenants/globex', shared),
    ];
    expect(() => openCheckpoint(signCheckpoint(acme, 7n, root), [globex])).toThrow('no trusted key');
    const forged = signNote(`${globex.name}\n7\n${Buffer.from(root).toString('base64')}\n`, acme);
    expect(() => openCheckpoint(forged, [acme])).toThrow(/is of weir.example\/tenants\/globex, its key of/);
  });

  it.each(['x\n07\nAAAA\n', 'x\n-1\nAAAA\n', 'x\n7\nAAAA\n', 'x\n7\n', '\n7\nAAAA\n', 'x\n7\n!!!!\n'])(
    '%j is refused',
    (text) => {
      const signer = noteSigner('x', key());
      expect(() => openCheckpoint(signNote(text, signer), [signer])).toThrow(/checkpoint/);
    },
  );
});
