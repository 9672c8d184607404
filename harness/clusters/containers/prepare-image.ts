import type { Elector } from "../../core/elector.ts";
import { InputError, messageOf } from "../../core/errors.ts";
import { imageArguments, imageOf } from "../../electors/images.ts";
import { placeOf } from "../../electors/place.ts";
import { prepareBuild } from "../../electors/prepare.ts";
import { findEngine } from "./engine.ts";

/**
 * The elector as an image that this machine's engine has: built from its Dockerfile, or pulled where it names one that is
 * not here. InputError where there is none to be had; HarnessError without an engine, or without what its build needs.
 */
export async function prepareImage(elector: Elector, signal: AbortSignal): Promise<Elector> {
  const { image: images } = await findEngine();
  if (elector.build !== undefined) await prepareBuild(elector, signal);
  const { name: image, built } = await imageOf(elector, signal);
  if (!built) {
    const { ImageName } = await import("testcontainers");
    const name = ImageName.fromString(image);
    const there = await images.pull(name).then(
      () => images.exists(name),
      (error: unknown) => messageOf(error),
    );
    signal.throwIfAborted();
    if (there !== true)
      throw new InputError(
        `the image ${image} is not on this machine and cannot be pulled${there === false ? "" : `: ${there}`}`,
        placeOf(elector.file, "image"),
        `mend it until \`docker pull ${image}\` succeeds, or build it here`,
      );
  }
  return { ...elector, image, args: imageArguments(elector) };
}
