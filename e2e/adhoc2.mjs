import { launch, open, shot } from "./support/browser.mjs";
import { startMuster } from "./support/muster.mjs";
import { signInAs } from "./support/personas.mjs";
const muster = await startMuster(["--at","2026-11-18T16:00:00Z"]); const browser = await launch();
const o = await open(browser, muster.origin, {device:"phone"}); 
for (const row of [0,1,2]) {
await signInAs(o.page, row, "officer", "Brookhaven");
await o.page.goto("/open-shifts"); console.log(await o.page.locator("main").innerText());
await o.page.goto("/clock"); console.log(await o.page.locator("main").innerText());
const f = o.page.locator("#clock");
if (await f.count()) {
  const [latitude, longitude] = [await f.getAttribute("data-lat"), await f.getAttribute("data-lon")].map(Number); console.log(latitude, longitude);
  await o.context.setGeolocation({latitude, longitude, accuracy: 8}); await o.page.waitForTimeout(1500);
  await o.page.getByRole("button", {name:"Clock in"}).click(); await o.page.waitForTimeout(2500); await shot(o.page, "adhoc-clock-"+row);
  console.log(await o.page.locator("body").innerText());
}
}
console.log(o.problems);
await browser.close(); await muster.stop();
