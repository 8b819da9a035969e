import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const GENERATED = 'libs/contracts/src/gen';

const filesOf = (root: string): Map<string, Buffer> =>
  new Map(
    globSync('**/*.{ts,binpb}', { cwd: join(root, GENERATED) })
      .sort()
      .map((file) => [file, readFileSync(join(root, GENERATED, file))]),
  );

describe('the generated code', () => {
  it('is what the proto files say: npm run gen', () => {
    const fresh = mkdtempSync(join(tmpdir(), 'weir-contracts-'));
    try {
      execFileSync('bash', ['tools/gen/contracts.sh', fresh], { cwd: ROOT, stdio: 'pipe' });
      const [committed, generated] = [filesOf(ROOT), filesOf(fresh)];

      expect([...committed.keys()]).toEqual([...generated.keys()]);
      expect([...committed].filter(([file, text]) => !generated.get(file)?.equals(text)).map(([file]) => file)).toEqual(
        [],
      );
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }, 60_000);
});
