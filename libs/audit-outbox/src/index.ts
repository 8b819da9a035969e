export { backgroundEvent } from './event.ts';
export { startJournal, type AuditJournal, type JournalOptions } from './journal.ts';
export type { Deliver } from './deliver-rows.ts';
export { outboxMigrations, seenCheckpointMigrations, type OutboxTables } from './schema.ts';
export { type RememberedLog } from './seen/seen-store.ts';
export { seenCheckpointSettings } from './seen/settings.ts';
export { watchLogs, type LogWatch, type LogWatchOptions } from './seen/watch-logs.ts';
export { journalOptions, outboxSettings } from './settings.ts';
export { openDetails, sealDetails, type PersonalDetails, type Sealing } from './seal-details.ts';
