import { PiiType } from '@weir/contracts/security';
import { PII_KINDS, type PiiKind } from '@weir/pii';

const types = new Map<PiiKind, PiiType>(PII_KINDS.map((kind) => [kind, PiiType[kind]]));
const kinds = new Map<PiiType, PiiKind>(PII_KINDS.map((kind) => [PiiType[kind], kind]));

/** The type of the contract for a kind of the library. */
export const typeOf = (kind: PiiKind): PiiType => types.get(kind) ?? PiiType.UNSPECIFIED;

/** The kind of the library for a type of the contract; undefined for CUSTOM. */
export const kindOf = (type: PiiType): PiiKind | undefined => kinds.get(type);

/** "US_SSN" */
export const typeName = (type: PiiType): string => (type === PiiType.CUSTOM ? 'CUSTOM' : (kindOf(type) ?? 'UNKNOWN'));
