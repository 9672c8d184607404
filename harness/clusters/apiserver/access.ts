import type { Certificate } from "../../gate/certificate.ts";

/** How an API server is known, and how it knows who asks; PEM texts. */
export type Access = Partial<Certificate> & {
  /** What its certificate is for, where that is not the host of its URL. */
  readonly servername?: string;
  /** Its certificate is not looked at. */
  readonly insecure?: boolean;
  /** Headers that say who asks; taken anew for each call, for what they hold may expire. */
  headers?(): Promise<Readonly<Record<string, string>>>;
};

/** The part of it that a TLS connection is made with. */
export const connectOf = ({ ca, cert, key, servername, insecure }: Access) => ({
  ...(ca === undefined ? {} : { ca }),
  ...(cert === undefined ? {} : { cert }),
  ...(key === undefined ? {} : { key }),
  ...(servername === undefined ? {} : { servername }),
  ...(insecure === true ? { rejectUnauthorized: false } : {}),
});
