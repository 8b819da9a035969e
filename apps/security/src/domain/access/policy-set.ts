import { Clearance } from '@weir/contracts/registry';
import type { Policy, Role } from '@weir/contracts/security';
import { compileControl, type CompiledControl } from './control.ts';
import { higher, UNCLASSIFIED, type Facts } from './facts.ts';
import { patternMap, type PatternMap } from './pattern.ts';

/** All policies of a tenant at one revision, arranged for questions. */
export interface PolicySet {
  readonly revision: bigint;
  readonly policies: readonly Policy[];
  readonly controls: readonly CompiledControl[];
  /** Those that oblige to something, of thousands that may not. */
  readonly encrypting: readonly Policy[];
  readonly anonymizing: readonly Policy[];
  readonly retaining: readonly Policy[];
  /** The controls that may match: those of the principal, its roles or everyone, over the resource. */
  candidates(facts: Facts): ReadonlySet<CompiledControl>;
  /** How sensitive an operation is. */
  classificationOf(operation: string): Clearance;
}

/** Arranges policies. Decisions do not depend on their order. */
export function policySet(revision: bigint, policies: readonly Policy[]): PolicySet {
  const controls = policies.flatMap(controlsOf);
  const byWhom = new Map<string, PatternMap<CompiledControl>>();
  for (const control of controls) index(byWhom, control);
  const classifications = patternMap<Clearance>();
  for (const policy of policies) {
    for (const [pattern, value] of Object.entries(policy.operationClassifications)) classifications.add(pattern, value);
  }

  return {
    revision,
    policies,
    controls,
    encrypting: policies.filter(({ encryptedDataTypes }) => encryptedDataTypes.length > 0),
    anonymizing: policies.filter(({ anonymization }) => anonymization !== undefined),
    retaining: policies.filter(({ auditRetentions }) => auditRetentions.length > 0),
    candidates({ question, principal }) {
      const whom = [question.principal, '*', ...(principal?.roles ?? []).map(roleKey)];
      return new Set(whom.flatMap((key) => byWhom.get(key)?.find(question.resource) ?? []));
    },
    classificationOf(operation) {
      const found = classifications.find(operation);
      return found.length === 0 ? UNCLASSIFIED : found.reduce(higher, Clearance.UNSPECIFIED);
    },
  };
}

// From one revision to the next most policies of a tenant stay the same objects.
const compiled = new WeakMap<Policy, readonly CompiledControl[]>();

function controlsOf(policy: Policy): readonly CompiledControl[] {
  const known = compiled.get(policy) ?? policy.accessControls.map((control) => compileControl(policy.name, control));
  compiled.set(policy, known);
  return known;
}

const roleKey = (role: Role): string => `role ${role}`;

function index(byWhom: Map<string, PatternMap<CompiledControl>>, compiled: CompiledControl): void {
  const { principals, roles, resources } = compiled.control;
  for (const key of [...principals, ...roles.map(roleKey)]) {
    const byResource = byWhom.get(key) ?? patternMap<CompiledControl>();
    byWhom.set(key, byResource);
    for (const resource of resources) byResource.add(resource, compiled);
  }
}
