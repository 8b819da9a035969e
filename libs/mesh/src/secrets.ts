import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { secretFile, SERVICES, type StateDir } from './plan.ts';

/** Makes the folders of a mesh, for its owner only, and the client secrets by which its services know each other. */
export function prepareState(state: StateDir): void {
  for (const folder of [state.root, state.logs, state.secrets]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
  for (const service of SERVICES) {
    const file = secretFile(state, service);
    if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  }
}
