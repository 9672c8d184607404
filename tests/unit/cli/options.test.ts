import { expect, test } from "vitest";
import * as option from "../../../harness/cli/options.ts";
import { InputError } from "../../../harness/core/errors.ts";

test.each([
  ["15s/10s/2s", { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2000 }],
  ["4000ms/2000ms/1s", { leaseDuration: 4000, renewDeadline: 2000, retryPeriod: 1000 }],
])("a timing: %s", (text, expected) => expect(option.timing(text)).toEqual(expected));

test.each(["15s", "15s/10s", "15/10/2", "10s/15s/2s", "15s/2s/2s", "15s/10s/2s/1s", "", "3600000h/2s/1s"])(
  "no timing: %s",
  (text) => expect(() => option.timing(text)).toThrow(InputError),
);

test.each([
  ["1/1", { index: 0, of: 1 }],
  ["2/4", { index: 1, of: 4 }],
])("a shard: %s", (text, expected) => expect(option.shard(text)).toEqual(expected));

test.each(["0/4", "5/4", "1", "a/b", "1/0"])("no shard: %s", (text) =>
  expect(() => option.shard(text)).toThrow(InputError),
);

test.each(["0", "-1", "1.5", "x", ""])("no number from 1: %s", (text) =>
  expect(() => option.integer("--trials", 1)(text)).toThrow(InputError),
);

test.each([
  ["--trials", "99999999999"],
  ["--jobs", "1000001"],
])("too large a number: %s %s", (name, text) =>
  expect(() => option.integer(name, 1)(text)).toThrow(/whole number from 1 to 1000000/),
);

test("a number up to a bound of its own", () => {
  expect(option.integer("--replicas", 1, 50)("50")).toBe(50);
  expect(() => option.integer("--replicas", 1, 50)("51")).toThrow(/"51" is not a whole number from 1 to 50/);
});

test("a duration is one that a timer can wait for", () => {
  expect(option.duration("--time-limit")("500h")).toBe(500 * 3_600_000);
  expect(() => option.duration("--time-limit")("501h")).toThrow(/501h is longer than 500h/);
});

test.each(["", ",", " , "])("no names at all: %j", (text) => {
  expect(() => option.names("--reporter", "html")(text)).toThrow(InputError);
  expect(() => option.nameList("--scenarios", "calm")(text)).toThrow(InputError);
});

test("names are separated by commas", () => {
  expect(option.names("--reporter", "html")("html, junit,")).toEqual(["html", "junit"]);
  expect(option.nameList("--scenarios", "calm")("calm,everything")).toBe("calm,everything");
});

test("an empty folder is none: it would be the one where the command runs", () => {
  expect(() => option.notEmpty("--out", "./out")("")).toThrow(InputError);
  expect(option.notEmpty("--out", "./out")("a b")).toBe("a b");
});
