import { existsSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { HarnessError, InputError, messageOf } from "../../core/errors.ts";
import type { Access } from "../apiserver/access.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A cluster that the user's kubeconfig reaches, as the context's user. */
export type KubeContext = {
  readonly name: string;
  readonly url: string;
  readonly access: Access;
};

/** The user's kubeconfig files: what KUBECONFIG names, else ~/.kube/config; those that are there. */
export const kubeconfigFiles = ({ KUBECONFIG = "" }: Environment = process.env): readonly string[] =>
  (KUBECONFIG === "" ? [join(homedir(), ".kube", "config")] : KUBECONFIG.split(delimiter)).filter(
    (file) => file !== "" && existsSync(file),
  );

/** The names of all contexts; none where there is no kubeconfig. InputError for a file that is none. */
export const contextNames = async (env?: Environment): Promise<readonly string[]> =>
  ((await load(kubeconfigFiles(env)))?.getContexts() ?? []).map(({ name }) => name);

/** The named context; undefined when no file has it. InputError where it cannot be used. */
export async function findContext(name: string, env?: Environment): Promise<KubeContext | undefined> {
  const files = kubeconfigFiles(env);
  const config = await load(files);
  if (config === undefined || config.getContextObject(name) === null) return undefined;
  config.setCurrentContext(name);
  const cluster = config.getCurrentCluster();
  const wrong = (what: string, mend: string): InputError =>
    new InputError(`the context ${name} ${what}`, { file: files.join(delimiter), field: "contexts" }, mend);
  if (cluster === null) throw wrong("names a cluster that no file has", "see `kubectl config view`");
  if (config.getCurrentUser() === null) throw wrong("names a user that no file has", "see `kubectl config view`");
  if (!cluster.server.startsWith("https://"))
    throw wrong(`is reached by ${cluster.server}, without TLS`, "give its cluster a server of https://");
  if (cluster.proxyUrl !== undefined)
    throw wrong("is reached by a proxy, which interregnum cannot use", "use a context without proxy-url");
  return { name, url: cluster.server.replace(/\/+$/, ""), access: await accessOf(config, name) };
}

/** Costs a second where there is a file: the library is loaded by who needs it. */
async function load(files: readonly string[]): Promise<KubeConfig | undefined> {
  if (files.length === 0) return undefined;
  const { KubeConfig: Config } = await import("@kubernetes/client-node");
  const all = new Config();
  for (const [index, file] of files.entries())
    try {
      const one = new Config();
      one.loadFromFile(file);
      // As kubectl does: of two entries of a name the first counts.
      for (const cluster of one.clusters) if (all.getCluster(cluster.name) === null) all.addCluster(cluster);
      for (const user of one.users) if (all.getUser(user.name) === null) all.addUser(user);
      for (const context of one.contexts) if (all.getContextObject(context.name) === null) all.addContext(context);
      if (index === 0) all.setCurrentContext(one.currentContext);
    } catch (error) {
      throw new InputError(`this is no kubeconfig: ${messageOf(error)}`, { file }, "see `kubectl config view`");
    }
  return all;
}

async function accessOf(config: KubeConfig, name: string): Promise<Access> {
  const applied = async (): Promise<RequestOptions> => {
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (cause) {
      throw new HarnessError(`the context ${name} gives no credentials: ${messageOf(cause).trim()}`, {
        cause,
        mend: `see what \`kubectl --context ${name} get namespaces\` says`,
      });
    }
    return options;
  };
  const { ca, cert, key, servername, rejectUnauthorized } = await applied();
  return {
    ...pems({ ca, cert, key }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === false ? { insecure: true } : {}),
    async headers() {
      const { headers, auth } = await applied();
      const who: Readonly<Record<string, string>> = auth
        ? { authorization: `Basic ${Buffer.from(auth).toString("base64")}` }
        : {};
      return { ...(headers as Readonly<Record<string, string>> | undefined), ...who };
    },
  };
}

const pems = (found: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(found).flatMap(([what, pem]) =>
      typeof pem === "string" || Buffer.isBuffer(pem) ? [[what, pem.toString()]] : [],
    ),
  );
