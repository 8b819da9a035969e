import { Code } from '../code.ts';
import type { Reasons } from './reasons.ts';

/** Reasons that methods about compliance fail with; they are those of the security service. */
export const complianceReasons = {
  UNKNOWN_FRAMEWORK: {
    code: Code.INVALID_ARGUMENT,
    message: 'there is no framework {framework}',
    hint: 'Those that are known are SOC2, GDPR, HIPAA and PCI_DSS.',
  },
  PARAMETERS_MISMATCH: {
    code: Code.INVALID_ARGUMENT,
    message: 'the parameters are those of {given}, the framework is {framework}',
    hint: 'Give the parameters of the framework, or none to take its defaults.',
  },
  FRAMEWORK_NOT_CONFIGURED: {
    code: Code.FAILED_PRECONDITION,
    message: '{frameworks} is not active for {tenant}',
    hint: 'ConfigureFramework makes a framework act; ListFrameworks with active_only shows those that do.',
  },
  AUDIT_PROOF_INVALID: {
    code: Code.DATA_LOSS,
    message: 'the audit log of {tenant} does not prove what it says at index {index}: {problem}',
    hint: 'There is no assessment of a log that does not prove: run VerifyLog, and keep the database of audit as it is.',
  },
  ASSESSMENT_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: 'there is no assessment {name}',
    hint: 'EvaluateCompliance makes one, and names it.',
  },
  BREACH_CLOCK_NOT_FOUND: {
    code: Code.NOT_FOUND,
    message: 'there is no breach clock {name}',
    hint: 'ListBreachClocks shows those of a tenant.',
  },
  BREACH_CLOCK_STOPPED: {
    code: Code.FAILED_PRECONDITION,
    message: '{name} was stopped before, with other values',
    hint: 'What stopped it stays on record; ListBreachClocks shows it.',
  },
} as const satisfies Reasons;
