import { z } from 'zod';
import { allowed, cruiserViolations } from './cruiser-violations.ts';
import { createWorkspace } from './workspace.ts';

const Report = z.object({
  summary: z.object({ violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })) }),
});

describe('dependency-cruiser', () => {
  const reported = new Map<string, string[]>();

  beforeAll(() => {
    using workspace = createWorkspace();
    for (const [file, code] of Object.entries(allowed)) workspace.write(file, code);
    for (const { file, code } of cruiserViolations) workspace.write(file, code);

    const { summary } = Report.parse(workspace.json('depcruise', '--output-type', 'json', 'apps', 'libs'));

    for (const { from, rule } of summary.violations) reported.set(from, [...(reported.get(from) ?? []), rule.name]);
  }, 120_000);

  it.each(cruiserViolations)('$rule: refuses that $says', ({ file, rule }) => {
    expect(reported.get(file)).toContain(rule);
  });

  it('has nothing against files that keep the rules', () => {
    const broken = new Set([...cruiserViolations.map(({ file }) => file), 'libs/rpc/src/egg.ts']);

    expect([...reported.keys()].filter((file) => !broken.has(file))).toEqual([]);
  });
});
