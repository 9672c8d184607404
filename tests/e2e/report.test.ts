import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runHtml } from "../../harness/report/html.ts";
import { hostile } from "../unit/report/hostile.ts";
import { syntheticRun, type Wish } from "../unit/report/synthetic.ts";

const CHROMIUM = "/usr/bin/chromium";
const absent = !existsSync(CHROMIUM);
const named = (name: string): string => (absent ? `${name} (left out: no ${CHROMIUM})` : name);
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

let browser: Browser | undefined;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-page-"));
  if (!absent) browser = await chromium.launch({ executablePath: CHROMIUM, args });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/** Opens the report of these trials; what the page complained of or asked for besides itself is collected. */
async function opened(wishes: readonly Wish[]): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const { run, trials } = syntheticRun(wishes);
  const path = join(folder, `report-${wishes.map((wish) => wish.kind).join("-")}.html`);
  await writeFile(path, await runHtml(run, trials));
  const page = await browser!.newPage({ viewport: { width: 1440, height: 1000 } });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const address = pathToFileURL(path).href;
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(address);
  return { page, complaints };
}

/** The stretch of time that the timeline shows, as it says itself. */
const shownWindow = async (page: Page): Promise<readonly [number, number]> => {
  const host = page.locator("#timeline");
  return [Number(await host.getAttribute("data-from")), Number(await host.getAttribute("data-to"))];
};

test.skipIf(absent)(named("a failing report opens on its overlap, in view, and complains of nothing"), async () => {
  const { page, complaints } = await opened([{ kind: "fail" }]);
  const overlap = page.locator(".finding.violation.overlap");
  const [box, host] = [await overlap.boundingBox(), await page.locator("#timeline").boundingBox()];
  expect(box!.width).toBeGreaterThan(40);
  expect(box!.x).toBeGreaterThan(host!.x);
  expect(box!.x + box!.width).toBeLessThan(host!.x + host!.width);
  expect(box!.y + box!.height).toBeLessThan(1000);
  await expect(page.locator(".finding-pill .pill-text").textContent()).resolves.toBe("both led [2239, 2269] ms");
  const [from, to] = await shownWindow(page);
  expect(from).toBeGreaterThan(0);
  expect(to - from).toBeLessThan(9000);
  expect(complaints).toEqual([]);
});

test.skipIf(absent)(named("keys and buttons zoom and move; a witness leads back to its overlap"), async () => {
  const { page, complaints } = await opened([{ kind: "hazard" }]);
  const first = await shownWindow(page);
  await page.locator("#timeline").focus();
  const settled = (wanted: (now: readonly [number, number]) => boolean): Promise<void> =>
    expect.poll(async () => wanted(await shownWindow(page))).toBe(true);
  await page.keyboard.press("0");
  await settled(([from, to]) => from === 0 && to === 9000);
  await page.keyboard.press("+");
  await settled(([from, to]) => to - from < 9000);
  const before = await shownWindow(page);
  await page.keyboard.press("ArrowRight");
  await settled(([from]) => from > before[0]);
  await page.locator(".card-head").click();
  await settled(([from, to]) => from === first[0] && to === first[1]);
  expect(complaints).toEqual([]);
});

test.skipIf(absent)(named("a pointer over a reign is told its exact bounds"), async () => {
  const { page, complaints } = await opened([{ kind: "pass" }]);
  await page.locator(".core").first().hover();
  await expect.poll(() => page.locator("#tooltip").textContent()).toContain("demo-6d4f9-x2k7p#1 leads");
  expect(complaints).toEqual([]);
});

test.skipIf(absent)(named("each trial of several can be looked at"), async () => {
  const { page, complaints } = await opened([{ kind: "pass" }, { kind: "unknown" }, { kind: "fail" }]);
  expect(await page.locator(".chip[aria-pressed=true]").textContent()).toContain("2");
  await page.locator(".chip").first().click();
  await expect.poll(() => page.locator(".finding").count()).toBe(0);
  await expect.poll(() => shownWindow(page)).toEqual([0, 9000]);
  expect(complaints).toEqual([]);
});

test.skipIf(absent)(named("hostile text runs nothing and is shown as it is"), async () => {
  const { page, complaints } = await opened([{ kind: "fail", words: hostile }]);
  expect(await page.locator(".card .what").first().textContent()).toContain("</script><script>alert(1)</script>");
  expect(complaints).toEqual([]);
});

test.skipIf(absent)(named("50,000 calls are drawn with few elements"), async () => {
  const { page, complaints } = await opened([{ kind: "fail", calls: 50_000 }]);
  await page.locator("[data-zoom=whole]").click();
  await expect.poll(() => shownWindow(page)).toEqual([0, 9000]);
  expect(await page.locator("#plot-svg *").count()).toBeLessThan(2000);
  expect(complaints).toEqual([]);
});
