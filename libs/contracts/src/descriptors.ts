import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileRegistry, fromBinary, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

let bytes: Uint8Array | undefined;
let registry: FileRegistry | undefined;

/** The whole contract as a serialized google.protobuf.FileDescriptorSet, imports included. */
export const descriptorSet = (): Uint8Array =>
  (bytes ??= readFileSync(join(import.meta.dirname, 'gen', 'descriptors.binpb')));

/** The same, parsed: what reflection, policy and docs read. */
export const fileRegistry = (): FileRegistry =>
  (registry ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet())));
