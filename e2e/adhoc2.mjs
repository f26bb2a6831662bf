import { launch, open } from "./support/browser.mjs";
import { startMuster } from "./support/muster.mjs";
import { listPersonas } from "./support/personas.mjs";
const muster = await startMuster(["--at","2026-11-18T16:00:00Z"]); const browser = await launch();
const o = await open(browser, muster.origin); console.log(await listPersonas(o.page));
await browser.close(); await muster.stop();
