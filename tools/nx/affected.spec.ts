import { join } from 'node:path';
import { capture, ROOT } from '../process/run.ts';

async function affectedBy(file: string): Promise<string[]> {
  const nx = join(ROOT, 'node_modules/.bin/nx');
  const { output } = await capture(nx, ['show', 'projects', '--affected', `--files=${file}`, '--sep', ' ']);
  return output.trim().split(' ').sort();
}

describe('nx affected', () => {
  it('runs what reads the contract when a proto file changes', async () => {
    expect(await affectedBy('proto/weir/audit/v1/audit.proto')).toEqual(
      expect.arrayContaining(['@weir/contracts', '@weir/rpc', '@weir/audit', '@weir/stories', '@weir/tools']),
    );
  }, 60_000);

  it('leaves alone what a change cannot reach', async () => {
    const affected = await affectedBy('apps/registry/src/main.ts');

    expect(affected).toEqual(expect.arrayContaining(['@weir/registry', '@weir/stories', '@weir/tools']));
    expect(affected).not.toEqual(expect.arrayContaining(['@weir/audit']));
    expect(affected).not.toEqual(expect.arrayContaining(['@weir/rpc']));
  }, 60_000);

  it('runs the tests of generated docs when a doc changes', async () => {
    expect(await affectedBy('docs/errors.md')).toEqual(['@weir/tools']);
  }, 60_000);
});
