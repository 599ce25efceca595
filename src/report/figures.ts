/** "1,234" */
export const count = (number: number): string => String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** "1 file", "1,234 files"; a plural of its own where an s does not do. */
export const counted = (number: number, one: string, more = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : more}`;

/** "4.2 s", "35 s", "12 min", "3.4 h" */
export function duration(seconds: number): string {
  if (Math.abs(seconds) < 119.5) return `${short(seconds)} s`;
  if (Math.abs(seconds) < 7170) return `${short(seconds / 60)} min`;
  return `${short(seconds / 3600)} h`;
}

/** "350 MB", "4.2 GB" */
export function size(bytes: number): string {
  return bytes < 999.5e6 ? `${short(bytes / 1e6)} MB` : `${short(bytes / 1e9)} GB`;
}

const short = (number: number): string =>
  Math.abs(number) < 9.95 ? number.toFixed(1).replace(/\.0$/, "") : count(Math.round(number));
