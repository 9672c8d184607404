import { drawMap, drawTimeline, MAP_HEIGHT } from "./draw.ts";
import { escapeMarkup, exactly } from "./format.ts";
import { tell } from "./hit.ts";
import { layoutOf } from "./layout.ts";
import { framed, linearScale, within, zoomed } from "./scale.ts";

/**
 * @typedef {import("../page-types.ts").PageTrial} PageTrial
 * @typedef {import("./scale.ts").Shown} Shown
 * @typedef {{ show(trial: PageTrial): void, frame(index: number): void, whole(): void, zoom(factor: number): void, centre(at: number): void }} Timeline
 */

/** @type {(id: string) => HTMLElement} */
const element = (id) => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
};

/** The interactive plot: wheel and drag, keys, tooltips, and the strip that shows the whole. @returns {Timeline} */
function createTimeline() {
  const host = element("timeline");
  const svg = element("plot-svg");
  const strip = element("map-svg");
  const tooltip = element("tooltip");
  const cursor = element("cursor");
  const range = element("range");
  /** @type {PageTrial | undefined} */
  let trial;
  /** @type {Shown} */
  let shown = { from: 0, to: 1 };
  let queued = false;

  const layout = () => layoutOf(/** @type {PageTrial} */ (trial), Math.max(320, host.clientWidth));
  /** @type {(at: ReturnType<typeof layout>) => import("./scale.ts").Scale} */
  const scaleOf = (at) => linearScale(shown, at.left, at.right);

  const draw = () => {
    queued = false;
    if (trial === undefined) return;
    const at = layout();
    svg.setAttribute("height", String(at.height));
    svg.setAttribute("viewBox", `0 0 ${at.width} ${at.height}`);
    svg.innerHTML = drawTimeline(trial, at, scaleOf(at));
    strip.setAttribute("viewBox", `0 0 ${at.width} ${MAP_HEIGHT}`);
    strip.innerHTML = drawMap(trial, linearScale({ from: 0, to: trial.end }, at.left, at.right), shown);
    range.textContent = `${exactly(shown.from)} – ${exactly(shown.to)}`;
    host.dataset["from"] = String(shown.from);
    host.dataset["to"] = String(shown.to);
  };
  const redraw = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(draw);
  };
  /** @type {(next: Shown) => void} */
  const move = (next) => {
    if (trial === undefined) return;
    shown = within(next, trial.end);
    tooltip.hidden = true;
    redraw();
  };
  /** @type {(factor: number, around?: number) => void} */
  const zoom = (factor, around = (shown.from + shown.to) / 2) => {
    if (trial !== undefined) move(zoomed(shown, factor, around, trial.end));
  };
  /** @type {(share: number) => void} */
  const pan = (share) => {
    const by = (shown.to - shown.from) * share;
    move({ from: shown.from + by, to: shown.to + by });
  };
  /** @type {(event: MouseEvent) => { x: number, y: number }} */
  const place = (event) => {
    const box = host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  host.addEventListener(
    "wheel",
    (event) => {
      // a plain wheel scrolls the page; a sideways one, or one with a modifier, moves in time
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        pan(event.deltaX / 800);
      } else if (event.ctrlKey || event.metaKey || event.shiftKey || document.activeElement === host) {
        event.preventDefault();
        zoom(Math.exp((event.deltaY || event.deltaX) / 400), scaleOf(layout()).at(place(event).x));
      }
    },
    { passive: false },
  );

  /** @type {{ x: number, from: number, to: number } | undefined} */
  let dragged;
  host.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragged = { x: event.clientX, from: shown.from, to: shown.to };
    host.setPointerCapture(event.pointerId);
    host.focus({ preventScroll: true });
  });
  const drop = () => {
    dragged = undefined;
  };
  host.addEventListener("pointerup", drop);
  host.addEventListener("pointercancel", drop);

  /** @type {(event: PointerEvent) => void} */
  const point = (event) => {
    if (trial === undefined) return;
    const at = layout();
    const scale = scaleOf(at);
    const { x, y } = place(event);
    const over = x >= at.left && x <= at.right;
    cursor.hidden = !over;
    cursor.style.transform = `translateX(${x}px)`;
    cursor.dataset["at"] = over ? exactly(scale.at(x)) : "";
    const told = tell(trial, at, scale, x, y);
    tooltip.hidden = told === undefined;
    if (told === undefined) return;
    const [name = "", ...lines] = told;
    tooltip.innerHTML = `<b>${escapeMarkup(name)}</b>${lines.map((line) => `<span>${escapeMarkup(line)}</span>`).join("")}`;
    const right = x + 16 + tooltip.offsetWidth > host.clientWidth;
    tooltip.style.transform = `translate(${right ? x - 12 - tooltip.offsetWidth : x + 14}px, ${y + 16}px)`;
  };
  host.addEventListener("pointermove", (event) => {
    if (dragged === undefined) return point(event);
    const at = layout();
    const by = ((dragged.x - event.clientX) * (dragged.to - dragged.from)) / (at.right - at.left);
    move({ from: dragged.from + by, to: dragged.to + by });
  });
  host.addEventListener("pointerleave", () => {
    tooltip.hidden = true;
    cursor.hidden = true;
  });
  host.addEventListener("dblclick", (event) => zoom(0.5, scaleOf(layout()).at(place(event).x)));

  /** @type {Record<string, () => void>} */
  const keys = {
    "+": () => zoom(0.7),
    "=": () => zoom(0.7),
    "-": () => zoom(1 / 0.7),
    0: () => whole(),
    ArrowLeft: () => pan(-0.15),
    ArrowRight: () => pan(0.15),
    Home: () => move({ from: 0, to: shown.to - shown.from }),
    End: () => trial !== undefined && move({ from: trial.end - (shown.to - shown.from), to: trial.end }),
  };
  host.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });

  /** @type {(event: PointerEvent) => void} */
  const jump = (event) => {
    if (trial === undefined) return;
    const at = layout();
    const instant = linearScale({ from: 0, to: trial.end }, at.left, at.right).at(place(event).x);
    const half = (shown.to - shown.from) / 2;
    move({ from: instant - half, to: instant + half });
  };
  strip.addEventListener("pointerdown", (event) => {
    strip.setPointerCapture(event.pointerId);
    jump(event);
  });
  strip.addEventListener("pointermove", (event) => {
    if (event.buttons === 1) jump(event);
  });

  const whole = () => trial !== undefined && move({ from: 0, to: trial.end });
  /** @type {(index: number) => void} */
  const frame = (index) => {
    const finding = trial?.findings[index];
    if (trial === undefined || finding === undefined) return;
    move(framed(finding.from, finding.to, trial.leaseDuration, trial.end));
  };
  new ResizeObserver(redraw).observe(host);
  return {
    show(next) {
      trial = { ...next, end: Math.max(1, next.end) };
      // the first overlap is what one opens the page for; then whatever else was found
      const overlap = trial.findings.findIndex((finding) => finding.overlap !== null);
      const first = overlap >= 0 ? overlap : trial.findings.findIndex((finding) => finding.kind === "violation");
      if (first >= 0) frame(first);
      else whole();
      draw();
    },
    frame,
    whole,
    zoom,
    centre(at) {
      const half = (shown.to - shown.from) / 2;
      move({ from: at - half, to: at + half });
    },
  };
}

export { createTimeline, element };
