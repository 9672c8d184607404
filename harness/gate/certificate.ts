import { webcrypto } from "node:crypto";

/** PEM texts: a CA, and a server certificate signed by it with its key. */
export type Certificate = { readonly ca: string; readonly cert: string; readonly key: string };

/** Whom a certificate is for: a client by name (CN) and groups (O), or a server by what it is called. */
export type Subject =
  | { readonly client: string; readonly groups?: readonly string[] }
  | { readonly server: string; readonly addresses?: readonly string[] };

/** A CA of this run's own; keys are EC P-256. */
export type Authority = { readonly ca: string; issue(subject: Subject): Promise<Certificate> };

const NAMES = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"];
const ADDRESSES = ["127.0.0.1", "::1"];
const DAY = 24 * 3_600_000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** The library's dependency injection asks for three functions of the metadata proposal, which Node has not. */
function supplyMetadata(): void {
  const reflect = Reflect as unknown as Record<string, unknown>;
  if (reflect["getMetadata"] !== undefined) return;
  const kept = new WeakMap<object, Map<unknown, unknown>>();
  const own = (key: unknown, target: object): unknown => kept.get(target)?.get(key);
  const inherited = (key: unknown, target: object | null): unknown =>
    target === null ? undefined : (own(key, target) ?? inherited(key, Object.getPrototypeOf(target) as object | null));
  reflect["getOwnMetadata"] = own;
  reflect["getMetadata"] = inherited;
  reflect["defineMetadata"] = (key: unknown, value: unknown, target: object) => {
    const map = kept.get(target) ?? new Map<unknown, unknown>();
    kept.set(target, map.set(key, value));
  };
}

/** Makes a CA that lives as long as its owner keeps it. */
export async function openAuthority(): Promise<Authority> {
  supplyMetadata();
  const x509 = await import("@peculiar/x509"); // costs 0.1 s: only who needs TLS pays
  x509.cryptoProvider.set(webcrypto as never);
  const generate = () => webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const authority = await generate();
  const validity = { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 365 * DAY) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: "CN=interregnum",
      keys: authority,
      signingAlgorithm: algorithm,
      ...validity,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(authority.publicKey),
      ],
    },
    webcrypto as never,
  );
  return {
    ca: ca.toString("pem"),
    async issue(subject) {
      const keys = await generate();
      const serving = "server" in subject;
      const names = serving
        ? [{ CN: [subject.server] }]
        : [...(subject.groups ?? []).map((group) => ({ O: [group] })), { CN: [subject.client] }];
      const addresses = serving ? [...ADDRESSES, ...(subject.addresses ?? [])] : [];
      const cert = await x509.X509CertificateGenerator.create(
        {
          subject: names,
          issuer: ca.subject,
          publicKey: keys.publicKey,
          signingKey: authority.privateKey,
          signingAlgorithm: algorithm,
          ...validity,
          extensions: [
            new x509.BasicConstraintsExtension(false, undefined, true),
            new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([
              serving ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
            ]),
            ...(serving
              ? [
                  new x509.SubjectAlternativeNameExtension([
                    ...NAMES.map((value) => ({ type: "dns" as const, value })),
                    ...addresses.map((value) => ({ type: "ip" as const, value })),
                  ]),
                ]
              : []),
            await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
          ],
        },
        webcrypto as never,
      );
      const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
      const key = x509.PemConverter.encode(pkcs8, "PRIVATE KEY");
      return { ca: ca.toString("pem"), cert: cert.toString("pem"), key };
    },
  };
}

/** Issues a CA and a server certificate for this machine's loopback, more of its addresses, and the in-cluster name of the API. */
export async function issueCertificate(addresses: readonly string[] = []): Promise<Certificate> {
  return (await openAuthority()).issue({ server: "interregnum gate", addresses });
}
