// A coordinator and a customer see what cancelling costs before they confirm it; looked at on every device.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe } from "../support/axe.mjs";
import { DEVICES, SCHEMES, shot } from "../support/browser.mjs";
import { misfits } from "../support/crawl.mjs";
import { signInAs } from "../support/personas.mjs";
import { setStage } from "../support/stage.mjs";

const stage = setStage();

/** The first job that has a shift to come with an officer on it, as the address of its page. */
async function jobWithOfficers(page) {
  await page.goto("/jobs?when=upcoming");
  const jobs = await page.locator("a[href^='/jobs/job_']").evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute("href")))]);
  for (const job of jobs) {
    await page.goto(job);
    if (!(await page.getByRole("link", { name: "Cancel job" }).count())) continue;
    await page.goto(`${job}/cancellation`);
    if (await page.locator("#price .lines li strong").count()) return job;
  }
  throw new Error("no job with officers");
}

test("what cancelling costs is shown, follows the form, and is what is confirmed", async () => {
  for (const device of Object.keys(DEVICES)) {
    for (const scheme of SCHEMES) {
      const { context, page, problems } = await stage.open({ device, scheme });
      await signInAs(page, 0, "coordinator");
      const job = await jobWithOfficers(page);
      await page.getByRole("heading", { name: "Cancel the whole job?" }).waitFor();
      await shot(page, `cancel-job-${device}-${scheme}`);
      await axe(page);
      assert.deepEqual(await misfits(page), []);
      const before = await page.locator("#price").innerText();
      const answered = page.waitForResponse((answer) => answer.url().endsWith("/cancellation/price"));
      await page.getByLabel("Who cancelled").selectOption("weather");
      await answered;
      await page.waitForTimeout(200);
      assert.match(await page.locator("#price").innerText(), /What it costs now/);
      assert.ok(before.length > 0);
      assert.deepEqual(problems, []);
      if (device === "desk" && scheme === "dark") {
        await page.getByLabel("Why").fill("The event was called off");
        await page.getByRole("button", { name: "Cancel the job" }).click();
        await page.waitForURL(new RegExp(`${job}\\?done=cancelled`));
        await shot(page, "cancelled-job");
      }
      await context.close();
    }
  }
});
