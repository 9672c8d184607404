import packageJson from "../../package.json" with { type: "json" };

export const HARNESS_VERSION: string = packageJson.version;
