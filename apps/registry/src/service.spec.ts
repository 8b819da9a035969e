import type { Client } from '@weir/client';
import { methodRules, type MethodInfo } from '@weir/contracts';
import { Effect, TenantScope } from '@weir/contracts/options';
import { ComponentServiceDefinition, TenantServiceDefinition, UsageServiceDefinition } from '@weir/contracts/registry';
import { adminToken, serviceToken, tokenFor } from '@weir/testing';
import { catalogueOf } from './testing/catalogue.ts';
import { outcomeOf } from './testing/failures.ts';
import { startTestRegistry, type RegistryClients, type TestRegistry } from './testing/start-registry.ts';

const definitions = {
  tenants: TenantServiceDefinition,
  components: ComponentServiceDefinition,
  usage: UsageServiceDefinition,
} as const;

interface Method {
  readonly info: MethodInfo;
  /** Calls it as somebody, with any request. */
  call(clients: RegistryClients, request: object): Promise<unknown>;
}

const methods: Method[] = Object.entries(definitions).flatMap(([group, { fullName, methods: rpcs }]) =>
  Object.entries(rpcs).flatMap(([key, { name }]) => {
    const info = methodRules().get(`/${fullName}/${name}`);
    if (!info) return [];
    const call = async (clients: RegistryClients, request: object): Promise<unknown> => {
      const client = clients[group as keyof RegistryClients] as unknown as Client<typeof TenantServiceDefinition>;
      const answer: unknown = client[key as 'getTenant'](request);
      if (!info.responseStream) return answer;
      for await (const message of answer as AsyncIterable<unknown>) return message;
      return undefined;
    };
    return [{ info, call }];
  }),
);

/** A request in which every field that names a tenant, or something below one, says `tenant`. */
const naming = (tenant: string): object => ({
  tenant,
  name: `${tenant}/slots/one`,
  deployment: `${tenant}/deployments/one`,
  job: `${tenant}/jobs/one`,
});

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
  const catalogue = catalogueOf(registry);
  await catalogue.tenant('acme');
  await catalogue.publish('secret-sauce', '1.0.0');
  await catalogue.grant('acme', 'secret-sauce');
});
afterAll(() => registry[Symbol.asyncDispose]());

describe.each(methods.map((method) => [method.info.method, method] as const))('%s', (_, { info, call }) => {
  it('is refused without a token', async () => {
    expect(await outcomeOf(call(registry.as(''), naming('tenants/acme')))).toMatch(/^TOKEN_|METHOD_NOT_BUILT/);
  });

  it('is refused to another tenant in the same words, whether the tenant exists or not', async () => {
    const expected = info.rule.tenantScope === TenantScope.FIELD ? 'FOREIGN_TENANT' : 'PLATFORM_ONLY';
    const globex = registry.of('globex');
    for (const tenant of ['tenants/acme', 'tenants/nobody', 'tenants/-']) {
      expect(await outcomeOf(call(globex, naming(tenant)))).toMatch(
        new RegExp(`${expected}|PERMISSION_MISSING|METHOD_NOT_BUILT`),
      );
    }
  });

  it('is refused to those without its permission, and to services that are not among its callers', async () => {
    const nobody = registry.as(tokenFor({ subject: 'tenants/acme/principals/nobody', permissions: [] }));
    expect(await outcomeOf(call(nobody, naming('tenants/acme')))).toMatch(/PERMISSION_MISSING|METHOD_NOT_BUILT/);
    if (info.rule.callers.includes('audit')) return;
    const audit = registry.as(serviceToken('audit'));
    expect(await outcomeOf(call(audit, naming('tenants/acme')))).toMatch(/CALLER_NOT_ALLOWED|METHOD_NOT_BUILT/);
  });

  it.each([
    ['nothing', {}],
    ['SQL', "'; drop table tenants; --"],
    ['patterns', '%_*?\\\'"$1{}'],
    ['look-alikes', 'tenants/аcme'],
    ['tenants that are none', 'tenants/*'],
    ['much', 'x'.repeat(10_000)],
    ['control characters', '\u0001\u001f\u202e\ufeff'],
    ['half of a character', '\ud800'],
  ])('takes %s in every field without breaking', async (_name, text) => {
    const request = typeof text === 'string' ? everywhere(text) : {};
    for (const token of [adminToken(), ...info.rule.callers.map(serviceToken)]) {
      expect(await outcomeOf(call(registry.as(token), request))).not.toMatch(/INTERNAL|DATABASE|Error/);
    }
  });

  if (info.rule.effect === Effect.READ) {
    it('tells a tenant nothing about a component that it was not granted', async () => {
      await registry.admin.tenants
        .getTenant({ name: 'tenants/globex' })
        .catch(() => catalogueOf(registry).tenant('globex'));
      const answers = await Promise.all(
        ['secret-sauce', 'no-such-thing'].map(async (component) => {
          const request = {
            tenant: 'tenants/globex',
            name: `components/${component}/versions/1.0.0`,
            parent: `components/${component}`,
            component: `components/${component}`,
            filter: { text: component },
            requirements: [{ component: `components/${component}`, selector: { $case: 'range', value: '*' } }],
            candidate: { $case: 'version', value: `components/${component}/versions/1.0.0` },
            mode: 2,
          };
          const answer = await call(registry.of('globex'), request).catch((error: unknown) => String(error));
          const text = JSON.stringify(answer, (_key, value: unknown) =>
            typeof value === 'bigint' ? String(value) : value,
          );
          return text.replaceAll(component, 'it');
        }),
      );
      expect(answers[0]?.replace(/"revision":"\d+"/, '')).toBe(answers[1]?.replace(/"revision":"\d+"/, ''));
    });
  }
});

/** Requests that say the same in every field of text. */
const everywhere = (text: string): object => ({
  ...{ name: text, tenant: text, tenantId: text, parent: text, job: text, deployment: text, range: text, reason: text },
  ...{ etag: text, pageToken: text, month: text, fromMonth: text, toMonth: text, version: text, replacement: text },
  ...{ lockedDigest: text, components: [text], baselines: [text], updateMask: [text] },
  filter: { text, capabilities: [text] },
  grant: { tenant: text, component: text, range: text },
  requirements: [{ component: text, selector: { $case: 'range', value: text } }],
});
