import { encodeMessage, type MessageType } from '@weir/contracts';

/** Stands for bytes that are not a message of the expected type, so that they still travel through the interceptors. */
const UNDECODABLE = Symbol('undecodable');

/** Whether a request could not be decoded. */
export const isUndecodable = (value: unknown): boolean => value === UNDECODABLE;

/** Decodes a request; what cannot be decoded is refused later, where it is traced, counted and logged like any call. */
export const requestDecoder =
  (type: MessageType<unknown>) =>
  (bytes: Buffer): unknown => {
    try {
      return type.decode(bytes);
    } catch {
      return UNDECODABLE;
    }
  };

/** Encodes a response. */
export const responseEncoder =
  (type: MessageType<unknown>) =>
  (message: unknown): Buffer =>
    encodeMessage(type, message);
