import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { clientGoProfile } from "../../../harness/core/elector.ts";
import { InputError } from "../../../harness/core/errors.ts";
import { loadElector } from "../../../harness/electors/load.ts";

const folder = mkdtempSync(join(tmpdir(), "interregnum-load-"));
const file = join(folder, "elector.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string) {
  writeFileSync(file, text);
  return loadElector(file);
}

async function refused(text: string): Promise<InputError> {
  const error = await load(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

const via = async (text: string) => (await load(`${start}observe: ${text}\n`)).observe;
const start = "name: x\ncommand: [a]\n";

describe("a bad elector.yaml names file, line, field and mend", () => {
  test.each<[string, string, number, string | undefined, RegExp, RegExp]>([
    ["an unknown field", "name: x\ncomand: [a]\n", 2, "comand", /no field "comand"/, /"command"/],
    ["an unknown nested field", `${start}observe: { http: { prt: 9 } }\n`, 3, "observe.http.prt", /"prt"/, /"port"/],
    ["an unknown form", `${start}observe: { htpp: { port: 9 } }\n`, 3, "observe.htpp", /"htpp"/, /"http"/],
    ["no form at all", `${start}observe: sometimes\n`, 3, "observe", /none of the forms/, /stdout, record/],
    ["a port too large", `${start}observe: { http: { port: 65536 } }\n`, 3, "observe.http.port", /65535/, /1 to 65535/],
    ["half a log", `${start}observe:\n  log: { acquired: a }\n`, 4, "observe.log.lost", /missing/, /acquired, lost/],
    [
      "a bad duration",
      `${start}timing:\n  retryPeriod: 2s\n  leaseDuration: 15x\n`,
      5,
      "timing.leaseDuration",
      /"15x" is no duration/,
      /15s/,
    ],
    [
      "a lease without end",
      `${start}timing: { leaseDuration: 99999999h, renewDeadline: 10s, retryPeriod: 2s }\n`,
      3,
      "timing.leaseDuration",
      /"99999999h" is longer than an hour/,
      /15s/,
    ],
    [
      "a period without end, in milliseconds",
      `${start}timing: { leaseDuration: 15s, retryPeriod: 3600001 }\n`,
      3,
      "timing.retryPeriod",
      /3600001 is longer than an hour/,
      /15s/,
    ],
    ["a missing period", `${start}timing: { leaseDuration: 4s }\n`, 3, "timing.retryPeriod", /missing/, /duration/],
    [
      "D not below L",
      `${start}timing: { leaseDuration: 4s, renewDeadline: 4s, retryPeriod: 1s }\n`,
      3,
      "timing.renewDeadline",
      /4\.00 s\) is not below/,
      /lower renewDeadline/,
    ],
    [
      "P not below D",
      `${start}timing: { leaseDuration: 4s, renewDeadline: 1s, retryPeriod: 1s }\n`,
      3,
      "timing.retryPeriod",
      /not below renewDeadline/,
      /lower retryPeriod/,
    ],
    ["a word for a list", "name: x\ncommand: ./run\n", 2, "command", /expected array/, /list of words/],
    ["no way to run", "name: x\n", 1, "command", /how a replica is run/, /command, image or manifests/],
    ["two ways to run", `${start}image: b\n`, 3, "image", /command and image/, /keep one/],
    ["no name", "command: [a]\n", 1, "name", /"name" is missing/, /letters/],
    ["a name that is a path", "name: ../x\ncommand: [a]\n", 1, "name", /no name/, /letters/],
    ["malformed YAML", "name: x\ncommand: [a\n", 3, undefined, /malformed YAML/, /this line/],
    ["a field twice", "name: x\nname: y\n", 2, undefined, /unique/, /this line/],
    ["an alias of nothing", "name: x\ncommand: *nope\n", 2, undefined, /alias.*nope/, /anchor/],
    [
      "aliases without end",
      `${start}x: &a [y, y, y, y, y, y, y, y, y]\n${"bcd".replace(/./g, (name, at: number) => `${name}: &${name} [${Array(9).fill(`*${"abc"[at]}`).join()}]\n`)}`,
      4,
      undefined,
      /alias/i,
      /write it out/,
    ],
    ["a key that is a list", `${start}? [a, b]\n: c\n`, 3, undefined, /key/, /word/],
    ["a key that is a number", `${start}1: 2\n`, 3, "1", /no field "1"/, /known here/],
    ["a fault in what an alias names", `${start}env: &e { A: b }\nlock: *e\n`, 3, "lock.A", /no field "A"/, /known/],
    [
      "a near miss of a required field",
      "nmae: my\ncommand: [a]\n",
      1,
      "nmae",
      /no field "nmae"[^]*also .*:1, name: the field "name" is missing; letters/,
      /did you mean "name"\?/,
    ],
    [
      "a near miss of a period",
      `${start}timing: { leaseDuratoin: 15s, renewDeadline: 10s, retryPeriod: 2s }\n`,
      3,
      "timing.leaseDuratoin",
      /no field "leaseDuratoin"/,
      /did you mean "leaseDuration"\?/,
    ],
    [
      "two stray fields",
      "name: x\ncomand: [a]\nreplcas: 3\n",
      2,
      "comand",
      /no field "comand"[^]*:3, replcas: there is no field "replcas"; did you mean "replicas"\?/,
      /"command"/,
    ],
    [
      "two forms at once",
      `${start}observe: { http: { port: 4444 }, metrics: { port: 1 } }\n`,
      3,
      "observe.metrics",
      /"metrics" cannot stand beside "http"/,
      /keep one/,
    ],
    [
      "an expression that is none",
      `${start}observe:\n  log:\n    acquired: a\n    lost: "("\n`,
      6,
      "observe.log.lost",
      /no regular expression/,
      /without slashes/,
    ],
    ["no mapping", "- a\n", 1, undefined, /mapping/, /name: /],
    ["nothing", "", 1, undefined, /mapping/, /name: /],
    ["a number for a text", `${start}env: { A: 1 }\n`, 3, "env.A", /expected string/, /quotes/],
    ["our own variable", `${start}env: { POD_NAME: a }\n`, 3, "env.POD_NAME", /set by interregnum/, /leave it out/],
    ["an unknown variable", 'name: x\ncommand: [a, "${POD}"]\n', 2, "command", /\$\{POD\}/, /POD_NAME/],
    [
      "a second main container",
      `${start}containers: { elector: [b] }\n`,
      3,
      "containers.elector",
      /key/,
      /not "elector"/,
    ],
    [
      "an unknown variable beside",
      `${start}containers:\n  b: [c, "\${POD}"]\n`,
      4,
      "containers.b",
      /\$\{POD\}/,
      /POD_NAME/,
    ],
    [
      "an unknown variable in a container's entry point",
      `${start}containers:\n  b: { entrypoint: [c, "\${POD}"] }\n`,
      4,
      "containers.b",
      /\$\{POD\}/,
      /POD_NAME/,
    ],
    ["a limit that is no name", `${start}knownLimits: { calm: [1] }\n`, 3, "knownLimits.calm[0]", /string/, /scenario/],
    ["a word for a truth", `${start}tunable: "yes"\n`, 3, "tunable", /boolean/, /true or false/],
    [
      "a DaemonSet of another size",
      `${start}workload: DaemonSet\nreplicas: 2\n`,
      4,
      "replicas",
      /on each node, and 2/,
      /leave replicas out/,
    ],
    ["a probe of no port", `${start}ready: { http: {} }\n`, 3, "ready.http.port", /missing/, /65535/],
    ["a workload that is none", `${start}workload: Job\n`, 3, "workload", /Job|expected/, /Deployment or DaemonSet/],
    ["a lock beside that is none", `${start}lock: { beside: Pod }\n`, 3, "lock.beside", /Pod|expected/, /Endpoints/],
    ["no replicas", `${start}replicas: 0\n`, 3, "replicas", /small/, /1 to 50/],
  ])("%s", async (_what, text, line, field, message, mend) => {
    const error = await refused(text);
    expect(error.where).toEqual({ file, line, ...(field === undefined ? {} : { field }) });
    expect(error.message).toMatch(message);
    expect(error.mend).toMatch(mend);
  });

  test("several at once: the first by line, and the others in the message", async () => {
    const error = await refused(`${start}replicas: 0\nlock: { kind: lease }\n`);
    expect(error.where).toMatchObject({ line: 3, field: "replicas" });
    expect(error.message).toMatch(/also .*elector\.yaml:4, lock\.kind: .*; Lease, ConfigMap or Endpoints$/);
  });

  test("a file that is not there", async () => {
    await expect(loadElector(join(folder, "no.yaml"))).rejects.toThrow(/cannot read .*no\.yaml \(ENOENT\)/);
  });
});

describe("a good elector.yaml", () => {
  test("gets the defaults", async () => {
    expect(await load("name: x\ncommand: [./a]\n")).toEqual({
      name: "x",
      summary: "",
      file,
      directory: folder,
      command: ["./a"],
      containers: {},
      env: {},
      requires: [],
      lock: { kind: "Lease", name: "${ELECTION_NAME}" },
      observe: { via: "stdout" },
      timing: { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2000 },
      tunable: false,
      release: false,
      fencing: false,
      replicas: 3,
      workload: "Deployment",
      profile: clientGoProfile,
      knownLimits: {},
    });
  });

  test("is read from its folder; durations are texts or milliseconds; D may be absent", async () => {
    writeFileSync(file, "name: x\nimage: y\ntiming: { leaseDuration: 1m30s, retryPeriod: 250 }\n");
    const { timing } = await loadElector(folder);
    expect(timing).toEqual({ leaseDuration: 90_000, retryPeriod: 250 });
  });

  test("each way to observe", async () => {
    expect(await via("{ http: { port: 4444 } }")).toEqual({ via: "http", port: 4444, path: "/" });
    expect(await via("{ metrics: { port: 1, name: m } }")).toEqual({
      via: "metrics",
      scheme: "http",
      port: 1,
      path: "/metrics",
      metric: "leader_election_master_status",
      name: "m",
    });
    expect(await via("{ log: { acquired: a, lost: b }, metrics: { scheme: https, port: 1 } }")).toEqual({
      via: "log",
      acquired: "a",
      lost: "b",
      metrics: {
        via: "metrics",
        scheme: "https",
        port: 1,
        path: "/metrics",
        metric: "leader_election_master_status",
      },
    });
    expect(await via("{ log: { acquired: a, lost: b } }")).toEqual({ via: "log", acquired: "a", lost: "b" });
    expect(await via("record")).toEqual({ via: "record" });
  });

  test("what it works upon stands beside the file", async () => {
    const { work } = await load(`${start}work: { acts: [create pods/binding], setup: a.yaml }\n`);
    expect(work).toEqual({ acts: ["create pods/binding"], setup: join(folder, "a.yaml") });
    await expect(load(`${start}work: { acts: [bind] }\n`)).rejects.toMatchObject({
      name: "InputError",
      where: { field: "work.acts[0]" },
    });
  });

  test("bounds override the profile in part", async () => {
    const { profile } = await load(`${start}bounds: { takeover: { leases: 2 } }\n`);
    expect(profile).toEqual({ ...clientGoProfile, takeover: { ...clientGoProfile.takeover, leases: 2 } });
  });

  test("a readiness probe", async () => {
    expect((await load(`${start}ready: { http: { port: 8081 } }\n`)).ready).toEqual({ port: 8081, path: "/readyz" });
  });

  test("a successor is a path from the file, a lock may have another beside it", async () => {
    const { successor, lock } = await load(`${start}successor: ../new/elector.yaml\nlock: { beside: ConfigMap }\n`);
    expect(successor).toBe(join(folder, "..", "new", "elector.yaml"));
    expect(lock).toEqual({ kind: "Lease", name: "${ELECTION_NAME}", beside: "ConfigMap" });
  });

  test("`node` is the Node that runs the harness", async () => {
    expect((await load("name: x\ncommand: [node, a.ts]\n")).command).toEqual([process.execPath, "a.ts"]);
  });
});
