import type { Certification, Clearance, DataFormat, Lifecycle } from '@weir/contracts/registry';

// Capabilities have positive numbers; each kind of enum value has a range of negative ones.
const CERTIFICATIONS = -100;
const CLEARANCES = -200;
const LIFECYCLES = -300;

/** The highest clearance there is. */
const TOP = 4;

/** What a version has, as numbers that components are found by. */
export interface Featured {
  readonly capabilities: readonly number[];
  readonly dataFormats: readonly DataFormat[];
  readonly certifications: readonly Certification[];
  readonly clearance: Clearance;
}

/** The features of a version at a step of its lifecycle. */
export const featuresOf = (version: Featured, lifecycle: Lifecycle): number[] => [
  ...version.capabilities,
  ...formatFeatures(version.dataFormats),
  ...certificationFeatures(version.certifications),
  CLEARANCES - version.clearance,
  ...lifecycleFeatures([lifecycle]),
];

/** The features of data formats. */
export const formatFeatures = (formats: readonly DataFormat[]): number[] => formats.map((format) => -format);

/** The features of certifications. */
export const certificationFeatures = (certifications: readonly Certification[]): number[] =>
  certifications.map((certification) => CERTIFICATIONS - certification);

/** The features of steps of the lifecycle. */
export const lifecycleFeatures = (lifecycles: readonly Lifecycle[]): number[] =>
  lifecycles.map((lifecycle) => LIFECYCLES - lifecycle);

/** The features of a clearance and all above it. */
export const clearanceFeatures = (least: Clearance): number[] =>
  Array.from({ length: TOP - least + 1 }, (_, above) => CLEARANCES - least - above);
