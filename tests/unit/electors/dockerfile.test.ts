import { expect, test } from "vitest";
import { contextSources } from "../../../harness/electors/dockerfile.ts";

test.each([
  ["COPY elector /elector", ["elector"]],
  ["copy --chown=1:1 a b \\\n  c /to/", ["a", "b", "c"]],
  ['ADD ["with space", "/to"]', ["with space"]],
  ["COPY --from=build /out /out", []],
  ["ADD https://example.invalid/x /x", []],
  ["# COPY a b\nRUN echo COPY a b", []],
])("%j takes %j", (text, sources) => {
  expect(contextSources(text)).toEqual(sources);
});
