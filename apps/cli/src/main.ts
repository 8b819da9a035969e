import { Command, Option } from 'commander';
import { registerCommands } from './commands/index.ts';
import { adviceOn, describeProblem } from './tour/problem.ts';
import { up } from './up/up.ts';

const program = new Command('weir')
  .description('Weir: a control plane for multi-tenant data processing')
  .showHelpAfterError('(weir --help lists the commands)')
  .addOption(
    new Option('--state-dir <folder>', 'where a mesh on this machine keeps its state')
      .default('.weir')
      .env('WEIR_STATE_DIR'),
  );

program
  .command('up')
  .description('start PostgreSQL and the five services, take the tour, serve until Ctrl-C')
  .option('--exit', 'end after the tour; exit code 0 if every step came out right', false)
  .option('--no-tour', 'serve without the tour')
  .option('--watch', 'start a service again when its source changes', false)
  .option('--port-base <port>', 'gRPC ports from here, ops ports from 100 above (default 7001)', Number)
  .action(async (options: { exit: boolean; tour: boolean; watch: boolean; portBase?: number }) => {
    process.exitCode = await up({ ...program.opts<{ stateDir: string }>(), ...options });
    process.exit();
  });

registerCommands(program);

// Whoever reads through `head` has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`weir: ${describeProblem(error)}\n`);
  const advice = adviceOn(error);
  if (advice !== undefined) process.stderr.write(`      ${advice}\n`);
  process.exitCode = 1;
}
