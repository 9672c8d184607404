import type { NameRule, Resource } from "./resources.ts";

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const labelName = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const service = "[a-z]([-a-z0-9]*[a-z0-9])?";
const configKey = "[-._a-zA-Z0-9]+";

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const patterns = {
  label: whole(label),
  subdomain: whole(subdomain),
  labelName: whole(labelName),
  labelValue: whole(`(${labelName})?`),
  service: whole(service),
  configKey: whole(configKey),
};

const labelText = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`;
const subdomainText = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`;
const serviceText = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${service}')`;
const qualifiedText = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${labelName}')`;
const valueText = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${labelName})?')`;
const keyText = `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${configKey}')`;

function check(value: string, longest: number, pattern: RegExp, text: string): string[] {
  const wrong = value.length > longest ? [`must be no more than ${longest} characters`] : [];
  return pattern.test(value) ? wrong : [...wrong, text];
}

const rules: Record<NameRule, (name: string) => string[]> = {
  subdomain: (name) => check(name, 253, patterns.subdomain, subdomainText),
  any: () => [],
  label: (name) =>
    name.includes(".")
      ? check(name, 63, /^/, "").concat("must not contain dots")
      : check(name, 63, patterns.label, labelText),
  service: (name) => check(name, 63, patterns.service, serviceText),
};

/** What is wrong with an object's name, in the API's words; `prefix` is a generateName, which may end in a dash. */
export const nameErrors = (rule: NameRule, name: string, prefix = false): string[] =>
  rules[rule](prefix && name.length > 1 && name.endsWith("-") ? `${name.slice(0, -1)}a` : name);

/** What is wrong with a qualified name: `prefix/name`, as keys of labels and annotations are. */
export function qualifiedErrors(value: string): string[] {
  const parts = value.split("/");
  if (parts.length > 2)
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${labelName}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const wrong: string[] = [];
  if (parts.length === 2) {
    if (parts[0] === "") wrong.push("prefix part must be non-empty");
    else wrong.push(...rules.subdomain(parts[0]!).map((each) => `prefix part ${each}`));
  }
  const name = parts.at(-1)!;
  if (name === "") wrong.push("name part must be non-empty");
  else if (name.length > 63) wrong.push("name part must be no more than 63 characters");
  if (!patterns.labelName.test(name)) wrong.push(qualifiedText);
  return wrong;
}

export const labelValueErrors = (value: string): string[] => check(value, 63, patterns.labelValue, valueText);
export function configKeyErrors(value: string): string[] {
  const wrong = check(value, 253, patterns.configKey, keyText);
  if (value === ".") wrong.push("must not be '.'");
  if (value === "..") wrong.push("must not be '..'");
  else if (value.startsWith("..")) wrong.push("must not start with '..'");
  return wrong;
}

/** What a new object is warned of whose name is that of its pods, or of their host, and is no label. */
export function nameWarnings({ hostname }: Resource, name: string): readonly string[] {
  const wrong = hostname === undefined ? [] : nameErrors("label", name);
  return wrong.length === 0
    ? []
    : [
        `metadata.name: this is used in ${hostname}, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(" ")}]`,
      ];
}
