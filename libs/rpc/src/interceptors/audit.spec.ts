import type { CallContext } from '@weir/context';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { TokenServiceDefinition, type IssueTokenResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { bind } from '../handler.ts';
import type { Journal } from '../parts.ts';
import { recordingJournal, startTestServer, tokenFor } from '../testing/index.ts';

const acme = { name: 'tenants/acme' };
const token: IssueTokenResponse = { accessToken: 't', tokenType: 'Bearer', expiresIn: undefined, claims: undefined };

async function start(journal: Journal) {
  const server = await startTestServer({
    journal,
    bindings: [
      bind(TenantServiceDefinition, {
        getTenant: () => Promise.reject(reason('ETAG_MISMATCH', { name: 'x', etag: 'y' })),
      }),
      bind(TokenServiceDefinition, {
        issueToken: async () => token,
        getJwks: () => Promise.reject(reason('SHUTTING_DOWN')),
      }),
    ],
  });
  return {
    ...server,
    tenants: server.client(TenantServiceDefinition, tokenFor()),
    tokens: server.client(TokenServiceDefinition),
  };
}

describe('audit', () => {
  it('records what is always audited, served or not', async () => {
    const journal = recordingJournal();
    await using server = await start(journal);

    await server.tokens.issueToken({ clientId: 'principals/agent' });

    expect(journal.events).toMatchObject([{ method: '/weir.security.v1.TokenService/IssueToken', reason: undefined }]);
  });

  it('records as failed what failed in a way that nobody foresaw', async () => {
    const journal = recordingJournal();
    const issueToken = () => Promise.reject(new TypeError('a bug'));
    await using server = await startTestServer({ journal, bindings: [bind(TokenServiceDefinition, { issueToken })] });

    const issued = server.client(TokenServiceDefinition).issueToken({ clientId: 'principals/agent' });

    await expect(issued).rejects.toMatchObject({ reason: 'INTERNAL' });
    expect(journal.events).toMatchObject([{ method: '/weir.security.v1.TokenService/IssueToken', reason: 'INTERNAL' }]);
  });

  it('records as cancelled what its caller did not wait for', async () => {
    const journal = recordingJournal();
    const leaving = new AbortController();
    const issueToken = (_: unknown, { signal }: CallContext): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        leaving.abort();
      });
    await using server = await startTestServer({ journal, bindings: [bind(TokenServiceDefinition, { issueToken })] });

    const issued = server.client(TokenServiceDefinition).issueToken({}, { signal: leaving.signal });

    await expect(issued).rejects.toMatchObject({ reason: 'CANCELLED' });
    while (journal.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(journal.events).toMatchObject([{ reason: 'CANCELLED' }]);
  });

  it('records refusals of a read, not its failures', async () => {
    const journal = recordingJournal();
    await using server = await start(journal);

    await expect(server.tenants.getTenant(acme)).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' });
    await expect(server.tenants.getTenant({ name: 'tenants/other' })).rejects.toMatchObject({
      reason: 'FOREIGN_TENANT',
    });

    expect(journal.events).toMatchObject([{ reason: 'FOREIGN_TENANT', tenant: 'acme' }]);
  });

  it('records nothing of what is never audited', async () => {
    const journal = recordingJournal();
    await using server = await start(journal);

    await expect(server.tokens.getJwks({})).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });

    expect(journal.events).toEqual([]);
  });

  it('leaves to a handler the event that it takes, and records the failure of one that then fails', async () => {
    const journal = recordingJournal();
    await using server = await startTestServer({
      journal,
      bindings: [
        bind(TokenServiceDefinition, {
          issueToken: async ({ clientId }, context) => {
            context.audit({ resource: clientId });
            const event = context.takeEvent();
            if (clientId === '') throw reason('SHUTTING_DOWN');
            event?.committed();
            return token;
          },
        }),
      ],
    });
    const tokens = server.client(TokenServiceDefinition);

    await tokens.issueToken({ clientId: 'principals/agent' });
    expect(journal.events).toMatchObject([{ reason: undefined, fields: { resource: 'principals/agent' } }]);

    await expect(tokens.issueToken({})).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' });
    expect(journal.events.map((event) => event.reason)).toEqual([undefined, 'SHUTTING_DOWN']);
  });

  it('does not answer what it could not record', async () => {
    const journal = { ...recordingJournal(), record: () => Promise.reject(reason('AUDIT_BACKLOG_FULL')) };
    await using server = await start(journal);

    await expect(server.tokens.issueToken({})).rejects.toMatchObject({ reason: 'AUDIT_BACKLOG_FULL' });
  });

  it('refuses in its own words when the refusal could not be recorded, and logs that', async () => {
    const journal = { ...recordingJournal(), record: () => Promise.reject(new Error('the disk is full')) };
    await using server = await start(journal);

    await expect(server.tenants.getTenant({ name: 'tenants/other' })).rejects.toMatchObject({
      reason: 'FOREIGN_TENANT',
    });

    expect(server.logs()).toContainEqual(expect.objectContaining({ msg: 'event lost' }));
  });
});
