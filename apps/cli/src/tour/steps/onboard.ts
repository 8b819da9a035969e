import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Clearance, Environment, TenantState, Tier } from '@weir/contracts/registry';
import { PrincipalKind, Role } from '@weir/contracts/security';
import { isReason } from '@weir/errors';
import { openSession, secretTokens } from '../../session.ts';
import type { Report, Step, Tour } from '../step.ts';
import { ensureTenant } from '../tenants.ts';

export const TENANT = 'tenants/acme';
const PRINCIPAL = `${TENANT}/principals/etl`;

/** Creates the tenant acme with a service account, and gets a token for it. */
export const onboard: Step = {
  title: 'Onboard tenant acme: limits, a service account, a token',

  async run(tour, { check, tell }) {
    const tenant = await ensureTenant(tour, 'acme', ACME);
    check(
      tenant?.state === TenantState.ACTIVE,
      `${TENANT} is active, at most ${tenant?.limits?.maxConcurrentJobs} jobs at a time`,
    );

    await ensurePrincipal(tour);
    const tokens = secretTokens(tour.addresses, PRINCIPAL, await secretOf(tour, { check, tell }));
    const token = await tokens.token();
    tell(`token of ${PRINCIPAL}: ${token.slice(0, 12)}… (${token.length} characters, ES256)`);

    const session = tour.stack.use(openSession(tour.addresses, tokens));
    tour.acme = Object.assign(session, { principal: PRINCIPAL, token: async () => tokens.token() });
    const { active, claims } = await tour.acme.tokens.introspectToken({ token });
    check(active && claims?.tenant === TENANT, `the token counts, and speaks for ${claims?.tenant}`);
  },
};

const ACME = {
  displayName: 'Acme Air',
  tier: Tier.PROFESSIONAL,
  allowedEnvironments: [Environment.DEVELOPMENT, Environment.STAGING, Environment.PRODUCTION],
  clearanceCeiling: Clearance.CONFIDENTIAL,
};

async function ensurePrincipal({ admin }: Tour): Promise<void> {
  try {
    await admin.principals.createPrincipal({
      parent: TENANT,
      principalId: 'etl',
      principal: { kind: PrincipalKind.SERVICE_ACCOUNT, displayName: 'Nightly ETL', roles: [Role.DATA_ENGINEER] },
    });
  } catch (error) {
    if (!isReason(error, 'PRINCIPAL_EXISTS')) throw error;
  }
}

/** The client secret of the account: kept from the last tour, or a new one. */
async function secretOf({ admin, mesh }: Tour, { tell }: Report): Promise<string> {
  const file = join(mesh.state.root, 'tour-etl.secret');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const { secret } = await admin.principals.createClientSecret({ parent: PRINCIPAL, displayName: 'tour' });
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  tell(`client secret shown once, kept in ${file} (0600)`);
  return secret;
}
