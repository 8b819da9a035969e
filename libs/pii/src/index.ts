export { PII_KINDS, type PiiKind } from './kind.ts';

export { MEASURED, type Measured } from './measured.ts';
export type { Finding, Recognizer } from './recognizer.ts';
export { RECOGNIZERS } from './recognizers/index.ts';
export { withoutOverlaps } from './overlaps.ts';
export { createScanner, type Scanner, type ScannerOptions } from './scan.ts';
export { passesLuhn } from './checks/luhn.ts';
export { passesMod97 } from './checks/mod97.ts';
export { passesMod11 } from './checks/weighted.ts';
export { fieldMeaning } from './text/field-name.ts';
