import { escapeMarkup } from "./format.ts";
import { createTimeline, element } from "./timeline.js";

/**
 * @typedef {import("../page-types.ts").PageTrial} PageTrial
 * @typedef {import("../page-types.ts").PageFinding} PageFinding
 */

const timeline = createTimeline();

/** @type {Record<PageFinding["kind"], string>} */
const kindText = { violation: "violation", hazard: "hazard", known: "known limit", doubt: "in doubt" };

/** @type {(finding: PageFinding, index: number) => string} */
const findingCard = (finding, index) => {
  const overlap =
    finding.overlap === null ? "" : `<span class="overlap-figure">overlap ${escapeMarkup(finding.overlap)}</span>`;
  const cause = finding.cause === null ? "" : `<p class="cause">${escapeMarkup(finding.cause)}</p>`;
  const evidence = finding.evidence.map(
    (line) =>
      `<li><button type="button" class="moment" data-at="${line.at}"><span class="when">${(line.at / 1000).toFixed(3)} s</span><span>${escapeMarkup(line.text)}</span></button></li>`,
  );
  return (
    `<article class="card ${finding.kind}"><button type="button" class="card-head" data-frame="${index}" title="Show in the timeline">` +
    `<span class="kind">${kindText[finding.kind]}</span><span class="property">${escapeMarkup(finding.property)}</span>` +
    `<span class="what">${escapeMarkup(finding.summary)}</span>${overlap}</button>${cause}<ol>${evidence.join("")}</ol></article>`
  );
};

/** The timeline's tenures in words, for those who cannot see it. @type {(trial: PageTrial) => string} */
const tenureRows = (trial) =>
  trial.replicas
    .flatMap((replica) => replica.tenures)
    .toSorted((a, b) => a.start.since - b.start.since)
    .map((tenure) => {
      const bounds = [tenure.start.since, tenure.start.at, tenure.end.since, tenure.end.at];
      const cells = bounds.map((at) => `<td class="number">${(at / 1000).toFixed(4)}</td>`).join("");
      return `<tr><td>${escapeMarkup(tenure.key)}</td>${cells}<td>${tenure.ending}</td><td class="number">${tenure.token ?? ""}</td></tr>`;
    })
    .join("");

/** @type {(index: number) => void} */
const showTrial = (index) => {
  for (const button of document.querySelectorAll("[data-trial]"))
    button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset["trial"] === String(index)));
  for (const section of document.querySelectorAll("[data-of-trial]"))
    /** @type {HTMLElement} */ (section).hidden =
      /** @type {HTMLElement} */ (section).dataset["ofTrial"] !== String(index);
  const data = document.getElementById(`trial-${index}`);
  element("workspace").hidden = data === null;
  if (data === null) return;
  /** @type {PageTrial} */
  const trial = JSON.parse(data.textContent ?? "");
  element("workspace").classList.toggle("has-findings", trial.findings.length > 0);
  element("findings").innerHTML = trial.findings.map(findingCard).join("");
  element("tenures").innerHTML = tenureRows(trial);
  timeline.show(trial);
};

document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target).closest("button");
  if (target === null) return;
  const { trial, frame, at, zoom, copy } = target.dataset;
  if (trial !== undefined) showTrial(Number(trial));
  else if (frame !== undefined) timeline.frame(Number(frame));
  else if (at !== undefined) timeline.centre(Number(at));
  else if (zoom === "whole") timeline.whole();
  else if (zoom === "first") timeline.frame(0);
  else if (zoom !== undefined) timeline.zoom(Number(zoom));
  else if (copy !== undefined) void copyText(target, copy);
});

/** A page opened from a file may have no clipboard: the text is then selected, to be copied by hand. @type {(button: HTMLElement, id: string) => Promise<void>} */
const copyText = async (button, id) => {
  const source = element(id);
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
    button.textContent = "copied";
  } catch {
    getSelection()?.selectAllChildren(source);
    button.textContent = "selected";
  }
  setTimeout(() => (button.textContent = "copy"), 1500);
};

showTrial(Number(document.body.dataset["first"]));
