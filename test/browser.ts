import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
const ARGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** Says so where it is not there. */
export function hasBrowser(what: string): boolean {
  const there = existsSync(CHROMIUM);
  if (!there) console.log(`skipped: ${what} is tested in ${CHROMIUM}, which is not there (apt-get install chromium)`);
  return there;
}

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ARGS.split(" ") });
