/** A service whose calls leave no audit events. */
export interface SilencedService {
  readonly service: string;
  readonly since: Date;
  /** The event that says so. */
  readonly auditEventId: string;
}

/** Keeps what is known from the platform's log. */
export interface PlatformWatchStore {
  /** How far the log has been read; undefined: not at all. */
  revision(): Promise<bigint | undefined>;
  /** It has been read up to here, by this replica or another. */
  readTo(revision: bigint): Promise<void>;
  silenced(): Promise<SilencedService[]>;
  /** A service says that its calls leave no events from now on. */
  falls(silent: SilencedService): Promise<void>;
  /** It says that they do again. */
  speaks(service: string): Promise<void>;
}
