import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { MessageType } from './service-definition.ts';

/** A larger one is not kept for the next message. */
const KEPT_BYTES = 4 * 1024 * 1024;

// A writer grows by doubling. A large message costs several times its size in memory that is thrown away at once, and with
// it collections of the whole heap; so the last one that did its work well writes the next message too.
let spare: BinaryWriter | undefined;

/** The bytes of a message. Throws what the generated code throws at something that is none. */
export function encodeMessage<T>(type: MessageType<T>, message: T): Buffer {
  const writer = spare ?? new BinaryWriter();
  // One that fails midway is not used again.
  spare = undefined;
  const bytes = type.encode(message, writer).finish();
  if (bytes.length <= KEPT_BYTES) spare = writer;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
