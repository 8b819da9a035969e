let timeMs = NaN;
let text = '';

/** The present time as ISO 8601. Many lines are written in one millisecond, and formatting is what takes the time. */
export function timeText(): string {
  const now = Date.now();
  if (now !== timeMs) {
    timeMs = now;
    text = new Date(now).toISOString();
  }
  return text;
}
