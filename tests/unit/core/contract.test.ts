import { expect, test } from "vitest";
import { lingerOf, marginOf } from "../../../harness/core/contract.ts";
import { seconds } from "../../../harness/core/time.ts";

const timing = (lease: number, deadline: number | undefined, retry: number) => ({
  leaseDuration: seconds(lease),
  retryPeriod: seconds(retry),
  ...(deadline === undefined ? {} : { renewDeadline: seconds(deadline) }),
});

test.each([
  ["client-go's defaults", timing(15, 10, 2), 3000],
  ["OpenShift's", timing(137, 107, 26), 4000],
  ["a lease that is stored as whole seconds", timing(4.5, 2, 1), 1000],
  ["a retry period below a second loses one more", timing(4, 2, 0.5), 500],
  ["no deadline counts as L", timing(4, undefined, 1), -1000],
])("the margin of %s", (_, given, margin) => {
  expect(marginOf(given)).toBe(margin);
});

test("a correct elector believes on for D + P", () => {
  expect(lingerOf(timing(15, 10, 2))).toBe(12_000);
});
