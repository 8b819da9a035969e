export { catalogue, catalogueParts, type Reason } from './catalogue/index.ts';
export type { ReasonEntry, Reasons } from './catalogue/reasons.ts';
export { Code, codeName } from './code.ts';
export { decodeStatus, encodeStatus, ERROR_DOMAIN } from './status.ts';
export { invalid, isReason, reason, WeirError, type ErrorDetails, type FieldViolation } from './weir-error.ts';
