// Every fault there is, a line each: what stands here is listed, drawn and recalled by its name.
export { apiDown } from "./api-down.ts";
export { clockSkew } from "./clock-skew.ts";
export { evict } from "./evict.ts";
export { kill } from "./kill.ts";
export { latency } from "./latency.ts";
export { loseReply } from "./lose-reply.ts";
export { partition } from "./partition.ts";
export { pause } from "./pause.ts";
export { recordDelete } from "./record-delete.ts";
export { recordEdit } from "./record-edit.ts";
export { restart } from "./restart.ts";
export { scale } from "./scale.ts";
export { staleReads } from "./stale-reads.ts";
export { status } from "./status.ts";
export { watchDrop } from "./watch-drop.ts";
export { watchFreeze } from "./watch-freeze.ts";
