/** Documented in LIBRARIES' conventions, README and --help. */
export const EXIT = { fine: 0, changes: 1, failure: 2, noInput: 3, someFailed: 4 } as const;

/** The command line says something that cannot be done; the message tells what to do. */
export class UsageError extends Error {}
