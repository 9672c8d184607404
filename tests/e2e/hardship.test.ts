import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { interregnum, processesOf, runDocument, start, temporary } from "./cli.ts";

/** An elector.yaml with a shell script for a replica. */
function scripted(folder: string, script: string, extra = ""): string {
  writeFileSync(join(folder, "elector.sh"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "elector.sh"), 0o755);
  const file = join(folder, "elector.yaml");
  writeFileSync(file, `name: scripted\ncommand: [./elector.sh]\ntunable: true\n${extra}`);
  return file;
}

describe.concurrent("bad input is answered with what would be right, and status 3", () => {
  const cases: readonly (readonly [name: string, args: readonly string[], says: RegExp])[] = [
    ["unknown scenario", ["run", "roling-update"], /did you mean "rolling-update"/],
    ["unknown elector", ["run", "calm", "--elector", "referense"], /reference/],
    ["unknown mutant", ["run", "calm", "--elector", "reference+no-dedline"], /no-deadline/],
    ["unknown option", ["run", "calm", "--trails", "3"], /--trials/],
    ["unknown command", ["rum"], /run/],
    ["unknown cluster", ["run", "calm", "--cluster", "moon"], /embedded/],
    ["unknown reporter", ["run", "calm", "--reporter", "pdf"], /html/],
    ["no number of trials", ["run", "calm", "--trials", "many"], /whole number/],
    ["impossible timing", ["run", "calm", "--timing", "2s/4s/1s"], /LeaseDuration > RenewDeadline/],
    ["no threshold", ["run", "calm", "--threshold", "fast"], /failover\.p95<20s/],
    ["a threshold of no measure", ["run", "calm", "--threshold", "failovr.p95<20s"], /did you mean "failover"/],
    ["trials without end", ["run", "calm", "--trials", "99999999999"], /whole number from 1 to 1000000/],
    ["replicas without end", ["run", "calm", "--replicas", "51"], /whole number from 1 to 50/],
    ["a limit past any timer", ["run", "calm", "--time-limit", "600h"], /longer than 500h/],
    ["no reporter", ["run", "calm", "--reporter="], /--reporter.*\n.*html/],
    ["no scenario to compare", ["compare", "reference", "--scenarios="], /--scenarios/],
    [
      "a file for a folder",
      ["run", "calm", "--out", import.meta.filename],
      /hardship\.test\.ts, --out: .*\n.*a folder/,
    ],
    ["a folder that never can be", ["run", "calm", "--out", "/proc/nope"], /\/proc\/nope, --out/],
    ["a start where no file can be", ["init", "/proc/x.yaml"], /\/proc\/x\.yaml.*\n.*folder/],
    ["nothing to recheck", ["recheck", "/nonexistent"], /no such file/],
    ["nothing to list", ["list", "planets"], /scenarios/],
  ];
  test.each(cases)("%s", async (_name, args, says) => {
    const { code, stderr } = await interregnum(...args);
    expect(stderr).toMatch(says);
    expect(code).toBe(3);
  });

  const files: readonly (readonly [name: string, text: string, says: readonly RegExp[]])[] = [
    ["an unknown field", "name: x\ncommand: [sh]\nreplcas: 3\n", [/elector\.yaml:3/, /replcas/, /replicas/]],
    ["malformed YAML", "name: x\ncommand: [sh\n", [/elector\.yaml:\d+/]],
    ["a missing program", "name: x\ncommand: [./nowhere]\n", [/command/, /nowhere/]],
    ["a wrong type", "name: x\ncommand: [sh]\nreplicas: many\n", [/elector\.yaml:3/, /replicas/]],
    [
      "a wrong timing",
      "name: x\ncommand: [sh]\ntiming: {leaseDuration: 5s, renewDeadline: 9s, retryPeriod: 2s}\n",
      [/elector\.yaml:3/, /renewDeadline/],
    ],
  ];
  test.each(files)("elector.yaml with %s", async (_name, text, says) => {
    using folder = temporary();
    const file = join(folder.path, "elector.yaml");
    writeFileSync(file, text);
    const { code, stderr } = await interregnum("run", "calm", "--elector", file);
    for (const pattern of says) expect(stderr).toMatch(pattern);
    expect(code).toBe(3);
  });
});

const logs = (out: string): readonly string[] =>
  readdirSync(join(out, "trials", "0")).filter((file) => file.endsWith(".log"));

