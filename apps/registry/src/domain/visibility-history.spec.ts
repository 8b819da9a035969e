import { Clearance, Lifecycle } from '@weir/contracts/registry';
import fc from 'fast-check';
import { versionKey } from './version-key.ts';
import { spansOf, type LeasedSpan } from './version-spans.ts';
import { wasVisible, type Change, type Subject } from './visibility-history.ts';

const granted = (range: string): LeasedSpan[] => spansOf(range).map((span) => ({ ...span, until: undefined }));

/** What decides about a version at one moment. */
interface Moment {
  readonly lifecycle: Lifecycle;
  readonly ceiling: number;
  readonly spans: readonly LeasedSpan[];
}

const seesIt = ({ lifecycle, ceiling, spans }: Moment): boolean =>
  lifecycle > 0 && lifecycle < Lifecycle.ARCHIVED && ceiling >= Clearance.INTERNAL && spans.length > 0;

const lifecycles = fc.constantFrom<Lifecycle>(
  Lifecycle.UNSPECIFIED,
  Lifecycle.ACTIVE,
  Lifecycle.SUNSET,
  Lifecycle.ARCHIVED,
);
const ceilings = fc.constantFrom(0, Clearance.PUBLIC, Clearance.INTERNAL, Clearance.RESTRICTED);
const spans = fc.constantFrom<LeasedSpan[]>([], granted('^1'));
const step = fc.oneof(fc.record({ lifecycle: lifecycles }), fc.record({ ceiling: ceilings }), fc.record({ spans }));

describe('what a tenant saw', () => {
  it('is told from the changes since, exactly', () => {
    const start = fc.record({ lifecycle: lifecycles, ceiling: ceilings, spans });
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 6 }), (first, steps) => {
        const moments: Moment[] = [first];
        const changes = steps.map((next): Change => {
          const now = moments.at(-1) ?? first;
          moments.push({ ...now, ...next });
          const at = new Date();
          const place = { component: 'tool', key: versionKey('1.0.0') };
          if ('lifecycle' in next)
            return { kind: 'version', at, ...place, before: now.lifecycle, after: next.lifecycle };
          if ('spans' in next) return { kind: 'spans', at, component: 'tool', before: now.spans, after: next.spans };
          return { kind: 'ceiling', at, before: now.ceiling, after: next.ceiling };
        });
        const last = moments.at(-1) ?? first;
        const subject: Subject = {
          component: 'tool',
          key: versionKey('1.0.0'),
          version: '1.0.0',
          prerelease: false,
          clearance: Clearance.INTERNAL,
          lifecycle: last.lifecycle,
        };
        const sight = { ceiling: last.ceiling, spansOf: () => last.spans };
        expect(wasVisible(subject, changes, sight)).toBe(moments.some(seesIt));
      }),
      { numRuns: 5_000 },
    );
  });

  it('leaves out what was published after a grant had expired', () => {
    const at = new Date('2026-01-02');
    const expired = granted('^1').map((span) => ({ ...span, until: new Date('2026-01-01') }));
    const place = { component: 'tool', key: versionKey('1.0.0') };
    const subject = {
      ...place,
      version: '1.0.0',
      prerelease: false,
      clearance: Clearance.PUBLIC,
      lifecycle: Lifecycle.ACTIVE,
    };
    const changes: Change[] = [
      { kind: 'version', at, ...place, before: 0, after: Lifecycle.ACTIVE },
      { kind: 'spans', at, component: 'tool', before: expired, after: [] },
    ];
    expect(wasVisible(subject, changes, { ceiling: 4, spansOf: () => [] })).toBe(false);
  });
});
