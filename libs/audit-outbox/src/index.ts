export { backgroundEvent } from './event.ts';
export { startJournal, type AuditJournal, type JournalOptions } from './journal.ts';
export type { Deliver } from './deliver-rows.ts';
export { outboxMigrations, type OutboxTables } from './schema.ts';
export { outboxSettings } from './settings.ts';
