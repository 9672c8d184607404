import { webcrypto } from "node:crypto";

/** PEM texts: a CA, and a server certificate signed by it with its key. */
export type Certificate = { readonly ca: string; readonly cert: string; readonly key: string };

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

/** Issues a CA and a server certificate (EC P-256) for this machine's loopback and the in-cluster name of the API. */
export async function issueCertificate(): Promise<Certificate> {
  supplyMetadata();
  const x509 = await import("@peculiar/x509"); // costs 0.1 s: only who needs TLS pays
  x509.cryptoProvider.set(webcrypto as never);
  const generate = () => webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const [authority, server] = await Promise.all([generate(), generate()]);
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
  const cert = await x509.X509CertificateGenerator.create(
    {
      subject: "CN=interregnum gate",
      issuer: ca.subject,
      publicKey: server.publicKey,
      signingKey: authority.privateKey,
      signingAlgorithm: algorithm,
      ...validity,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...NAMES.map((value) => ({ type: "dns" as const, value })),
          ...ADDRESSES.map((value) => ({ type: "ip" as const, value })),
        ]),
        await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      ],
    },
    webcrypto as never,
  );
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", server.privateKey);
  return { ca: ca.toString("pem"), cert: cert.toString("pem"), key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
}
