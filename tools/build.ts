import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Compiles the package into dist/: Node strips no types under node_modules, so what is installed runs as JavaScript.
 * What is no TypeScript (the page's parts, the electors' sources and yaml) is copied to where it stood.
 */
const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
const tsc = spawnSync(
  process.execPath,
  [join(root, "node_modules", "typescript", "lib", "tsc.js"), "-p", "tsconfig.build.json"],
  {
    cwd: root,
    stdio: "inherit",
  },
);
if (tsc.status !== 0) process.exit(1);

const assets = [
  "harness/report/page/*.{js,css,eta}",
  "fixtures/{electors,kube}/**/{*.{go,mod,py,sum,yaml},Dockerfile}",
  "kind-config.yaml",
  "package.json",
];
for (const file of assets.flatMap((pattern) => globSync(pattern, { cwd: root }))) {
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  cpSync(join(root, file), join(dist, file));
}
// An elector that Node runs from its TypeScript is run from its JavaScript here.
for (const file of globSync("fixtures/electors/*/elector.yaml", { cwd: dist })) {
  const path = join(dist, file);
  const text = readFileSync(path, "utf8").replace("command: [node, main.ts]", "command: [node, main.js]");
  writeFileSync(path, text.replace("simulate: ./simulated.ts", "simulate: ./simulated.js"));
}
