import { sql, type Transaction } from 'kysely';
import { covers } from '../domain/version-spans.ts';
import type { Change, Subject } from '../domain/visibility-history.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** The versions that changes have a part in, in the order of the last change of each. */
export async function subjectsOf(
  tx: Tx,
  tenant: string | undefined,
  changes: readonly Change[],
  component: string | undefined,
): Promise<Subject[]> {
  const found = new Map<string, { subject: Subject; position: number }>();
  const add = (subject: Subject, position: number): void => {
    const id = `${subject.component}/${subject.key}`;
    const before = found.get(id);
    if (!before || before.position < position) found.set(id, { subject, position });
  };
  await addVersions(tx, changes, add);
  await addGranted(tx, changes, add);
  if (tenant !== undefined) await addWithinCeilings(tx, tenant, changes, component, add);
  await addReplaced(tx, [...found.values()], component, add);
  return [...found.values()].sort((a, b) => a.position - b.position).map(({ subject }) => subject);
}

type Add = (subject: Subject, position: number) => void;

const COLUMNS = sql`v.component, v.key, v.version, v.prerelease, v.clearance, v.lifecycle`;

async function addVersions(tx: Tx, changes: readonly Change[], add: Add): Promise<void> {
  const changed = changes.flatMap((change, position) => (change.kind === 'version' ? [{ ...change, position }] : []));
  if (changed.length === 0) return;
  const { rows } = await sql<Subject & { position: number }>`
    select ${COLUMNS}, w.position from unnest(
      ${changed.map(({ component }) => component)}::text[], ${changed.map(({ key }) => key)}::text[],
      ${changed.map(({ position }) => position)}::int[]
    ) as w (component, key, position) join versions v on v.component = w.component and v.key = w.key`.execute(tx);
  for (const { position, ...subject } of rows) add(subject, position);
}

async function addGranted(tx: Tx, changes: readonly Change[], add: Add): Promise<void> {
  const granted = changes.flatMap((change, position) => (change.kind === 'spans' ? [{ ...change, position }] : []));
  if (granted.length === 0) return;
  const components = [...new Set(granted.map(({ component }) => component))];
  const { rows } = await sql<Subject>`
    select ${COLUMNS} from versions v where v.component = any(${components}::text[])`.execute(tx);
  const subjects = Map.groupBy(rows, ({ component }) => component);
  for (const { component, before, after, position } of granted) {
    for (const subject of subjects.get(component) ?? []) {
      const { key, prerelease } = subject;
      if (covers(before, key, prerelease) !== covers(after, key, prerelease)) add(subject, position);
    }
  }
}

async function addWithinCeilings(
  tx: Tx,
  tenant: string,
  changes: readonly Change[],
  component: string | undefined,
  add: Add,
): Promise<void> {
  for (const [position, change] of changes.entries()) {
    if (change.kind !== 'ceiling') continue;
    const [low, high] = [Math.min(change.before, change.after), Math.max(change.before, change.after)];
    const { rows } = await sql<Subject>`
      select ${COLUMNS} from visible_spans s join versions v on v.component = s.component
        and v.prerelease = s.prerelease and v.key >= s.from_key and v.key < s.to_key
      where s.tenant = ${tenant} and v.clearance > ${low}::int and v.clearance <= ${high}::int
        and ${component === undefined ? sql`true` : sql`s.component = ${component}`}`.execute(tx);
    for (const subject of rows) add(subject, position);
  }
}

/** Versions whose note names one of the others as its replacement: as far as the tenant can see it. */
async function addReplaced(
  tx: Tx,
  found: readonly { subject: Subject; position: number }[],
  component: string | undefined,
  add: Add,
): Promise<void> {
  if (found.length === 0) return;
  const { rows } = await sql<Subject & { position: number }>`
    select ${COLUMNS}, w.position from unnest(
      ${found.map(({ subject }) => subject.component)}::text[], ${found.map(({ subject }) => subject.key)}::text[],
      ${found.map(({ position }) => position)}::int[]
    ) as w (component, key, position)
    join versions v on v.replacement_component = w.component and v.replacement_key = w.key
    where ${component === undefined ? sql`true` : sql`v.component = ${component}`}`.execute(tx);
  for (const { position, ...subject } of rows) add(subject, position);
}
