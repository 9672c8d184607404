import { describe, expect, test } from "vitest";
import { InputError } from "../../../harness/core/errors.ts";
import { askedThreshold, judgeThreshold, parseThreshold } from "../../../harness/runner/thresholds.ts";

const measures = {
  failoverMs: { count: 3, censored: 0, min: 800, p50: 4000, p95: 4800, max: 4800, interval: [800, 4800] },
} as const;

describe("a threshold", () => {
  test.each([
    ["failover.p95<20s", false],
    ["failoverMs.p95<20s", false],
    ["failover.p95<4.8s", true],
    ["failover.p95<=4.8s", false],
    ["failover.max<1s", true],
    ["failover.count>=3", false],
    ["failover.min>1s", true],
  ])("%s is crossed: %s", (expression, crossed) =>
    expect(judgeThreshold(parseThreshold(expression), measures).crossed).toBe(crossed),
  );

  test("without a measure has no value, and is neither kept nor crossed", () =>
    expect(judgeThreshold(parseThreshold("rollout.p95<20s"), measures)).toMatchObject({ value: null, crossed: false }));

  test.each(["fast", "failover<20s", "failover.p99<20s", "failover.p95=20s", "failover.p95<soon"])(
    "%s is none",
    (expression) => expect(() => parseThreshold(expression)).toThrow(InputError),
  );

  test.each(["failover.p95<20s", "failoverMs.p95<20s", "apiRequestsPerMinute.max<100", "relay.p50<1s"])(
    "%s is of a measure that there is",
    (expression) => expect(askedThreshold(expression)).toEqual(parseThreshold(expression)),
  );

  test("of a measure that there is not names the nearest, before anything runs", () => {
    const asked = (expression: string) => () => askedThreshold(expression);
    expect(asked("failovr.p95<20s")).toThrow(InputError);
    expect(asked("failovr.p95<20s")).toThrow(expect.objectContaining({ mend: expect.stringMatching(/"failover"/) }));
    expect(asked("failovrMs.p95<20s")).toThrow(expect.objectContaining({ mend: expect.stringMatching(/"failover"/) }));
    expect(asked("constructor.p95<20s")).toThrow(
      expect.objectContaining({ mend: expect.stringMatching(/failover, leaderless, /) }),
    );
  });
});
