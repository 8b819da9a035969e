import { platformScope } from '@weir/context';
import { PrincipalState, Role } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { PrincipalFacts } from '../domain/access/facts.ts';
import { principalKey } from '../domain/principal.ts';
import type { AccessFactsStore, CurrentFacts, FactsKey } from './access-facts-store.ts';
import type { Schema } from './schema.ts';

/** What the database says about a question. */
export interface FactsRow {
  readonly revision: bigint | null;
  readonly roles: Role[] | null;
  readonly disabled: boolean | null;
  readonly fingerprint: string;
}

/**
 * Access facts in PostgreSQL, for questions of many tenants in one statement. It looks as the platform does, because
 * platform administrators are nobody's tenant; a principal of another tenant is never read.
 */
export const postgresAccessFactsStore = (database: Database<Schema>): AccessFactsStore => ({
  async read(keys) {
    const asked = keys.map(lookUp);
    const rows = await database.once(
      platformScope(),
      sql<FactsRow>`
        select h.revision, p.roles, p.disabled_at is not null as disabled,
          access_fingerprint(p.roles, p.disabled_at) as fingerprint
        from unnest(
          ${asked.map(({ tenant }) => tenant)}::text[],
          ${asked.map(({ home }) => home)}::text[],
          ${asked.map(({ id }) => id)}::text[]
        ) with ordinality as q (tenant, home, id, at)
        left join policy_heads h on h.tenant = q.tenant
        left join principals p on p.tenant = q.home and p.id = q.id
        order by q.at`,
    );
    return rows.map((row, index) => factsIn(row, asked[index]?.home === ''));
  },
});

/** Where a principal is looked up; the name of another tenant's is looked up nowhere. */
export function lookUp({ tenant, principal }: FactsKey): { tenant: string; home: string | null; id: string } {
  const key = principalKey(principal);
  const isVisible = key !== undefined && (key.tenant === '' || key.tenant === tenant);
  return { tenant, home: isVisible ? key.tenant : null, id: key?.id ?? '' };
}

/** What a row says; of the platform's own principals only its administrators count. */
export function factsIn({ revision, roles, disabled, fingerprint }: FactsRow, isPlatform: boolean): CurrentFacts {
  const counts = roles !== null && (!isPlatform || roles.includes(Role.PLATFORM_ADMIN));
  const state = disabled === true ? PrincipalState.DISABLED : PrincipalState.ACTIVE;
  const principal: PrincipalFacts | undefined = counts ? { state, roles } : undefined;
  return { revision: revision ?? 0n, principal, fingerprint };
}
