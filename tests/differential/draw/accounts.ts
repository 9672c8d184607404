import fc from "fast-check";
import { mostly, of, some } from "./chance.ts";

const bytes = fc.dictionary(of("k", "l", "token"), of("AAEC", "eA==", ""), { maxKeys: 3 });
const texts = fc.dictionary(of("k", "m"), of("1", ""), { maxKeys: 2 });
/** Of types that ask for no keys; `unasked` says why. */
export const secret = some({
  data: mostly(bytes, of<unknown>({ "bad key!": "AAEC" }, { k: 1 }, { k: "not base64!" }, { "..": "" }, "text")),
  stringData: mostly(texts, of<unknown>({ "bad key!": "x" }, { k: 1 }, "text")),
  type: mostly(of("Opaque"), of<unknown>("example.com/t", "", 1)),
  nonsense: of(1, null),
});

const named = (...names: readonly string[]) => of(...names.map((name) => ({ name })));
export const serviceAccount = some({
  secrets: mostly(
    fc.uniqueArray(named("s", "t", "u"), { maxLength: 2, selector: ({ name }) => name }),
    of<unknown>(null, "text"),
  ),
  imagePullSecrets: mostly(fc.array(named("p", "q"), { maxLength: 2 }), of<unknown>(null, [{ name: 1 }])),
  automountServiceAccountToken: mostly(fc.boolean(), of<unknown>("true", null)),
});
