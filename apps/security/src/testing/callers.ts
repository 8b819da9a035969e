import { createClient, fixedToken, openChannel, type Client } from '@weir/client';
import type { ServiceDefinition } from '@weir/contracts';
import { PrincipalServiceDefinition, TokenServiceDefinition, type Role } from '@weir/contracts/security';

/** A principal, and what it proves itself with. */
export interface Enrolled {
  readonly name: string;
  readonly secret: string;
}

/** Those who call the service in a test. */
export interface Callers extends AsyncDisposable {
  readonly address: string;
  readonly adminSecret: string;
  /** A token of principals/admin. */
  readonly adminToken: string;
  client<S extends ServiceDefinition>(service: S, token?: string): Client<S>;
  /** A new principal of a tenant, or of the platform (""), with a secret. */
  enroll(tenant: string, id: string, roles: readonly Role[]): Promise<Enrolled>;
  /** A token of a new principal. */
  tokenFor(tenant: string, id: string, role: Role): Promise<string>;
}

/** Opens channels to a service as they are needed. */
export async function openCallers(address: string, adminSecret: string): Promise<Callers> {
  const channels = new AsyncDisposableStack();
  const anyone = channels.use(openChannel({ address }));
  const client: Callers['client'] = (service, token) =>
    createClient(
      service,
      token === undefined ? anyone : channels.use(openChannel({ address, tokens: fixedToken(token) })),
    );

  const issue = async (clientId: string, clientSecret: string): Promise<string> =>
    (await client(TokenServiceDefinition).issueToken({ clientId, clientSecret })).accessToken;
  const adminToken = await issue('principals/admin', adminSecret);
  const principals = client(PrincipalServiceDefinition, adminToken);

  async function enroll(tenant: string, id: string, roles: readonly Role[]): Promise<Enrolled> {
    const parent = tenant === '' ? '' : `tenants/${tenant}`;
    const draft = { kind: 2, displayName: id, roles } as const;
    const { principal } = await principals.createPrincipal({ parent, principalId: id, principal: draft });
    const name = principal?.name ?? '';
    return { name, secret: (await principals.createClientSecret({ parent: name })).secret };
  }

  return {
    address,
    adminSecret,
    adminToken,
    client,
    enroll,
    async tokenFor(tenant, id, role) {
      const { name, secret } = await enroll(tenant, id, [role]);
      return issue(name, secret);
    },
    [Symbol.asyncDispose]: () => channels.disposeAsync(),
  };
}
