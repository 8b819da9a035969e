/** How many failures are free, and how fast they are forgiven. */
export interface BudgetSize {
  readonly burst: number;
  /** One failure is forgiven after this time, in milliseconds. */
  readonly forgivenAfterMs: number;
}

/** Slows guessing down: each key may fail `burst` times, then once per `forgivenAfterMs`. */
export interface FailureBudget {
  /** Counts an attempt before it is made; undefined, or how many milliseconds to wait when there were too many. */
  spend(key: string, now: number): number | undefined;
  /** Takes an attempt back that was none: it succeeded. */
  refund(key: string): void;
}

interface Account {
  /** How long until all of its failures are forgiven, as of `at`. */
  owedMs: number;
  at: number;
}

/** Keeps at most `capacity` keys, those that failed last. */
export function failureBudget({ burst, forgivenAfterMs }: BudgetSize, capacity = 100_000): FailureBudget {
  const accounts = new Map<string, Account>();

  function settle(key: string, now: number): Account {
    const account = accounts.get(key) ?? { owedMs: 0, at: now };
    account.owedMs = Math.max(0, account.owedMs - (now - account.at));
    account.at = now;
    // Last in the map, so that the first is the one that has not failed for the longest time.
    accounts.delete(key);
    accounts.set(key, account);
    return account;
  }

  function dropOldest(): void {
    for (const [oldest] of accounts) {
      if (accounts.size <= capacity) return;
      accounts.delete(oldest);
    }
  }

  return {
    spend(key, now) {
      const account = settle(key, now);
      dropOldest();
      const overMs = account.owedMs + forgivenAfterMs - burst * forgivenAfterMs;
      if (overMs > 0) return overMs;
      account.owedMs += forgivenAfterMs;
      return undefined;
    },
    refund(key) {
      const account = accounts.get(key);
      if (account) account.owedMs = Math.max(0, account.owedMs - forgivenAfterMs);
    },
  };
}
