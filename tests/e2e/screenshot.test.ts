import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { formatOverlap } from "../../harness/report/words.ts";
import { interregnum, runDocument, temporary } from "./cli.ts";

const CHROMIUM = "/usr/bin/chromium";
const absent = !existsSync(CHROMIUM);
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The picture that the README shows; kept where INTERREGNUM_SCREENSHOT says. */
test.skipIf(absent)(
  `the report shows the overlap of no-deadline under partition-leader${absent ? ` (left out: no ${CHROMIUM})` : ""}`,
  { timeout: 120_000 },
  async () => {
    using folder = temporary();
    const run = ["run", "partition-leader", "--elector", "reference+no-deadline", "--seed", "7", "--out", folder.path];
    const { code } = await interregnum(...run, "--no-shrink");
    expect(code).toBe(1);
    const overlap = runDocument(folder.path).trials[0]?.properties[0]?.witnesses[0]?.overlap;
    await using browser = await chromium.launch({ executablePath: CHROMIUM, args });
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    await page.goto(pathToFileURL(join(folder.path, "report.html")).href);
    const drawn = page.locator(".finding.violation.overlap").first();
    const [box, host] = [await drawn.boundingBox(), await page.locator("#timeline").boundingBox()];
    expect(box!.width).toBeGreaterThan(40);
    expect(box!.x).toBeGreaterThanOrEqual(host!.x);
    expect(box!.x + box!.width).toBeLessThanOrEqual(host!.x + host!.width);
    expect(box!.y + box!.height).toBeLessThan(1000);
    const labels = await page.locator(".finding-pill .pill-text").allTextContents();
    expect(labels.join("\n")).toContain(`both led ${formatOverlap(overlap!)}`);
    const picture = process.env["INTERREGNUM_SCREENSHOT"] ?? join(folder.path, "report.png");
    mkdirSync(join(picture, ".."), { recursive: true });
    const png = await page.screenshot({ path: picture });
    expect(png.length).toBeGreaterThan(20_000);
  },
);
