// What most files of tests begin with: a demo of their own and a browser.
import { after, before } from "node:test";
import { launch, open } from "./browser.mjs";
import { startMuster } from "./muster.mjs";

/** A Wednesday at ten in the morning where the demo's city lies, so that every run meets the same pages. */
const NOW = "2026-11-18T16:00:00Z";

/** Starts a demo and a browser before the tests of the file and ends both after them. */
export function setStage(options = ["--at", NOW]) {
  const stage = {
    /** A fresh, signed-out browser context on the demo. */
    open: (options) => open(stage.browser, stage.origin, options),
  };
  let muster;
  before(async () => {
    [muster, stage.browser] = await Promise.all([startMuster(options), launch()]);
    stage.origin = muster.origin;
  });
  after(async () => {
    await stage.browser?.close();
    await muster?.stop();
  });
  return stage;
}
