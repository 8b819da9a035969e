import { agentReasons } from './agent.ts';
import { auditReasons } from './audit.ts';
import { complianceReasons } from './compliance.ts';
import { deploymentReasons } from './deployment.ts';
import { platformReasons } from './platform.ts';
import type { Reasons } from './reasons.ts';
import { registryReasons } from './registry.ts';
import { securityReasons } from './security.ts';

/** The catalogue by who it belongs to: the platform, then each service. */
export const catalogueParts: Readonly<Record<string, Reasons>> = {
  platform: platformReasons,
  registry: registryReasons,
  security: { ...securityReasons, ...complianceReasons },
  audit: auditReasons,
  agent: agentReasons,
  deployment: deploymentReasons,
};

/** Every reason a call can fail with. What is not in here reaches callers as INTERNAL. */
export const catalogue = {
  ...platformReasons,
  ...registryReasons,
  ...securityReasons,
  ...complianceReasons,
  ...auditReasons,
  ...agentReasons,
  ...deploymentReasons,
} as const;

/** The name of a reason, as ErrorInfo carries it. */
export type Reason = keyof typeof catalogue;
