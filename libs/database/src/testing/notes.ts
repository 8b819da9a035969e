import { join } from 'node:path';
import type { Generated } from 'kysely';

/** The schema of fixtures/notes: what this package's own specs write to. */
export interface NotesSchema {
  notes: { id: Generated<bigint>; tenant: string; body: string };
}

export const notesMigrations = [join(import.meta.dirname, '../fixtures/notes')];
