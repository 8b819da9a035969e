import { Sensitivity, sensitivityFromJSON } from './gen/index.weir.options.v1.ts';
import { Clearance } from './gen/index.weir.registry.v1.ts';

const SENSITIVITY_OF: ReadonlyMap<Clearance, Sensitivity> = new Map([
  [Clearance.PUBLIC, Sensitivity.LOW],
  [Clearance.INTERNAL, Sensitivity.MEDIUM],
  [Clearance.CONFIDENTIAL, Sensitivity.HIGH],
  [Clearance.RESTRICTED, Sensitivity.CRITICAL],
]);

/**
 * How sensitive events about data of a classification are at least: as sensitive as the data. UNSPECIFIED where nothing
 * is said of the data.
 */
export const dataSensitivity = (classification: Clearance): Sensitivity =>
  SENSITIVITY_OF.get(classification) ?? Sensitivity.UNSPECIFIED;

/** The higher of the sensitivity that a method declares and that of the data which it turned out to be about. */
export const raisedSensitivity = (declared: Sensitivity, data: number | undefined): Sensitivity =>
  data !== undefined && data > declared ? sensitivityFromJSON(data) : declared;
