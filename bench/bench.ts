/** One figure that a bench measured, beside what it aims at. Ratios are against a baseline of the same run. */
export interface BenchResult {
  /** snake_case, ending in its unit or in what it is over: "governed_over_bare", "discover_p99_ms". */
  readonly what: string;
  readonly value: number;
  /** ">= 0.8"; empty for a figure that only informs. */
  readonly aim: string;
  readonly met: boolean;
}

/** How a bench is to run. */
export interface BenchOptions {
  /** A quick run on less data, to see that it works. */
  readonly small: boolean;
  /** Which parts of it, where it has some; empty: all. */
  readonly parts?: readonly string[];
  /** Tells a person what is going on; silent with --json. */
  say(line: string): void;
}

/** One question about speed and what answers it. */
export interface Bench {
  readonly question: string;
  run(options: BenchOptions): Promise<readonly BenchResult[]>;
}

/** A result that must be at least, or at most, its aim. */
export function result(what: string, value: number, aim?: { least?: number; most?: number }): BenchResult {
  const rounded = Number(value.toPrecision(4));
  if (aim?.least !== undefined) return { what, value: rounded, aim: `>= ${aim.least}`, met: value >= aim.least };
  if (aim?.most !== undefined) return { what, value: rounded, aim: `<= ${aim.most}`, met: value <= aim.most };
  return { what, value: rounded, aim: '', met: true };
}

/** The middle of some figures. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The figure that this share of ascending ones does not exceed: `quantile(times, 0.99)`. */
export const quantile = (ascending: readonly number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.ceil(ascending.length * share) - 1)] ?? NaN;
