import { Code } from '../code.ts';
import type { Reasons } from './reasons.ts';

/** Reasons that executing a component fails with; the agent passes them on. */
export const workerReasons = {
  WORKER_BUSY: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'the worker has {running} run(s) at work and takes no more',
    hint: 'Try another worker, or retry as RetryInfo says.',
  },
  WORKER_DRAINING: {
    code: Code.UNAVAILABLE,
    message: 'the worker finishes what it has and takes no more',
    hint: 'Try another worker.',
  },
  ROUTE_STALE: {
    code: Code.FAILED_PRECONDITION,
    message: 'the run was routed to {asked}, the worker is {served}',
    hint: 'Ask for the current route and send the run there.',
  },
  VERSION_NOT_SERVED: {
    code: Code.FAILED_PRECONDITION,
    message: 'the run is of {asked}, the worker serves {served}',
    hint: 'Send the run to a worker of that version, or to the shared pool.',
  },
  RUN_SUPERSEDED: {
    code: Code.FAILED_PRECONDITION,
    message: 'run {run_id} holds fencing token {token}, and {newer} was seen for it',
    hint: 'Nothing to do: a newer attempt of the same run is at work.',
  },
  INPUT_UNREADABLE: {
    code: Code.FAILED_PRECONDITION,
    message: 'step {step} cannot read its input: {problem}',
    hint: 'Correct the data or how the step says it is laid out; skip_malformed_rows leaves malformed rows out.',
  },
  OUTPUT_UNWRITABLE: {
    code: Code.FAILED_PRECONDITION,
    message: 'the output {output} cannot be written: {problem}',
    hint: 'Name a folder that exists and that the worker may write to.',
  },
  LOCATION_UNSUPPORTED: {
    code: Code.UNIMPLEMENTED,
    message: 'this worker opens paths, and the location of {location} is a {kind}',
    hint: 'Give it an absolute path.',
  },
  STEP_NOT_BUILT: {
    code: Code.UNIMPLEMENTED,
    message: 'step {step} is a {kind} step, which is part of the contract and not built yet',
    hint: 'The README of the agent says which kinds of steps work today.',
  },
  COLUMN_NOT_FOUND: {
    code: Code.FAILED_PRECONDITION,
    message: 'step {step} names the column(s) {columns}, which its input does not have',
    hint: 'Column names are compared byte for byte; the input has {available}.',
  },
  SQL_INVALID: {
    code: Code.INVALID_ARGUMENT,
    message: 'the SQL of step {step} is not valid: {problem}',
    hint: 'It is DuckDB SQL: https://duckdb.org/docs/sql/introduction.',
  },
  SQL_FORBIDDEN: {
    code: Code.PERMISSION_DENIED,
    message: 'the SQL of step {step} does what it may not: {problem}',
    hint: 'One SELECT over the tables of earlier steps and the parameters; no file, no network, no settings.',
  },
  OBLIGATION_UNMET: {
    code: Code.FAILED_PRECONDITION,
    message: 'the run owes {obligation} to {sources}, which this worker cannot do',
    hint: 'Nothing was written. Use a component without personal data, or a worker that can.',
  },
  TIME_LIMIT_EXCEEDED: {
    code: Code.DEADLINE_EXCEEDED,
    message: 'the run took longer than {limit_ms} ms, in step {step}',
    hint: 'Allow more time, or have the component do less.',
  },
  MEMORY_LIMIT_EXCEEDED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'the run needs more than {limit_bytes} bytes of memory, in step {step}',
    hint: 'Allow more memory, or have the component do less at once.',
  },
  ROW_LIMIT_EXCEEDED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'the table of step {step} has more than {limit} rows',
    hint: 'Allow more rows, or filter earlier.',
  },
  FILE_LIMIT_EXCEEDED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'the run opens {files} files, {limit} are allowed',
    hint: 'Allow more files, or read and write fewer.',
  },
  OUTPUT_LIMIT_EXCEEDED: {
    code: Code.RESOURCE_EXHAUSTED,
    message: 'the run writes more than {limit_bytes} bytes, scratch files included, in step {step}',
    hint: 'Allow more output, or have the component write less.',
  },
} as const satisfies Reasons;
