import { DEVICES, launch, open } from "./support/browser.mjs";
import { look, reachable } from "./support/crawl.mjs";
import { startMuster } from "./support/muster.mjs";
import { signInAs } from "./support/personas.mjs";
const muster = await startMuster(); const browser = await launch();
try {
  for (const who of process.argv.slice(2)) {
    const { context, page, problems } = await open(browser, muster.origin);
    await signInAs(page, who);
    for (const start of ["/requests","/customers","/rules","/invoices","/pay-runs","/people","/account","/jobs","/officers","/time","/settings","/agencies","/overview","/open-shifts","/clock","/p/brookhaven"]) {
      const a = await page.goto(start); if (!a.ok()) { console.log(who, start, a.status()); continue; }
      const { paths, broken } = await reachable(page, start);
      console.log(who, start, paths.join(" "), "BROKEN", broken.join(", "));
      for (const device of ["phone","desk"]) {
        const o = await open(browser, muster.origin, { device }); await signInAs(o.page, who);
        const wrong = await look(o.page, start, `adhoc-${who.replace(/ /g,"")}-${device}`);
        if (wrong.length) console.log(device, wrong.join("\n"));
        await o.context.close();
      }
    }
    console.log(problems.filter(p => !/404/.test(p)).join("\n"));
    await context.close();
  }
} finally { await browser.close(); await muster.stop(); }
