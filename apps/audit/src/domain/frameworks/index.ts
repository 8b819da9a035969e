import { ReportKind } from '@weir/contracts/audit';
import type { Control } from './control.ts';
import { gdpr } from './gdpr.ts';
import { hipaa } from './hipaa.ts';
import { pciDss } from './pci-dss.ts';
import { soc2 } from './soc2.ts';

/** The controls of each framework, in its own order. */
export const frameworks: ReadonlyMap<ReportKind, readonly Control[]> = new Map([
  [ReportKind.SOC2, soc2],
  [ReportKind.GDPR, gdpr],
  [ReportKind.HIPAA, hipaa],
  [ReportKind.PCI_DSS, pciDss],
]);
