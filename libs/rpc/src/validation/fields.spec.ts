import { JobState } from '@weir/contracts/agent';
import { Tier } from '@weir/contracts/registry';
import fc from 'fast-check';
import type { z } from 'zod';
import {
  childName,
  componentName,
  enumValue,
  idIn,
  pageSize,
  resourceId,
  semver,
  tenantName,
  text,
  versionName,
} from './fields.ts';

const takes = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

describe('resourceId', () => {
  it.each(['abc', 'a-b', 'a2c', `a${'b'.repeat(61)}c`, 'csv-profiler-2'])('takes %s', (id) =>
    expect(takes(resourceId(), id)).toBe(true),
  );

  it.each([
    ['nothing', ''],
    ['two characters', 'ab'],
    ['64 characters', `a${'b'.repeat(62)}c`],
    ['a million characters', 'a'.repeat(1_000_000)],
    ['capitals', 'Acme'],
    ['a digit first', '1cme'],
    ['a dash last', 'acme-'],
    ['a dash first', '-acme'],
    ['a dot', 'a.cme'],
    ['a slash', 'a/cme'],
    ['space', 'ac me'],
    ['space around it', ' acme'],
    ['a line break after it', 'acme\n'],
    ['a NUL', 'ac\0me'],
    ['a Cyrillic а', 'аcme'],
    ['a full-width letter', 'ａcme'],
    ['a dotless i', 'acmı'],
    ['a combining accent', 'acmé'],
    ['a letter with an accent', 'acmé'],
    ['a zero-width space', 'ac​me'],
    ['a soft hyphen', 'ac­me'],
    ['a non-breaking hyphen', 'ac‑me'],
    ['an Arabic digit', 'acme١'],
    ['the Kelvin sign', 'acmeK'],
    ['SQL', "acme'; drop table tenants; --"],
    ['a path', '../etc/passwd'],
  ])('refuses %s', (_, id) => expect(takes(resourceId(), id)).toBe(false));

  it('takes nothing but ASCII, byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (id) => {
        const { data } = resourceId().safeParse(id);
        return data === undefined || (data === id && /^[\x2d\x30-\x39\x61-\x7a]{3,63}$/.test(id));
      }),
    );
  });

  it('decides quickly, whatever it is given', () => {
    const startedAt = performance.now();
    takes(versionName(), `components/abc/versions/1.0.0-${'a-'.repeat(500_000)}!`);
    takes(resourceId(), `a${'-'.repeat(1_000_000)}`);

    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('names', () => {
  it('take what they name', () => {
    expect(takes(tenantName(), 'tenants/acme')).toBe(true);
    expect(takes(componentName(), 'components/csv-profiler')).toBe(true);
    expect(takes(versionName(), 'components/csv-profiler/versions/1.2.0-rc.1+build.5')).toBe(true);
    expect(takes(childName('jobs'), 'tenants/acme/jobs/nightly-1')).toBe(true);
  });

  it.each(['tenants/', 'tenants/acme/', 'tenants//acme', 'tenants/-', 'Tenants/acme', 'tenants/acme/jobs/x1y', 'acme'])(
    'refuse %s for a tenant',
    (name) => expect(takes(tenantName(), name)).toBe(false),
  );

  it.each(['tenants/acme/tasks/abc', 'tenants/acme/jobs/', 'jobs/abc', 'tenants/acme/jobs/abc/runs/abc'])(
    'refuse %s for a job',
    (name) => expect(takes(childName('jobs'), name)).toBe(false),
  );

  it('give their ids back', () => {
    expect(idIn('tenants/acme/jobs/nightly', 'tenants')).toBe('acme');
    expect(idIn('tenants/acme/jobs/nightly', 'jobs')).toBe('nightly');
    expect(idIn('tenants/acme', 'jobs')).toBe('');
    expect(idIn('tenants/jobs/jobs/nightly', 'jobs')).toBe('nightly');
  });
});

describe('semver', () => {
  it.each(['0.0.0', '1.2.3', '1.0.0-alpha.1', '1.0.0+21AF26D3', '1.0.0-0A.is.legal'])('takes %s', (version) =>
    expect(takes(semver(), version)).toBe(true),
  );

  it.each([
    '1',
    '1.2',
    '01.2.3',
    '1.2.3-',
    '1.2.3-01',
    'v1.2.3',
    '1.2.3.4',
    '1.2.3+',
    `1.0.0-${'a'.repeat(200)}`,
    '１.2.3',
  ])('refuses %s', (version) => expect(takes(semver(), version)).toBe(false));
});

describe('other fields', () => {
  it('count characters as people do', () => {
    expect(takes(text(1, 3), 'a🌊b')).toBe(true);
    expect(takes(text(1, 3), 'abcd')).toBe(false);
    expect(takes(text(1, 3), '')).toBe(false);
  });

  it('coerce a page size into its bounds', () => {
    expect([0, 1, 1000, 5000].map((size) => pageSize().parse(size))).toEqual([50, 1, 1000, 1000]);
  });

  it('take the values of an enum that are named and nothing else', () => {
    expect(takes(enumValue(Tier), Tier.BASIC)).toBe(true);
    expect([Tier.UNSPECIFIED, -1, 99, 1.5, '1', undefined].some((value) => takes(enumValue(Tier), value))).toBe(false);
    expect(takes(enumValue(JobState), JobState.RUNNING)).toBe(true);
  });
});
