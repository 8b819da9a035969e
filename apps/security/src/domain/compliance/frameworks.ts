import { ComplianceFramework, type ComplianceParameters } from '@weir/contracts/security';

/** A framework that is known. */
export type KnownFramework = Exclude<
  ComplianceFramework,
  typeof ComplianceFramework.UNSPECIFIED | typeof ComplianceFramework.UNRECOGNIZED
>;

/** The parameters of a framework, of one of the four kinds. */
export type FrameworkParameters = NonNullable<ComplianceParameters['framework']>;

interface FrameworkFacts {
  /** Its id in names: "pci-dss". */
  readonly id: string;
  /** As decisions name it: "PCI_DSS". */
  readonly label: string;
  readonly parameters: FrameworkParameters['$case'];
}

const FACTS: Readonly<Record<KnownFramework, FrameworkFacts>> = {
  [ComplianceFramework.SOC2]: { id: 'soc2', label: 'SOC2', parameters: 'soc2' },
  [ComplianceFramework.GDPR]: { id: 'gdpr', label: 'GDPR', parameters: 'gdpr' },
  [ComplianceFramework.HIPAA]: { id: 'hipaa', label: 'HIPAA', parameters: 'hipaa' },
  [ComplianceFramework.PCI_DSS]: { id: 'pci-dss', label: 'PCI_DSS', parameters: 'pciDss' },
};

/** Every framework that is known, in the order of the enum. */
export const FRAMEWORKS: readonly KnownFramework[] = [
  ComplianceFramework.SOC2,
  ComplianceFramework.GDPR,
  ComplianceFramework.HIPAA,
  ComplianceFramework.PCI_DSS,
];

/** Whether a number from the wire is a framework. */
export const isKnownFramework = (framework: number): framework is KnownFramework =>
  FRAMEWORKS.some((known) => known === framework);

/** "PCI_DSS" */
export const frameworkLabel = (framework: KnownFramework): string => FACTS[framework].label;

/** "tenants/acme/frameworks/pci-dss" */
export const frameworkName = (tenant: string, framework: KnownFramework): string =>
  `tenants/${tenant}/frameworks/${FACTS[framework].id}`;

/** Which kind of parameters a framework takes. */
export const parametersKind = (framework: KnownFramework): FrameworkParameters['$case'] => FACTS[framework].parameters;
