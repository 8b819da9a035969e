import type {
  ComplianceRequirements,
  ConfigureFrameworkRequest,
  ConfigureFrameworkResponse,
} from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import {
  configEtag,
  configMessage,
  effectiveOf,
  type TenantFrameworks,
} from '../domain/compliance/framework-config.ts';
import {
  frameworkLabel,
  frameworkName,
  isKnownFramework,
  parametersKind,
  type FrameworkParameters,
  type KnownFramework,
} from '../domain/compliance/frameworks.ts';
import { defaultParameters, settleParameters, type Settled } from '../domain/compliance/parameters.ts';
import { tenantIn } from '../domain/principal.ts';
import type { FrameworkStore, NewFrameworkConfig } from '../store/framework-store.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import { DAY_MS } from './duration-field.ts';
import { parametersField } from './framework-fields.ts';
import { tenantField } from './question-fields.ts';

const Request = z.object({
  tenant: tenantField(),
  framework: z.number(),
  parameters: parametersField(),
  disabled: z.boolean(),
  etag: z.string(),
  validateOnly: z.boolean(),
});

/** What ConfigureFramework works with. */
export interface ConfigureFrameworkParts {
  readonly frameworks: FrameworkStore;
  readonly policies: PolicyStore;
  /** Tells audit how long it must keep the log, once the configuration is committed. */
  readonly retention: { wake(): void };
}

/** Configures a framework for a tenant, or switches it off. */
export function configureFramework(
  parts: ConfigureFrameworkParts,
): Unary<ConfigureFrameworkRequest, ConfigureFrameworkResponse> {
  const { frameworks, policies, retention } = parts;
  return async (request, context) => {
    const { tenant: name, framework, parameters: given, disabled, etag, validateOnly } = parse(Request, request);
    const tenant = tenantIn(name);
    if (!isKnownFramework(framework)) throw reason('UNKNOWN_FRAMEWORK', { framework });
    const parameters = parametersFor(framework, given);

    // Decisions follow from policies and frameworks together, so a configuration takes a revision of both.
    await policies.lock(context.scope, tenant);
    const before = await frameworks.find(context.scope, tenant);
    const earlier = before.configs.find((config) => config.framework === framework);
    if (etag !== '' && etag !== configEtag(earlier)) {
      throw reason('ETAG_MISMATCH', { name: frameworkName(tenant, framework), etag });
    }
    const config = { framework, revision: (earlier?.revision ?? 0n) + 1n, isActive: !disabled, parameters };
    const after = withConfig(before, config);
    const effective = effectiveOf(after);
    context.audit({
      resource: frameworkName(tenant, framework),
      details: { ...inWords(config), ...demandsInWords(effective), validate_only: validateOnly },
    });
    if (validateOnly) return { config: configMessage(after, framework), effective };

    await frameworks.put(context.scope, tenant, config, context.principal?.subject ?? '');
    const { cryptoperiodDays } = effective;
    await frameworks.setCryptoperiod(
      context.scope,
      tenant,
      cryptoperiodDays === undefined ? undefined : cryptoperiodDays * DAY_MS,
    );
    const policyRevision = await policies.advance(context.scope, tenant);
    context.audit({ policyRevision: String(policyRevision) });
    context.afterCommit(() => retention.wake());

    const put = await frameworks.find(context.scope, tenant);
    return { config: configMessage(put, framework), effective: effectiveOf(put) };
  };
}

function parametersFor(framework: KnownFramework, given: FrameworkParameters | undefined): Settled {
  if (!given) return defaultParameters(framework);
  if (given.$case === parametersKind(framework)) return settleParameters(given);
  throw reason('PARAMETERS_MISMATCH', { given: given.$case, framework: frameworkLabel(framework) });
}

/** The frameworks of a tenant as they are with one more configuration. */
function withConfig(before: TenantFrameworks, config: NewFrameworkConfig): TenantFrameworks {
  const others = before.configs.filter(({ framework }) => framework !== config.framework);
  const added = { ...config, configuredAt: new Date(), retentionAppliedAt: undefined };
  return { ...before, configs: [...others, added].sort((a, b) => a.framework - b.framework) };
}

const inWords = ({ framework, revision, isActive }: NewFrameworkConfig) => ({
  framework: frameworkLabel(framework),
  framework_revision: Number(revision),
  active: isActive,
});

/** What all active frameworks demand from now on, as the audit log says it; 0: nothing. */
const demandsInWords = (effective: ComplianceRequirements) => ({
  audit_retention_days: effective.auditRetentionDays ?? 0,
  personal_data_retention_days: effective.personalDataRetentionDays ?? 0,
  access_review_days: effective.accessReviewDays ?? 0,
  cryptoperiod_days: effective.cryptoperiodDays ?? 0,
  encryption_required: effective.encryptionRequired,
  seal_personal_details: effective.sealPersonalDetails,
  anonymized_types: effective.anonymizations.length,
});
