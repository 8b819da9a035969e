import { AnonymizationOptions, PrivacyServiceDefinition, type AnonymizationRule } from '@weir/contracts/security';
import { startSecurity, type RunningSecurity } from './start-security.ts';

/** The tenant of whose records tests speak. */
export const tenant = 'tenants/acme';

/** A security service that a whole spec file shares, and what anonymises with it. */
export interface PrivacyFixture {
  /** Running from the first test on. */
  readonly security: RunningSecurity;
  /** PrivacyService for a token; the administrator's by default. */
  privacy(token?: string): ReturnType<typeof client>;
  /** Anonymises one record of a tenant, acme by default. */
  anonymize(record: object, options?: Partial<AnonymizationOptions>, of?: string): Promise<Anonymized>;
}

type Answer = Awaited<ReturnType<ReturnType<typeof client>['anonymizeRecords']>>;
type Anonymized = Answer & { readonly record: Record<string, unknown> };

const client = (security: RunningSecurity, token: string) => security.client(PrivacyServiceDefinition, token);

/** Starts it before the tests of the file and ends it behind them. */
export function privacyFixture(): PrivacyFixture {
  let security: RunningSecurity;
  beforeAll(async () => (security = await startSecurity()), 60_000);
  afterAll(() => security[Symbol.asyncDispose]());
  const privacy = (token = security.adminToken) => client(security, token);
  return {
    get security() {
      return security;
    },
    privacy,
    async anonymize(record, options = {}, of = tenant) {
      const all = AnonymizationOptions.fromPartial(options as never);
      const records = { records: [{ ...record }] };
      const answer = await privacy().anonymizeRecords({ tenant: of, records, options: all });
      return { ...answer, record: answer.records?.records[0] as Record<string, unknown> };
    },
  };
}

/** A rule of a call. */
export const rule = (
  target: AnonymizationRule['target'],
  operator: NonNullable<AnonymizationRule['operator']>['operator'],
  outputField = '',
): AnonymizationRule => ({ target, operator: { operator }, outputField });

/** What a rule is about: the field of this path. */
export const field = (value: string) => ({ $case: 'fieldPath' as const, value });
