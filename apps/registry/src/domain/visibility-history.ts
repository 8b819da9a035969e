import { Lifecycle, type Clearance } from '@weir/contracts/registry';
import type { VersionPlace } from './published-version.ts';
import { covers, type LeasedSpan } from './version-spans.ts';

/** Something that changed, with what was before. */
export type Change = { readonly at: Date } & (
  | ({ readonly kind: 'version'; readonly before: number; readonly after: number } & VersionPlace)
  | {
      readonly kind: 'spans';
      readonly component: string;
      readonly before: readonly LeasedSpan[];
      readonly after: readonly LeasedSpan[];
    }
  | { readonly kind: 'ceiling'; readonly before: number; readonly after: number }
);

/** A version whose sight may have changed. */
export interface Subject extends VersionPlace {
  readonly version: string;
  readonly prerelease: boolean;
  readonly clearance: Clearance;
  readonly lifecycle: Lifecycle;
}

/** What a tenant sees by now. */
export interface Sight {
  readonly ceiling: number;
  spansOf(component: string): readonly LeasedSpan[];
}

/** What decides whether a version is visible. */
interface State {
  lifecycle: number;
  ceiling: number;
  spans: readonly LeasedSpan[];
}

/** Whether a version was visible at any time since before the first of the changes, which are in order. */
export function wasVisible(subject: Subject, changes: readonly Change[], sight: Sight): boolean {
  const mine = changes.filter((change) => concerns(change, subject));
  const state = stateBefore(subject, mine, sight);
  // What had expired unnoticed was seen before it did.
  if (isVisible(subject, state, undefined)) return true;
  return mine.some((change) => {
    apply(state, change);
    return isVisible(subject, state, change.at);
  });
}

/** Whether a change has a part in whether a version is visible, or in how it looks. */
export const concerns = (change: Change, { component, key }: VersionPlace): boolean =>
  change.kind === 'ceiling' || (change.component === component && (change.kind === 'spans' || change.key === key));

function stateBefore({ lifecycle, component }: Subject, changes: readonly Change[], sight: Sight): State {
  const state: State = { lifecycle, ceiling: sight.ceiling, spans: sight.spansOf(component) };
  for (const change of changes.toReversed()) {
    if (change.kind === 'version') state.lifecycle = change.before;
    else if (change.kind === 'spans') state.spans = change.before;
    else state.ceiling = change.before;
  }
  return state;
}

function apply(state: State, change: Change): void {
  if (change.kind === 'version') state.lifecycle = change.after;
  else if (change.kind === 'spans') state.spans = change.after;
  else state.ceiling = change.after;
}

function isVisible({ key, prerelease, clearance }: Subject, state: State, at: Date | undefined): boolean {
  const published = state.lifecycle >= Lifecycle.ACTIVE && state.lifecycle < Lifecycle.ARCHIVED;
  const running = state.spans.filter(({ until }) => !at || !until || until > at);
  return published && clearance <= state.ceiling && covers(running, key, prerelease);
}
