// The parts of the pages and the officer's clock without the product behind them: looks, weight, and what happens without a signal.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe } from "../support/axe.mjs";
import { DEVICES, SCHEMES, launch, open, shot } from "../support/browser.mjs";
import { misfits } from "../support/crawl.mjs";
import { accessibilityScore, weight } from "../support/lighthouse.mjs";
import { freePort } from "../support/ports.mjs";

const TARGET = process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, "..", "..", "target");
/** The site of the stub's clock. */
const SITE = { latitude: 30.2703, longitude: -97.7398, accuracy: 9 };
const FIRST_LIST_BYTES = 60 * 1024;

let browser, stub, origin;

before(async () => {
  const binary = join(TARGET, "debug", "examples", "gallery");
  assert.ok(existsSync(binary), `${binary} is not built: cargo build -p muster-web --examples`);
  const port = await freePort();
  stub = spawn(binary, [String(port)], { stdio: "ignore" });
  origin = `http://localhost:${port}`;
  for (let tries = 0; tries < 50; tries += 1) {
    if (await fetch(`${origin}/dev/parts`).then(() => true, () => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  browser = await launch();
});

after(async () => {
  await browser?.close();
  stub?.kill();
});

for (const device of Object.keys(DEVICES)) {
  for (const scheme of SCHEMES) {
    test(`every part in all its states, ${device}, ${scheme}`, async () => {
      const { context, page, problems } = await open(browser, origin, { device, scheme });
      await page.goto("/dev/parts", { waitUntil: "load" });
      await axe(page);
      assert.deepEqual(await misfits(page), []);
      await page.locator("#map").scrollIntoViewIfNeeded();
      await page.locator(".map-person").first().waitFor();
      await shot(page, `parts-${device}-${scheme}`);
      await page.getByRole("button", { name: "Accept this job" }).click();
      await page.getByRole("dialog", { name: "Accept this job?" }).waitFor();
      await axe(page);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }
}

test("the officer's list is light and scores 100 for accessibility", async () => {
  const { bytes, parts } = await weight(browser, origin, "/jobs");
  assert.ok(bytes <= FIRST_LIST_BYTES, `${bytes} bytes: ${JSON.stringify(parts)}`);
  assert.deepEqual(await accessibilityScore(`${origin}/jobs`), { score: 100, low: [] });
});

test("rows of a form come and go with the keyboard", async () => {
  const { context, page, problems } = await open(browser, origin);
  await page.goto("/dev/parts");
  await page.getByRole("button", { name: "Add a position" }).click();
  const role = page.locator('input[name="positions.2.role"]');
  assert.ok(await role.evaluate((input) => input === document.activeElement), "the new row has the cursor");
  await page.getByRole("button", { name: "Remove this row" }).nth(2).press("Enter");
  assert.equal(await role.count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a double click sends a form once", async () => {
  const { context, page } = await open(browser, origin);
  await page.goto("/dev/parts");
  let sent = 0;
  await page.route("**/dev/parts", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    sent += 1;
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.fulfill({ status: 204 });
  });
  await page.getByRole("button", { name: "Post once" }).dblclick();
  await page.waitForTimeout(700);
  assert.equal(sent, 1);
  await context.close();
});

test("the clock keeps presses without a signal and sends them once", async () => {
  const { context, page } = await open(browser, origin, { device: "phone" });
  await context.setGeolocation(SITE);
  const sent = [];
  // What the server answered: a try while the signal is still away reaches nobody.
  page.on("response", (answer) => { if (answer.request().method() === "POST") sent.push(answer.request().postDataJSON()); });
  await page.goto("/jobs");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForTimeout(1200);
  await page.goto("/clock");
  const words = page.locator("[data-punch-words]");
  const queue = page.locator(".queue");
  await page.getByText(/On site · \d+ m from the pin/).waitFor();

  await context.setOffline(true);
  await page.reload();
  await page.getByText(/No connection. This page is as it was at/).waitFor();
  await page.getByText("Offline", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Clock in" }).click();
  await page.getByText(/Clock in · \d\d:\d\d · waiting for signal/).waitFor();
  await shot(page, "parts-clock-offline");
  await page.reload();
  await page.getByText(/waiting for signal/).waitFor();
  assert.equal(await words.textContent(), "Clock out");
  await page.goto("/jobs");
  assert.equal(await page.locator(".job-card").count(), 200, "the list opens without a signal");

  await page.goto("/clock");
  await page.getByText(/waiting for signal/).waitFor();
  sent.length = 0;
  await context.setOffline(false);
  await page.locator(".clock-queue").waitFor({ state: "hidden" });
  assert.equal(sent.length, 1);
  assert.equal(sent[0].kind, "in");
  assert.match(sent[0].id, /^[0-9a-f-]{36}$/);
  assert.equal(await words.textContent(), "Clock out");

  // Away from the site a reason is asked for; a refused press stays on the phone with what to do.
  await context.setGeolocation({ ...SITE, latitude: 30.276 });
  await page.getByText(/Away from the site/).waitFor();
  await page.getByRole("button", { name: "Clock out" }).click();
  await page.locator(".toast.bad").waitFor();
  await page.locator("#clock-reason").fill("refuse me");
  await page.getByRole("button", { name: "Clock out" }).click();
  await page.getByText(/needs attention/).waitFor();
  assert.match(await queue.textContent(), /Ask for a missed-press correction/);
  // A session that ended asks for the sign-in and keeps the press.
  await page.locator("#clock-reason").fill("sign me out");
  await page.getByRole("button", { name: "Clock out" }).click();
  await page.getByRole("link", { name: "Sign in to send it" }).waitFor();
  await axe(page);
  await context.close();
});
