import { capture } from '../process/run.ts';
import { breaking } from './breaking.ts';
import { generated } from './generated.ts';
import { bin, type Step } from './step.ts';

/** What must be so beside the tests, the quick ones first. */
export const steps: readonly Step[] = [
  {
    name: 'format',
    says: 'files are laid out as Prettier does: npm run format',
    run: () => bin('prettier', '--check', '--log-level', 'warn', '.'),
  },
  { name: 'proto', says: 'the proto files keep the rules of buf.yaml', run: () => bin('buf', 'lint') },
  { name: 'breaking', says: 'the contract keeps what it promised on main', run: breaking },
  { name: 'generated', says: 'stubs and descriptor set are what proto/ says: npm run gen', run: generated },
  {
    name: 'docs',
    says: 'generated docs are what their sources say: npm run gen',
    run: () => capture(process.execPath, ['tools/docs/main.ts', '--check']),
  },
  {
    name: 'references',
    says: 'TypeScript references are what packages import: npx nx sync',
    run: () => bin('nx', 'sync:check'),
  },
  { name: 'types', says: 'types hold', run: () => bin('tsc', '-b') },
  {
    name: 'dependencies',
    says: 'packages and rooms import only what they may',
    run: () => bin('depcruise', 'apps', 'libs', 'bench', 'tests', 'tools'),
  },
  {
    name: 'lint',
    says: 'ESLint has nothing to say',
    run: () => bin('eslint', '--max-warnings', '0', '.'),
  },
  {
    name: 'boundaries',
    says: 'the rules refuse what they must',
    run: () => bin('jest', 'tools/boundaries'),
  },
];
