import type { Scope } from '@weir/context';
import { methodRules } from '@weir/contracts';
import { LoggedEvent, Report, ReportKind, type ReportSection, type RetentionCertificate } from '@weir/contracts/audit';
import { coverageTally } from '../domain/coverage-tally.ts';
import { toCheckpoint } from '../domain/checkpoint.ts';
import type { StoredEvent } from '../domain/entry.ts';
import { etagOf } from '../domain/etag.ts';
import { frameworks } from '../domain/frameworks/index.ts';
import { toLogged } from '../domain/logged-event.ts';
import { sectionTally, type SectionTally } from '../domain/section-tally.ts';
import type { AuditLog } from './audit-log.ts';
import type { SignedHead } from './heads.ts';
import { scan } from './scan.ts';

/** What a report is asked to be about. */
export interface ReportOrder {
  readonly scope: Scope;
  readonly kind: ReportKind;
  readonly head: SignedHead;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly evidencePerSection: number;
}

type Parts = Pick<AuditLog, 'store' | 'removals' | 'retentions' | 'prover'>;

const MAX_LISTED = 1_000;
/** What is left of 4 MiB for the head of the message and what surrounds it. */
const MAX_BYTES = 4 * 2 ** 20 - 16 * 1024;

/** Builds a report from the events below a head. */
export async function buildReport(parts: Parts, order: ReportOrder): Promise<Report> {
  const { scope, kind, head, startTime, endTime, evidencePerSection } = order;
  const { tenant } = head.log;
  const sections = (frameworks.get(kind) ?? []).map((control) => sectionTally(control, evidencePerSection));
  const coverage = coverageTally(kind === ReportKind.COVERAGE ? methodRules().values() : []);

  let eventCount = 0n;
  const isInPeriod = ({ time }: { time: Date | undefined }) =>
    time !== undefined && time >= startTime && time < endTime;
  const range = { from: 0n, to: head.head.size } as const;
  for await (const { matches } of scan(parts.store, scope, tenant, range, isInPeriod)) {
    eventCount += BigInt(matches.length);
    for (const { event, stored } of matches) {
      coverage.add(event);
      for (const section of sections) section.add(event, stored);
    }
  }

  const report = Report.fromPartial({
    tenant: `tenants/${tenant}`,
    kind,
    startTime,
    endTime,
    checkpoint: toCheckpoint(head.head, head.note),
    eventCount,
    coverage: coverage.list(),
    ...(await keepingOf(parts, order)),
  });
  const bytes = Report.encode(report).finish().length;
  return { ...report, sections: await withEvidence(parts, head, sections, MAX_BYTES - bytes) };
}

/** What retention has done and may do to the events of the period. */
async function keepingOf({ removals, retentions }: Parts, { scope, head, startTime, endTime }: ReportOrder) {
  const { tenant } = head.log;
  const kept = await retentions.retention(scope, tenant);
  const holds = await retentions.activeHolds(scope, tenant, MAX_LISTED);
  const concerns = ({ firstTime, lastTime, firstIndex }: RetentionCertificate): boolean =>
    firstIndex < head.head.size && !!firstTime && !!lastTime && firstTime < endTime && lastTime >= startTime;
  return {
    removals: (await removals.certificates(scope, tenant)).filter(concerns).slice(0, MAX_LISTED),
    ...(kept && { retention: { ...kept.retention, etag: etagOf(kept.revision) } }),
    legalHolds: holds.map(({ hold, revision }) => ({ ...hold, etag: etagOf(revision) })),
  };
}

/** Adds proofs to the sections, one to each in turn, as long as they fit. */
async function withEvidence(
  { prover }: Parts,
  head: SignedHead,
  tallies: readonly SectionTally[],
  maxBytes: number,
): Promise<ReportSection[]> {
  const sections = tallies.map((tally) => ({ section: tally.section(), left: [...tally.evidence()] }));
  const proven = new Map<bigint, LoggedEvent>();
  let bytes = 0;
  for (let added = true; added;) {
    added = false;
    for (const { section, left } of sections) {
      const stored = left.shift();
      if (!stored) continue;
      const event = proven.get(stored.index) ?? (await prove(prover, head, stored));
      proven.set(stored.index, event);
      bytes += LoggedEvent.encode(event).finish().length + 8;
      if (bytes > maxBytes) return sections.map((each) => each.section);
      section.evidence.push(event);
      added = true;
    }
  }
  return sections.map(({ section }) => section);
}

const prove = async (prover: Parts['prover'], head: SignedHead, stored: StoredEvent): Promise<LoggedEvent> =>
  toLogged(head.log.tenant, stored, await prover.prove(head, stored));
