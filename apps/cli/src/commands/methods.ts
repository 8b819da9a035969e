import type { Command } from 'commander';
import { methodRules } from '@weir/contracts';
import { auditToJSON, permissionToJSON, tenantScopeToJSON } from '@weir/contracts/options';
import { printTable } from './print.ts';

/** `weir methods`: what can be called, and what it takes. */
export function registerMethods(program: Command): void {
  program
    .command('methods [filter]')
    .description('list the methods of the contract with their rules')
    .action((filter: string | undefined) => {
      const rows = [...methodRules().values()]
        .filter(({ path }) => path.toLowerCase().includes((filter ?? '').toLowerCase()))
        .map(({ path, rule }) => [
          path.slice(1),
          short(permissionToJSON(rule.permission), 'PERMISSION_'),
          short(tenantScopeToJSON(rule.tenantScope), 'TENANT_SCOPE_'),
          short(auditToJSON(rule.audit), 'AUDIT_'),
          rule.callers.join(' '),
        ]);
      printTable([['method', 'permission', 'tenant', 'audit', 'services'], ...rows]);
    });
}

const short = (name: string, prefix: string): string => name.replace(prefix, '').toLowerCase();
