/** Returns a time in the one form in which requests, labels and log entries have it: UTC, to the second. */
export function utc(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
