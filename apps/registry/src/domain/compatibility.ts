import {
  certificationToJSON,
  clearanceToJSON,
  CompatibilityMode,
  dataFormatToJSON,
  scalarTypeToJSON,
  type CompatibilityDifference,
  type ComponentVersion,
  type Parameter,
  type ResourceRequirements,
} from '@weir/contracts/registry';

/** Which of its two directions a mode looks in. */
interface Directions {
  readonly backward: boolean;
  readonly forward: boolean;
}

const directions: Readonly<Partial<Record<CompatibilityMode, Directions>>> = {
  [CompatibilityMode.BACKWARD]: { backward: true, forward: false },
  [CompatibilityMode.BACKWARD_TRANSITIVE]: { backward: true, forward: false },
  [CompatibilityMode.FULL]: { backward: true, forward: true },
  [CompatibilityMode.FULL_TRANSITIVE]: { backward: true, forward: true },
};

/** Whether a mode compares with every lower version, not only the highest of them. */
export const isTransitive = (mode: CompatibilityMode): boolean =>
  mode === CompatibilityMode.BACKWARD_TRANSITIVE || mode === CompatibilityMode.FULL_TRANSITIVE;

/** Whether a mode compares at all. */
export const compares = (mode: CompatibilityMode): boolean => directions[mode] !== undefined;

type Finding = Pick<CompatibilityDifference, 'field' | 'reason' | 'description'> & { readonly stricter: boolean };

/** Every difference that matters between a version and one that it may stand in for, by field, then reason. */
export function differences(
  candidate: ComponentVersion,
  baseline: ComponentVersion,
  mode: CompatibilityMode,
): CompatibilityDifference[] {
  const { backward = false, forward = false } = directions[mode] ?? {};
  const found: Finding[] = [
    ...setFindings('capabilities', 'CAPABILITY', candidate.capabilities, baseline.capabilities),
    ...setFindings('data_formats', 'DATA_FORMAT', formats(candidate), formats(baseline)),
    ...setFindings('certifications', 'CERTIFICATION', certifications(candidate), certifications(baseline)),
    ...clearanceFindings(candidate, baseline),
    ...resourceFindings(candidate.resources, baseline.resources),
    ...parameterFindings(candidate.parameters, baseline.parameters),
  ];
  return found
    .map(({ stricter, ...finding }) => ({
      ...finding,
      baseline: baseline.name,
      breaking: stricter ? backward : forward,
    }))
    .sort((a, b) => order(a.field, b.field) || order(a.reason, b.reason) || order(a.description, b.description));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const formats = ({ dataFormats }: ComponentVersion): string[] =>
  dataFormats.map((format) => short(dataFormatToJSON(format)));

const certifications = (component: ComponentVersion): string[] =>
  component.certifications.map((certification) => short(certificationToJSON(certification)));

const short = (name: string): string => name.replace(/^(DATA_FORMAT|CERTIFICATION|CLEARANCE|SCALAR_TYPE)_/, '');

function setFindings(field: string, kind: string, now: readonly string[], before: readonly string[]): Finding[] {
  const dropped = before.filter((value) => !now.includes(value));
  const added = now.filter((value) => !before.includes(value));
  return [
    ...dropped.map((value) => finding(field, `${kind}_DROPPED`, `"${value}" is no longer there`, true)),
    ...added.map((value) => finding(field, `${kind}_ADDED`, `"${value}" was not there before`, false)),
  ];
}

function clearanceFindings({ clearance: now }: ComponentVersion, { clearance: before }: ComponentVersion): Finding[] {
  if (now === before) return [];
  const change = `from ${short(clearanceToJSON(before))} to ${short(clearanceToJSON(now))}`;
  return now > before
    ? [finding('clearance', 'CLEARANCE_RAISED', `raised ${change}`, true)]
    : [finding('clearance', 'CLEARANCE_LOWERED', `lowered ${change}`, false)];
}

const resourceFields = {
  cpuMillicores: 'cpu_millicores',
  memoryBytes: 'memory_bytes',
  ephemeralStorageBytes: 'ephemeral_storage_bytes',
  gpuCount: 'gpu_count',
  gpuMemoryBytes: 'gpu_memory_bytes',
} as const satisfies Record<keyof ResourceRequirements, string>;

function resourceFindings(now?: ResourceRequirements, before?: ResourceRequirements): Finding[] {
  if (!now || !before) return [];
  return Object.entries(resourceFields).flatMap(([key, name]) => {
    const field = key as keyof ResourceRequirements;
    if (now[field] === before[field]) return [];
    const change = `from ${before[field].toLocaleString('en')} to ${now[field].toLocaleString('en')}`;
    return now[field] > before[field]
      ? [finding(`resources.${name}`, 'RESOURCE_RAISED', `raised ${change}`, true)]
      : [finding(`resources.${name}`, 'RESOURCE_LOWERED', `lowered ${change}`, false)];
  });
}

// What a caller passes today must still be taken (backward), and what it will pass must have been taken before (forward).
function parameterFindings(now: readonly Parameter[], before: readonly Parameter[]): Finding[] {
  const dropped = before
    .filter(({ name }) => !now.some((parameter) => parameter.name === name))
    .map(({ name }) => finding('parameters', 'PARAMETER_DROPPED', `"${name}" is no longer there`, true));
  return [...dropped, ...now.flatMap((parameter) => changesOf(parameter, before))];
}

function changesOf(now: Parameter, parameters: readonly Parameter[]): Finding[] {
  const { name, type, defaultValue } = now;
  const before = parameters.find((parameter) => parameter.name === name);
  if (!before) {
    const added = finding('parameters', 'PARAMETER_ADDED', `"${name}" was not there before`, false);
    return defaultValue ? [added] : [added, required(name)];
  }
  const findings: Finding[] = [];
  if (type !== before.type) {
    const change = `from ${short(scalarTypeToJSON(before.type))} to ${short(scalarTypeToJSON(type))}`;
    findings.push(finding('parameters', 'PARAMETER_TYPE_CHANGED', `"${name}" changed ${change}`, true));
  }
  if (!defaultValue && before.defaultValue) findings.push(required(name));
  return findings;
}

const required = (name: string): Finding =>
  finding('parameters', 'PARAMETER_REQUIRED', `"${name}" must now be passed by every run`, true);

const finding = (field: string, reason: string, description: string, stricter: boolean): Finding => ({
  field,
  reason,
  description,
  stricter,
});
