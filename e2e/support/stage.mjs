// What most files of tests begin with: a demo of their own and a browser.
import { existsSync } from "node:fs";
import { cp, mkdtemp, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { launch, open } from "./browser.mjs";
import { startMuster } from "./muster.mjs";

/** A Wednesday at ten in the morning where the demo's city lies, so that every run meets the same pages. */
export const NOW = "2026-11-18T16:00:00Z";
/** Names the folder of the demo that `fillOriginal` makes. */
const ORIGINAL = "MUSTER_E2E_ORIGINAL";
const FILL_LIMIT_MS = 120_000;

/** Fills a demo that stands at NOW, for every file of a run: to fill it takes longer than most of their tests. */
export async function fillOriginal(folder) {
  process.env[ORIGINAL] = join(folder, "original");
  const { stop } = await startMuster(["--at", NOW], join(folder, "filling"));
  await stop({ keep: true });
  await rename(join(folder, "filling"), process.env[ORIGINAL]);
}

/** Starts a demo of one's own that stands at NOW: from a copy of the original once that is there, in a run that makes one. */
export async function startDemo() {
  const original = process.env[ORIGINAL];
  if (!original) return startMuster(["--at", NOW]);
  const deadline = Date.now() + FILL_LIMIT_MS;
  while (!existsSync(original)) {
    if (Date.now() > deadline) throw new Error(`no demo was filled in ${original}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const data = await mkdtemp(join(tmpdir(), "muster-e2e-"));
  await cp(original, data, { recursive: true });
  return startMuster(["--at", NOW], data);
}

/** Starts a demo (at NOW, unless `start` starts another) and a browser before the tests of the file, ends both after them. */
export function setStage(start = startDemo) {
  const stage = {
    /** A fresh, signed-out browser context on the demo. */
    open: (options) => open(stage.browser, stage.origin, options),
  };
  let muster;
  before(async () => {
    [muster, stage.browser] = await Promise.all([start(), launch()]);
    stage.origin = muster.origin;
  });
  after(async () => {
    await stage.browser?.close();
    await muster?.stop();
  });
  return stage;
}
