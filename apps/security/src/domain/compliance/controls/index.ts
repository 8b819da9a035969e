import { ComplianceFramework } from '@weir/contracts/security';
import type { KnownFramework } from '../frameworks.ts';
import type { Control } from './control.ts';
import { gdpr } from './gdpr.ts';
import { hipaa } from './hipaa.ts';
import { pciDss } from './pci-dss.ts';
import { soc2 } from './soc2.ts';

/** The controls of each framework, in its own order. */
export const CONTROLS: Readonly<Record<KnownFramework, readonly Control[]>> = {
  [ComplianceFramework.SOC2]: soc2,
  [ComplianceFramework.GDPR]: gdpr,
  [ComplianceFramework.HIPAA]: hipaa,
  [ComplianceFramework.PCI_DSS]: pciDss,
};
