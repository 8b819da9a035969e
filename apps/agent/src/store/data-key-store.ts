import type { Scope } from '@weir/context';
import type { WrappedKey } from '../encryption/data-keys.ts';

/** A content and its key. */
export interface KeyedContent {
  readonly content: string;
  readonly key: WrappedKey;
}

/** Where the next look at keys begins. */
export type KeyCursor = Pick<KeyedContent, 'content'> & Pick<WrappedKey, 'version'>;

/** The wrapped data keys of contents. */
export interface DataKeyStore {
  /** Keeps the key of a content that arrives. */
  keep(scope: Scope, content: string, key: WrappedKey): Promise<void>;
  find(scope: Scope, content: string): Promise<WrappedKey | undefined>;
  /** The keys of tenants that wrap something, or wrapped what has gone since. */
  names(): Promise<string[]>;
  /** Those that a key wraps, the oldest version first. */
  list(scope: Scope, name: string, after: KeyCursor | undefined, limit: number): Promise<KeyedContent[]>;
  /** Puts rewrapped keys in the place of the old ones, also where datasets tell of them. */
  replace(scope: Scope, keyed: readonly KeyedContent[]): Promise<void>;
  /** Ids of keys whose content has gone. */
  discarded(scope: Scope, name: string, limit: number): Promise<string[]>;
  forgetDiscarded(scope: Scope, ids: readonly string[]): Promise<void>;
}
