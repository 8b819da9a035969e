export { PII_KINDS, type PiiKind } from './kind.ts';

export { MEASURED, type Measured } from './measured.ts';
export type { Finding, Recognizer } from './recognizer.ts';
export { RECOGNIZERS } from './recognizers/index.ts';
export { createScanner, type Scanner, type ScannerOptions } from './scan.ts';
