/** The data key of a content, wrapped by a key of the tenant. */
export interface WrappedKey {
  /** "tenants/acme/keys/default" */
  readonly name: string;
  readonly version: number;
  /** What security counts it under. */
  readonly ciphertextId: string;
  readonly wrapped: Buffer;
}

/** "tenants/acme/keys/default/versions/2" */
export const keyVersionName = ({ name, version }: Pick<WrappedKey, 'name' | 'version'>): string =>
  `${name}/versions/${version}`;

/** A new data key, in the clear and wrapped. */
export interface NewDataKey {
  readonly plaintext: Buffer;
  readonly wrapped: WrappedKey;
}

/** What became of a wrapped key: a new one in its place, nothing to do, or it does not unwrap. */
export type Rewrap = WrappedKey | 'unchanged' | 'failed';

/** The data keys of contents, as security keeps them. */
export interface DataKeys {
  make(tenant: string, content: string): Promise<NewDataKey>;
  /** Undefined: nothing decrypts it any more, or it is the key of another content. */
  open(content: string, key: WrappedKey): Promise<Buffer | undefined>;
  /**
   * Wraps keys of one name by its present version, batch by batch; `store` keeps the outcomes before the next batch is
   * asked for. Ids of keys that are not needed any more are discarded with the first batch.
   */
  rewrap(
    name: string,
    batches: AsyncIterable<readonly WrappedKey[]>,
    discarded: readonly string[],
    store: (outcomes: readonly Rewrap[]) => Promise<void>,
  ): Promise<void>;
}
