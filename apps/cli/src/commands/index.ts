import type { Command } from 'commander';
import { registerAudit } from './audit/register-audit.ts';
import { registerCall } from './call.ts';
import { registerCompliance } from './compliance.ts';
import { registerDoctor } from './doctor.ts';
import { registerMethods } from './methods.ts';
import { registerToken } from './token.ts';
import { registerTrace } from './trace.ts';

/** Adds every command that talks to a running mesh. */
export function registerCommands(program: Command): void {
  for (const register of [
    registerCall,
    registerMethods,
    registerToken,
    registerAudit,
    registerCompliance,
    registerTrace,
    registerDoctor,
  ]) {
    register(program);
  }
}
