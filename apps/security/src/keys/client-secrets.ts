import { randomBytes } from 'node:crypto';

/** A new secret: which one it is, and the text that proves it, with 256 random bits. */
export interface NewSecret {
  readonly id: string;
  readonly text: string;
}

const FORM = /^weir_([0-9a-f]{16})_[\w-]{43}$/;

/** The id of the one secret that a service reads from a file; its text is whatever the file holds. */
export const FILE_SECRET_ID = 'file';

/** Makes a client secret. */
export function newClientSecret(): NewSecret {
  const id = randomBytes(8).toString('hex');
  return { id, text: `weir_${id}_${randomBytes(32).toString('base64url')}` };
}

/** Which of a principal's secrets a text claims to be, so that checking it takes one hash however many there are. */
export const claimedSecretId = (text: string): string => FORM.exec(text)?.[1] ?? FILE_SECRET_ID;