describe.concurrent("electors that misbehave get a verdict, and leave nothing behind", () => {
  const cases: readonly (readonly [name: string, script: string, code: number, says: RegExp])[] = [
    [
      "exits at once",
      "echo cannot start: no such election >&2; exit 7",
      2,
      /status 7; its log ends: cannot start: no such election/,
    ],
    [
      "prints garbage",
      "while :; do echo '{\"leading\": maybe}'; printf '\\033[31m<script>\\n'; sleep 0.2; done",
      1,
      /nobody|no replica|leader/i,
    ],
    ["never does anything", "exec sleep 1000", 1, /nobody|no replica|leader/i],
  ];
  test.each(cases)("one that %s", { timeout: 180_000 }, async (_name, script, status, says) => {
    using folder = temporary();
    const out = join(folder.path, "out");
    const { code, stdout } = await interregnum("run", "calm", "--elector", scripted(folder.path, script), "--out", out);
    expect(stdout).toMatch(says);
    expect(code, stdout).toBe(status);
    expect(processesOf(runDocument(out).id)).toEqual([]);
  });

  test("one whose port is taken", { timeout: 180_000 }, async () => {
    using folder = temporary();
    const taken = createServer().listen(0, "0.0.0.0");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const out = join(folder.path, "out");
    const script = `exec ${process.execPath} -e 'require("http").createServer().listen(${port}, "0.0.0.0")'`;
    const file = scripted(folder.path, script, `observe: { http: { port: ${port}, path: / } }\n`);
    const { code, stdout } = await interregnum("run", "calm", "--elector", file, "--out", out);
    taken.close();
    expect(stdout).toMatch(/processes ended by themselves, the last with status 1/);
    expect(runDocument(out).trials[0]?.reason).toMatch(/ended by themselves/);
    expect(readFileSync(join(out, "trials", "0", logs(out)[0]!), "utf8")).toContain("EADDRINUSE");
    expect(code).toBe(2);
  });

  test("one that prints 100 MB", { timeout: 240_000 }, async () => {
    using folder = temporary();
    const out = join(folder.path, "out");
    const script = "head -c 100000000 /dev/zero | tr '\\0' 'x'; exec sleep 1000";
    const { code } = await interregnum("run", "calm", "--elector", scripted(folder.path, script), "--out", out);
    expect([1, 2]).toContain(code);
    const size = Number(execFileSync("du", ["-sk", out]).toString().split("\t")[0]);
    expect(size).toBeLessThan(80 * 1024);
  });
});

describe.concurrent("cut short", () => {
  test("Ctrl-C stops every replica, writes what was seen, exits 130", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const run = start(["run", "partition-leader", "--out", folder.path]);
    await run.seen("partition: landed");
    run.kill("SIGINT");
    const { code } = await run.done;
    expect(code).toBe(130);
    const document = runDocument(folder.path);
    expect(document.ended).toBe("interrupted");
    expect(document.verdict).not.toBe("pass");
    expect(processesOf(document.id)).toEqual([]);
    const lines = readFileSync(join(folder.path, "trials", "0", "history.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(lines.some((line) => line.includes('"phase":"healed"'))).toBe(true);
  });

  test("Ctrl-C ends forty trials at once, whose replicas do not obey SIGTERM", { timeout: 120_000 }, async () => {
    using folder = temporary();
    const out = join(folder.path, "out");
    const elector = scripted(folder.path, "trap '' TERM; while :; do sleep 1; done", "replicas: 2\n");
    const run = start(["run", "calm", "--elector", elector, "--trials", "40", "--jobs", "40", "--out", out]);
    const last = join(out, "trials", "39", "history.jsonl");
    while (!existsSync(last) || !readFileSync(last, "utf8").includes('"phase":"started"'))
      await new Promise((resolve) => setTimeout(resolve, 50));
    run.kill("SIGINT");
    const { code } = await run.done;
    expect(code).toBe(130);
    const document = runDocument(out);
    expect(document.trials.length).toBe(40);
    expect(document.environment["jobs"]).toBe(40);
    expect(document.verdict).toBe("unknown");
    expect(processesOf(document.id)).toEqual([]);
  });

  test(
    "after SIGKILL, clean leaves no process, and the history is read up to its last whole line",
    { timeout: 120_000 },
    async () => {
      using folder = temporary();
      const run = start(["run", "pause-leader", "--out", folder.path]);
      await run.seen("pause: landed");
      run.kill("SIGKILL");
      await run.done;
      const { stdout } = await interregnum("clean", "-o", "json");
      const cleaned = JSON.parse(stdout) as { run: string; processes: number[] }[];
      expect(cleaned.flatMap((one) => one.processes).length).toBeGreaterThan(0);
      for (const { run: id } of cleaned) expect(processesOf(id)).toEqual([]);
      const history = join(folder.path, "trials", "0", "history.jsonl");
      appendFileSync(history, '{"type":"claim","at":12');
      const judged = await interregnum("recheck", history);
      expect(judged.code).toBe(2);
      expect(judged.stdout).toMatch(/was cut/);
      truncateSync(history, 10);
      const broken = await interregnum("recheck", history);
      expect(broken.code).toBe(3);
      expect(broken.stderr).toMatch(/history\.jsonl:1/);
    },
  );
});
