import { Outcome, type LoggedEvent } from '@weir/contracts/audit';
import { enumText, timeText } from '../print.ts';

/** The heads of a table of events. */
export const HEADS = ['index', 'time', 'type', 'outcome', 'principal', 'resource', 'reason'];

/** An event as a row of such a table. */
export const rowOf = ({ index, event }: LoggedEvent): string[] => [
  String(index),
  timeText(event?.time),
  event?.type ?? '',
  enumText(Outcome, event?.outcome ?? 0),
  event?.principal ?? '',
  event?.resource ?? '',
  event?.errorReason ?? '',
];
