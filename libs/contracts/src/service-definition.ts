import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** A message type as ts-proto generates it: its codec and its constructors. */
export interface MessageType<T> {
  encode(message: T, writer?: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader | Uint8Array, length?: number): T;
  toJSON(message: T): unknown;
  fromJSON(object: unknown): T;
  /** Fills the fields that are left out with their protobuf defaults. */
  fromPartial(object: never): T;
}

/** A method as ts-proto generates it. */
export interface MethodDefinition {
  readonly name: string;
  readonly requestType: MessageType<unknown>;
  readonly requestStream: boolean;
  readonly responseType: MessageType<unknown>;
  readonly responseStream: boolean;
}

/** A service as ts-proto generates it, e.g. TenantServiceDefinition. */
export interface ServiceDefinition {
  readonly name: string;
  readonly fullName: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

type Decoded<T> = T extends { decode(...input: never[]): infer Message } ? Message : never;

/** The request message of a method. */
export type RequestOf<M extends MethodDefinition> = Decoded<M['requestType']>;

/** The response message of a method. */
export type ResponseOf<M extends MethodDefinition> = Decoded<M['responseType']>;

type Leaf = Date | Uint8Array | string | number | boolean | bigint | undefined;

/** A message with any of its fields left out; the others take their protobuf defaults. */
export type DeepPartial<T> = T extends Leaf
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepPartial<Item>[]
    : T extends { $case: string; value: unknown }
      ? { $case: T['$case']; value: DeepPartial<T['value']> }
      : { [K in keyof T]?: DeepPartial<T[K]> | undefined };
