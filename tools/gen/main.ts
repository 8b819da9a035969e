import { run } from '../process/run.ts';

// In two processes: the docs are made from what the first one writes.
process.stdout.write('stubs and descriptor set: libs/contracts/src/gen\n');
await run('bash', ['tools/gen/contracts.sh']);
await run(process.execPath, ['tools/docs/main.ts']);
