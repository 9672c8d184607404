import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The suites: `node tests/suite.ts fast|ci|all`. Runs its stages one after another, all of them whatever fails, and
 * prints `N passed, N failed[, N skipped]` over them; appends that line to $INTERREGNUM_TEST_COUNTS where it is set.
 */
type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };
type Stage = { readonly name: string; run(folder: string): Promise<Counts> };

const node = process.execPath;
const bin = (name: string): string => join("node_modules", ".bin", name);

function execute(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } });
    child.on("error", (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

const command = (name: string, program: string, ...args: readonly string[]): Stage => ({
  name,
  async run() {
    const ok = (await execute(program, args)) === 0;
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  },
});

const vitest = (name: string, ...words: readonly string[]): Stage => ({
  name,
  async run(folder) {
    const report = join(folder, `${name}.json`);
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const status = await execute(bin("vitest"), ["run", ...words, ...reporters]);
    let counts: Counts;
    try {
      const read = JSON.parse(readFileSync(report, "utf8")) as {
        numPassedTests: number;
        numFailedTests: number;
        numPendingTests: number;
        testResults: { assertionResults: { status: string; fullName: string }[] }[];
      };
      counts = { passed: read.numPassedTests, failed: read.numFailedTests, skipped: read.numPendingTests };
      for (const test of read.testResults.flatMap((file) => file.assertionResults))
        if (test.status === "skipped" || test.status === "pending") console.log(`skipped: ${test.fullName}`);
    } catch (error) {
      console.error(`${name}: no result was written (${String(error)})`);
      return { passed: 0, failed: 1, skipped: 0 };
    }
    // A file that could not be loaded, or an unhandled error, is a failure that no test counted.
    return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  },
});

const scenario = (name: string): Stage => ({
  name: `scenario ${name}`,
  run: (folder) => command(name, node, "harness/cli.ts", "run", name, "--out", join(folder, name)).run(folder),
});

const fast: readonly Stage[] = [
  command("types", bin("tsc"), "--noEmit"),
  command("types of the page", bin("tsc"), "--noEmit", "-p", "harness/report/page"),
  command("lint", bin("oxlint"), "--deny-warnings"),
  command("format", bin("oxfmt"), "--check"),
  vitest("fast", "tests/unit", "tests/properties", "tests/contract"),
  scenario("rolling-update"),
];
// One file at a time: each runs several scenarios side by side already.
const ci: readonly Stage[] = [vitest("e2e", "tests/e2e", "--maxWorkers=1")];
const suites: Record<string, readonly Stage[]> = {
  fast,
  ci,
  all: [...fast, ...ci, vitest("long", "tests/long", "--maxWorkers=1")],
};

const stages = suites[process.argv[2] ?? ""];
if (stages === undefined) {
  console.error(`usage: node tests/suite.ts ${Object.keys(suites).join("|")}`);
  process.exit(3);
}
const folder = mkdtempSync(join(tmpdir(), "interregnum-tests-"));
const total = { passed: 0, failed: 0, skipped: 0 };
const failed: string[] = [];
for (const stage of stages) {
  console.log(`\n── ${stage.name}`);
  const counts = await stage.run(folder);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  if (counts.failed > 0) failed.push(stage.name);
}
rmSync(folder, { recursive: true, force: true });
if (failed.length > 0) console.log(`\nfailed: ${failed.join(", ")}`);
const line = `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`;
const countsFile = process.env["INTERREGNUM_TEST_COUNTS"];
if (countsFile !== undefined) appendFileSync(countsFile, `${line}\n`);
console.log(`\n${line}`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
