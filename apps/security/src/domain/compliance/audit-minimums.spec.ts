import { Sensitivity } from '@weir/contracts/options';
import { Clearance } from '@weir/contracts/registry';
import { Policy } from '@weir/contracts/security';
import { auditMinimums } from './audit-minimums.ts';

const { LOW, MEDIUM, HIGH, CRITICAL } = Sensitivity;
const demanding = (...demands: (readonly [Clearance, number])[]): Policy =>
  Policy.fromPartial({ auditRetentions: demands.map(([classification, days]) => ({ classification, days })) });

describe('what audit must keep', () => {
  it('is what policies demand for data, for events that are as sensitive as the data or more', () => {
    const policies = [demanding([Clearance.INTERNAL, 400]), demanding([Clearance.RESTRICTED, 90])];

    expect(auditMinimums(0, policies)).toEqual([
      { sensitivity: MEDIUM, days: 400 },
      { sensitivity: HIGH, days: 400 },
      { sensitivity: CRITICAL, days: 400 },
    ]);
  });

  it('is never less than what frameworks demand', () => {
    expect(auditMinimums(366, [demanding([Clearance.CONFIDENTIAL, 3_000], [Clearance.PUBLIC, 7])])).toEqual([
      { sensitivity: LOW, days: 366 },
      { sensitivity: MEDIUM, days: 366 },
      { sensitivity: HIGH, days: 3_000 },
      { sensitivity: CRITICAL, days: 3_000 },
    ]);
  });

  it('is nothing where nobody demands anything', () => {
    expect(auditMinimums(0, [])).toEqual([]);
  });
});
