/** The processes of this service. */
export interface InstanceStore {
  /** Says that this process lives. */
  beat(): Promise<void>;
  /** Forgets processes that have not been seen for `ttlMs`; what they held is free. Answers how many there were. */
  reap(ttlMs: number): Promise<number>;
  /** Forgets this process. */
  leave(): Promise<void>;
}
