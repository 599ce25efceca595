import { execFileSync } from "node:child_process";

/** The command line is tested as it is shipped: built once, before the tests. */
export default function build(): void {
  execFileSync("npm", ["run", "-s", "build"], { stdio: "inherit" });
}
