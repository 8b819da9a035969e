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
  spent: number;
  at: number;
}

/** Keeps at most `capacity` keys, those that failed last. */
export function failureBudget({ burst, forgivenAfterMs }: BudgetSize, capacity = 100_000): FailureBudget {
  const accounts = new Map<string, Account>();

  function settle(key: string, now: number): Account {
    const account = accounts.get(key) ?? { spent: 0, at: now };
    account.spent = Math.max(0, account.spent - (now - account.at) / forgivenAfterMs);
    account.at = now;
    accounts.delete(key);
    accounts.set(key, account);
    return account;
  }

  return {
    spend(key, now) {
      const account = settle(key, now);
      for (const [oldest] of accounts) {
        if (accounts.size <= capacity) break;
        accounts.delete(oldest);
      }
      const over = account.spent + 1 - burst;
      if (over > 0) return Math.ceil(over * forgivenAfterMs);
      account.spent += 1;
      return undefined;
    },
    refund(key) {
      const account = accounts.get(key);
      if (account) account.spent = Math.max(0, account.spent - 1);
    },
  };
}
