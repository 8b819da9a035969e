import { relative } from 'node:path';
import { z } from 'zod';
import { eslintViolations } from './eslint-violations.ts';
import { createWorkspace } from './workspace.ts';

const Report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(z.object({ ruleId: z.string().nullable(), message: z.string() })),
  }),
);

const allowed = {
  'apps/alpha/src/main.ts': `export const home = process.env.HOME ?? '/';\n`,
  'apps/alpha/src/alpha.spec.ts': `import { alpha } from './alpha.ts';\nexport const home = [alpha(), process.env.HOME];\n`,
  'apps/beta/src/uses-libs.ts': `import { client } from '@weir/client';\nimport { database } from '@weir/database';\nexport const both = [client(), database()];\n`,
};

describe('ESLint', () => {
  const reported = new Map<string, string[]>();

  beforeAll(() => {
    using workspace = createWorkspace();
    for (const [file, code] of Object.entries(allowed)) workspace.write(file, code);
    for (const { file, code } of eslintViolations) workspace.write(file, code);

    const files = Report.parse(workspace.json('eslint', '--format', 'json', 'apps', 'libs'));

    for (const { filePath, messages } of files) {
      const rules = messages.map(({ ruleId, message }) => ruleId ?? message);
      if (rules.length > 0) reported.set(relative(workspace.dir, filePath), rules);
    }
  }, 120_000);

  it.each(eslintViolations)('$rule: refuses that $says', ({ file, rule }) => {
    expect(reported.get(file)).toContain(rule);
  });

  it('has nothing against files that keep the rules', () => {
    const broken = new Set(eslintViolations.map(({ file }) => file));

    expect([...reported].filter(([file]) => !broken.has(file))).toEqual([]);
  });
});
