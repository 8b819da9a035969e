import { LoggedEvent } from '@weir/contracts/audit';

/** A line of an export: the proto3 JSON form of a logged event, ended by a newline. */
export function exportLine(logged: LoggedEvent): Buffer {
  const json = LoggedEvent.toJSON(logged) as { event?: object };
  const took = logged.event?.duration;
  // The generated code writes a duration as a message like any other, which no other reader of proto3 JSON takes.
  if (took && json.event) json.event = { ...json.event, duration: durationText(took) };
  return Buffer.from(`${JSON.stringify(json)}\n`);
}

function durationText({ seconds, nanos }: { readonly seconds: bigint; readonly nanos: number }): string {
  const sign = seconds < 0n || nanos < 0 ? '-' : '';
  const whole = seconds < 0n ? -seconds : seconds;
  const fraction = String(Math.abs(nanos))
    .padStart(9, '0')
    .replace(/(000){1,3}$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}s`;
}
