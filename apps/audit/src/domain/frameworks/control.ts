import { Outcome, type Event } from '@weir/contracts/audit';

/** One control of a framework, and which events bear on it. */
export interface Control {
  /** The framework's own number. */
  readonly control: string;
  /** What it asks, in a few words. */
  readonly title: string;
  bears(event: Event): boolean;
}

/** A control that events of some types bear on. */
export function byType(control: string, title: string, ...groups: readonly (readonly string[])[]): Control {
  const types = new Set(groups.flat());
  return { control, title, bears: ({ type }) => types.has(type) };
}

/** A control that whatever was refused bears on. */
export const byRefusal = (control: string, title: string): Control => ({
  control,
  title,
  bears: ({ outcome }) => outcome === Outcome.REFUSED,
});

/** A control that every event bears on. */
export const byAnything = (control: string, title: string): Control => ({ control, title, bears: () => true });
