// What most files of tests begin with: a demo of their own and a browser.
import { cp, mkdtemp } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { launch, open } from "./browser.mjs";
import { startMuster } from "./muster.mjs";

/** A Wednesday at ten in the morning where the demo's city lies, so that every run meets the same pages. */
export const NOW = "2026-11-18T16:00:00Z";
/** Where the runner keeps the demo that every stage at that instant is a copy of. */
const ORIGINAL = "MUSTER_E2E_ORIGINAL";

/** Fills a demo at that instant in a folder, once for all files of a run; they wait for it when they need it. */
export async function fillOriginal(folder) {
  process.env[ORIGINAL] = folder;
  const { data, stop } = await startMuster(["--at", NOW], join(folder, "filling"));
  await stop({ keep: true });
  await cp(data, join(folder, "half"), { recursive: true });
}
