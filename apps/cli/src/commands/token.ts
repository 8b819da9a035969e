import type { Command } from 'commander';
import { connectionOf } from './connect.ts';

/** `weir token`: an access token for other tools. */
export function registerToken(program: Command): void {
  program
    .command('token')
    .description(
      'print an access token: of the administrator of the mesh on this machine, or of WEIR_CLIENT_ID with WEIR_CLIENT_SECRET',
    )
    .action(async (_options: unknown, command: Command) => {
      const { stateDir, tokens } = connectionOf(command);
      if (!tokens)
        throw new Error(`no credentials: ${stateDir}/admin.secret is not there, and WEIR_CLIENT_ID is not set`);
      process.stdout.write(`${await tokens.token()}\n`);
    });
}
