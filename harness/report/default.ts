import { cwd } from "node:process";
import { plural, sign } from "./words.ts";
import { LiveRegion } from "./live.ts";
import { colourOf, paintFor, type Paint } from "./paint.ts";
import type { Progress } from "./progress.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";
import { plainText } from "./safe.ts";
import { trialLine, verdictLines } from "./verdict-text.ts";
import type { Verdict } from "../core/verdict.ts";

/** More trials than this are counted instead of told one by one, unless they fail. */
const TOLD_TRIALS = 12;
/** How often elapsed times are redrawn on a terminal: seldom, so that the event loop stays idle for the gates. */
const REDRAW_MS = 1000;

type Running = { readonly trial: number; readonly since: number; text: string };

/** What the screen knows between two pieces of progress. */
type Screen = {
  total: number;
  readonly running: Map<number, Running>;
  readonly counts: Record<Verdict, number>;
};

const heading = (start: Extract<Progress, { type: "run-start" }>, paint: Paint): string => {
  const most = start.jobs === undefined ? "as many at once as run undisturbed" : `${start.jobs} at once`;
  const jobs = start.trials > 1 && start.jobs !== 1 ? `, ${most}` : "";
  const what = `${paint("bold", plainText(start.scenario))} ${paint("dim", "·")} ${paint("bold", plainText(start.elector))}`;
  const how = `${start.cluster} · ${plural(start.trials, "trial")}${jobs}`;
  return `\n${paint(["bold", "cyan"], "interregnum")}  ${what}  ${paint("dim", plainText(how))}\n`;
};

function liveLines(screen: Screen, now: number, paint: Paint): readonly string[] {
  const lines = [...screen.running.values()].map((running) => {
    const seconds = `${((now - running.since) / 1000).toFixed(0)} s`.padStart(5);
    return `  ${paint("cyan", "●")} trial ${running.trial} ${paint("dim", seconds)}  ${plainText(running.text)}`;
  });
  const done = screen.counts.pass + screen.counts.fail + screen.counts.unknown;
  if (screen.total < 2) return lines;
  const counts = (["pass", "fail", "unknown"] as const)
    .filter((verdict) => screen.counts[verdict] > 0)
    .map((verdict) => paint(colourOf[verdict], `${sign[verdict]} ${screen.counts[verdict]}`));
  return [...lines, `  ${paint("dim", `${done} of ${screen.total}`)}  ${counts.join("  ")}`];
}

/** One piece of progress: changes the screen, and returns the lines that stay. */
function take(screen: Screen, progress: Progress, now: number, paint: Paint, live: boolean): readonly string[] {
  switch (progress.type) {
    case "run-start":
      screen.total = progress.trials;
      return [heading(progress, paint)];
    case "trial-start":
      screen.running.set(progress.trial, { trial: progress.trial, since: now, text: `seed ${progress.seed}` });
      return live || screen.total === 1 || screen.total > TOLD_TRIALS
        ? []
        : [`  trial ${progress.trial}  starts, seed ${progress.seed}`];
    case "step": {
      const running = screen.running.get(progress.trial);
      if (running !== undefined) running.text = progress.text;
      const single = screen.total === 1;
      if (screen.total > TOLD_TRIALS || (live && !single)) return [];
      return [
        single
          ? `  ${paint("dim", plainText(progress.text))}`
          : `  trial ${progress.trial}  ${plainText(progress.text)}`,
      ];
    }
    case "trial-end":
      screen.running.delete(progress.trial.index);
      screen.counts[progress.trial.verdict] += 1;
      // the verdict tells a single trial in full, right below
      if (screen.total === 1) return [];
      return screen.total > TOLD_TRIALS && progress.trial.verdict === "pass" ? [] : [trialLine(progress.trial, paint)];
    case "run-end":
      return [];
    case "note":
      return [paint("dim", `  ${plainText(progress.text)}`)];
    default:
      throw progress satisfies never;
  }
}

/** Live progress, then the verdict: a line per running trial on a terminal, plain lines elsewhere. Owner disposes. */
export function defaultReporter(options: ReporterOptions): Reporter {
  const { stream, env, now } = options;
  const paint = paintFor(stream, env);
  const screen: Screen = { total: 0, running: new Map(), counts: { pass: 0, unknown: 0, fail: 0 } };
  const region = stream.isTTY === true && env["TERM"] !== "dumb" ? new LiveRegion(stream) : undefined;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    region?.[Symbol.dispose]();
  };
  return {
    name: "default",
    on(progress) {
      const lines = take(screen, progress, now(), paint, region !== undefined);
      if (region === undefined) {
        if (lines.length > 0) stream.write(`${lines.join("\n")}\n`);
        return;
      }
      timer ??= setInterval(() => region.draw(liveLines(screen, now(), paint)), REDRAW_MS).unref();
      region.draw(liveLines(screen, now(), paint), lines);
      if (progress.type === "run-end") stop();
    },
    async finish(run, _trials, folder, written) {
      stop();
      stream.write(`${verdictLines(run, folder, written, cwd(), paint).join("\n")}\n`);
    },
    [Symbol.dispose]: stop,
  };
}
