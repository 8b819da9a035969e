import { fileRegistry, methodRules } from '@weir/contracts';
import { Event, type SealedDetails } from '@weir/contracts/audit';
import { reason } from '@weir/errors';
import { sealPersonal, withholdPersonal, type SealPersonal } from './personal-details.ts';
import { remoteSealer } from './remote-sealer.ts';
import { suspendCall } from './testing/suspend-call.ts';

const CALLER = 'tenants/acme/principals/ann';
const asked: SealPersonal = (_tenant, _id, persons) =>
  Promise.resolve(
    persons.map(({ subject, details }): SealedDetails => ({
      subject,
      key: 'k',
      ciphertext: Buffer.from(JSON.stringify(details)),
    })),
  );

/** A call whose rule calls these details personal. */
function callWith(personal: { detail: string; subjectFields: string[] }[], request: object = {}) {
  const call = suspendCall();
  const info = { ...call.info, rule: { ...call.info.rule, personal } };
  return { ...call, info, request, principal: { subject: CALLER } as NonNullable<typeof call.principal> };
}

const eventWith = (details: Record<string, unknown>): Event =>
  Event.fromPartial({ id: 'e1', tenant: 'tenants/acme', details });

const read = ({ sealedDetails }: Event): unknown[] =>
  sealedDetails.map(({ subject, ciphertext }) => [subject, JSON.parse(ciphertext.toString()) as unknown]);

describe('what the rule of a method calls personal', () => {
  it('is sealed for the caller where the rule names nobody else, and the rest stays readable', async () => {
    const call = callWith([{ detail: 'reason', subjectFields: [] }]);
    const event = await sealPersonal(eventWith({ reason: 'Ann is ill', force: true }), call, asked);

    expect(read(event)).toEqual([[CALLER, { reason: 'Ann is ill' }]]);
    expect(event.details).toEqual({ force: true });
  });

  it('is sealed for the person whom the request names, through lists and messages', async () => {
    const call = callWith(
      [{ detail: 'context', subjectFields: ['context.the_subject', 'items.context.the_subject'] }],
      {
        context: { theSubject: '' },
        items: [{ context: { theSubject: 'p-7' } }, { context: undefined }, { context: { theSubject: 'p-7' } }],
      },
    );
    const event = await sealPersonal(eventWith({ context: '{"ward":"3"}' }), call, asked);

    expect(read(event)).toEqual([['p-7', { context: '{"ward":"3"}' }]]);
    expect(event.details).toEqual({});
  });

  it('is left out, and the event says so, when it concerns several persons', async () => {
    const call = callWith([{ detail: 'context', subjectFields: ['items.subject'] }], {
      items: [{ subject: 'p-7' }, { subject: 'p-8' }],
    });
    const event = await sealPersonal(eventWith({ context: 'both' }), call, asked);

    expect(event).toMatchObject({ sealedDetails: [], details: {}, complianceFlags: ['personal_details_withheld'] });
  });

  it('stays as it is where it is about nobody, the tenant does not ask, or no tenant is concerned', async () => {
    const nobody = callWith([{ detail: 'context', subjectFields: ['subject'] }], { subject: '' });
    const call = callWith([{ detail: 'reason', subjectFields: [] }]);
    const event = eventWith({ reason: 'Ann is ill' });
    const ofPlatform = { ...event, tenant: 'tenants/platform' };

    expect(await sealPersonal(eventWith({ context: 'x' }), nobody, asked)).toEqual(eventWith({ context: 'x' }));
    expect(await sealPersonal(event, call, () => Promise.resolve(undefined))).toBe(event);
    expect(await sealPersonal(ofPlatform, call, asked)).toBe(ofPlatform);
  });

  it('can be left out where it cannot be sealed', () => {
    const event = withholdPersonal(
      eventWith({ reason: 'Ann', force: true }),
      callWith([{ detail: 'reason', subjectFields: [] }]),
    );

    expect(event).toMatchObject({ details: { force: true }, complianceFlags: ['personal_details_withheld'] });
  });

  it('names fields that the requests of its method have', () => {
    const wrong = [...methodRules().values()].flatMap(({ path, requestType, rule }) =>
      rule.personal.flatMap(({ subjectFields }) =>
        subjectFields.filter((field) => !hasField(requestType, field)).map((field) => `${path} ${field}`),
      ),
    );

    expect(wrong).toEqual([]);
  });
});

function hasField(message: string, path: string): boolean {
  const [name, ...rest] = path.split('.');
  const field = fileRegistry()
    .getMessage(message)
    ?.fields.find((candidate) => candidate.name === name);
  if (rest.length === 0) return field?.fieldKind === 'scalar';
  return field?.message !== undefined && hasField(field.message.typeName, rest.join('.'));
}

describe('a service that asks security to seal', () => {
  const persons = [{ subject: 'p-7', details: { reason: 'x' } }];
  const down = reason('DEPENDENCY_UNAVAILABLE', { dependency: 'security' });

  it('goes on unsealed for five minutes at most where the tenant did not ask, and fails for every other', async () => {
    let [now, isDown] = [0, false];
    const answers = new Map([
      ['tenants/acme', false],
      ['tenants/globex', true],
    ]);
    const seal = remoteSealer(
      {
        sealDetails: ({ tenant }) =>
          isDown
            ? Promise.reject(down)
            : Promise.resolve({ asked: answers.get(tenant ?? '') ?? false, key: 'k', ciphertexts: [Buffer.from('c')] }),
      },
      () => now,
    );
    expect(await seal('tenants/acme', 'e', persons)).toBeUndefined();
    expect(await seal('tenants/globex', 'e', persons)).toEqual([
      { subject: 'p-7', key: 'k', ciphertext: Buffer.from('c') },
    ]);

    isDown = true;
    expect(await seal('tenants/acme', 'e', persons)).toBeUndefined();
    await expect(seal('tenants/globex', 'e', persons)).rejects.toBe(down);
    await expect(seal('tenants/stranger', 'e', persons)).rejects.toBe(down);
    now = 5 * 60_000;
    await expect(seal('tenants/acme', 'e', persons)).rejects.toBe(down);
  });

  it('passes on what is no outage', async () => {
    const destroyed = reason('KEY_DESTROYED', { name: 'tenants/acme/keys/default' });
    const seal = remoteSealer({ sealDetails: () => Promise.reject(destroyed) });

    await expect(seal('tenants/acme', 'e', persons)).rejects.toBe(destroyed);
  });
});
