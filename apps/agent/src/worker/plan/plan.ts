import type { AnonymizationRule } from '@weir/contracts/security';

/** How the files are laid out that DuckDB reads and writes. */
export type Format = 'json' | 'ndjson' | 'csv' | 'parquet';

/** How a written file is compressed. */
export type Packing = 'none' | 'snappy' | 'gzip' | 'zstd';

/** How a CSV file is laid out; what is undefined is found out from the file. */
export interface CsvLayout {
  readonly delimiter: string | undefined;
  readonly quote: string;
  readonly header: boolean | undefined;
  /** Texts that mean null, beside the empty one. */
  readonly nullTexts: readonly string[];
}

/** A plain value of a request. */
export type PlainValue =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'time'; readonly value: Date };

/** Reads a file into a table. */
export interface ReadPlan {
  readonly kind: 'read';
  readonly id: string;
  readonly file: string;
  readonly format: Format;
  readonly csv: CsvLayout;
  readonly columns: readonly string[];
  readonly columnTypes: Readonly<Record<string, string>>;
  readonly skipMalformed: boolean;
}

/** Makes a table with one SELECT of the tenant. */
export interface SqlPlan {
  readonly kind: 'sql';
  readonly id: string;
  readonly query: string;
}

/** Checks expectations. */
export interface ValidatePlan {
  readonly kind: 'validate';
  readonly id: string;
  readonly input: string;
  readonly expectations: readonly ExpectationPlan[];
  readonly minScore: number;
  readonly continueOnError: boolean;
}

/** Describes the columns of a table. */
export interface ProfilePlan {
  readonly kind: 'profile';
  readonly id: string;
  readonly input: string;
  readonly columns: readonly string[];
  readonly topValues: number;
}

/** Writes a table to a file. */
export interface WritePlan {
  readonly kind: 'write';
  readonly id: string;
  readonly input: string;
  readonly format: Format;
  readonly packing: Packing;
  readonly file: string;
}

/** Anonymises a table through the security service. */
export interface AnonymizePlan {
  readonly kind: 'anonymize';
  readonly id: string;
  readonly input: string;
  readonly rules: readonly AnonymizationRule[];
  /** Undefined: as the tenant's policy says. */
  readonly detect: boolean | undefined;
  /** A decision demands it; the pipeline itself has no such step. */
  readonly isOwed: boolean;
}

/** One step that the engine executes: defaults filled in, files resolved. */
export type EngineStep = ReadPlan | SqlPlan | ValidatePlan | ProfilePlan | WritePlan;

/** One step, ready to be executed. */
export type StepPlan = EngineStep | AnonymizePlan;

/** What an expectation demands. */
export type Check =
  | { readonly kind: 'not_null'; readonly column: string }
  | { readonly kind: 'unique'; readonly columns: readonly string[] }
  | InRangeCheck
  | { readonly kind: 'in_set'; readonly column: string; readonly values: readonly PlainValue[] }
  | { readonly kind: 'matches'; readonly column: string; readonly pattern: string; readonly partial: boolean }
  | { readonly kind: 'row_count'; readonly min: number | undefined; readonly max: number | undefined }
  | { readonly kind: 'freshness'; readonly column: string; readonly maxAgeMs: number }
  | ReferentialCheck
  | { readonly kind: 'custom_sql'; readonly query: string };

/** Values lie between bounds, at least one of which is set. */
export interface InRangeCheck {
  readonly kind: 'in_range';
  readonly column: string;
  readonly min: PlainValue | undefined;
  readonly max: PlainValue | undefined;
  readonly minExclusive: boolean;
  readonly maxExclusive: boolean;
}

/** Values exist in the table of another step. */
export interface ReferentialCheck {
  readonly kind: 'referential';
  readonly columns: readonly string[];
  readonly referenceStep: string;
  readonly referenceColumns: readonly string[];
}

/** The check of one kind. */
export type CheckOf<K extends Check['kind']> = Extract<Check, { kind: K }>;

/** One expectation, defaults filled in. */
export interface ExpectationPlan {
  readonly id: string;
  readonly severity: 'warning' | 'error';
  readonly weight: number;
  readonly minPassRatio: number;
  readonly maxEvidence: number;
  readonly check: Check;
}

/** What a run may use. */
export interface Limits {
  readonly durationMs: number;
  readonly memoryBytes: number;
  readonly rows: number;
  readonly files: number;
  readonly outputBytes: number;
}
