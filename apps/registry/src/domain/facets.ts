import {
  certificationToJSON,
  clearanceToJSON,
  dataFormatToJSON,
  FacetField,
  lifecycleToJSON,
  type Certification,
  type Clearance,
  type DataFormat,
  type Facet,
  type FacetValue,
  type Lifecycle,
} from '@weir/contracts/registry';
import { valuesOf } from './bits.ts';

/** How many versions are alike in all that facets count, capabilities aside. */
export interface VersionTally {
  readonly clearance: Clearance;
  readonly lifecycle: Lifecycle;
  /** Bits. */
  readonly dataFormats: number;
  /** Bits. */
  readonly certifications: number;
  readonly count: bigint;
}

/** How many versions have a capability. */
export interface CapabilityTally {
  readonly capability: string;
  readonly count: bigint;
}

/** Everything that facets are made of. */
export interface Tallies {
  readonly versions: readonly VersionTally[];
  readonly capabilities: readonly CapabilityTally[];
}

/** The names of the values that a version has in a field. */
const valuesIn: Readonly<Partial<Record<FacetField, (tally: VersionTally) => string[]>>> = {
  [FacetField.DATA_FORMAT]: ({ dataFormats }) =>
    valuesOf(dataFormats).map((value) => dataFormatToJSON(value as DataFormat).replace('DATA_FORMAT_', '')),
  [FacetField.CLEARANCE]: ({ clearance }) => [clearanceToJSON(clearance).replace('CLEARANCE_', '')],
  [FacetField.CERTIFICATION]: ({ certifications }) =>
    valuesOf(certifications).map((value) => certificationToJSON(value as Certification).replace('CERTIFICATION_', '')),
  [FacetField.LIFECYCLE]: ({ lifecycle }) => [lifecycleToJSON(lifecycle).replace('LIFECYCLE_', '')],
};

/** One facet: its values by count, highest first, then by value, at most `maxValues` of them. */
export function facetOf(field: FacetField, { versions, capabilities }: Tallies, maxValues: number): Facet {
  const counts = new Map<string, bigint>(
    field === FacetField.CAPABILITY ? capabilities.map(({ capability, count }) => [capability, count]) : [],
  );
  const values = valuesIn[field];
  for (const tally of values ? versions : []) {
    for (const value of values?.(tally) ?? []) counts.set(value, (counts.get(value) ?? 0n) + tally.count);
  }
  const sorted = [...counts].map(([value, count]): FacetValue => ({ value, count })).sort(byCount);
  const shown = sorted.slice(0, maxValues);
  return { field, values: shown, omittedValues: BigInt(sorted.length - shown.length) };
}

/** How many versions there are. */
export const totalOf = ({ versions }: Tallies): bigint => versions.reduce((sum, { count }) => sum + count, 0n);

const byCount = (a: FacetValue, b: FacetValue): number =>
  a.count !== b.count ? (a.count > b.count ? -1 : 1) : a.value < b.value ? -1 : 1;
