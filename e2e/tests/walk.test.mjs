// The main job of the product, walked by its people in a browser: from a customer's request to the officer's pay.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe } from "../support/axe.mjs";
import { DEVICES, launch, open, shot } from "../support/browser.mjs";
import { startMuster } from "../support/muster.mjs";
import { countPersonas, signInAs } from "../support/personas.mjs";
import { NOW, startDemo } from "../support/stage.mjs";

const TODAY = "2026-11-18";
/** Begins within the half hour before which nobody may clock in. */
const [FROM, TO] = ["10:20", "14:20"];
/** The Monday after, when last week's work is paid. */
const NEXT_WEEK = "2026-11-23T16:00:00Z";
const AGENCY = "Brookhaven Police";

let browser, muster;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** Does something as one of the demo's people, in a browser of their own, and fails on whatever the pages do wrong. */
async function as(role, device, work, row = 0) {
  const { context, page, problems } = await open(browser, muster.origin, { device });
  await signInAs(page, row, role, role.startsWith("customer") ? "" : AGENCY);
  const result = await work(page, context).catch(async (error) => {
    await shot(page, `failed-${device}-${role}`);
    throw error;
  });
  await context.close();
  assert.deepEqual(problems, [], role);
  return result;
}

for (const device of Object.keys(DEVICES)) {
  test(`from request to pay run on a ${device}`, async (t) => {
    const title = `Night market on a ${device}`;
    const kept = (page, name) => shot(page, `walk-${device}-${name}`);
    let job, shift, officer;
    muster = await startDemo();
    t.after(() => muster.stop());

    await t.test("the customer asks for officers and sees the price", () =>
      as("customer_admin", device, async (page) => {
        await page.goto("/requests");
        await page.getByRole("link", { name: "New request" }).first().click();
        await page.getByLabel("What is it").fill(title);
        await page.getByLabel("Job type").selectOption({ index: 1 });
        await page.getByRole("textbox", { name: "Date" }).or(page.getByLabel("Date", { exact: true })).first().fill(TODAY);
        await page.getByLabel("From").fill(FROM);
        await page.getByLabel("To", { exact: true }).fill(TO);
        await page.getByLabel("How many").first().fill("1");
        await page.getByRole("complementary", { name: "Quote" }).getByText("$").first().waitFor();
        await axe(page);
        await kept(page, "1-request");
        await page.getByRole("button", { name: "Send request" }).click();
        await page.getByRole("heading", { name: title }).waitFor();
        await kept(page, "2-asked");
      }));

    await t.test("an approver approves it", () =>
      as("approver", device, async (page) => {
        await page.goto("/requests");
        await page.getByRole("link", { name: title }).first().click();
        await page.getByRole("button", { name: "Approve" }).first().click();
        await kept(page, "3-approve");
        await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
        await page.getByRole("link", { name: "Open the job" }).waitFor();
        job = await page.getByRole("link", { name: "Open the job" }).getAttribute("href");
      }));

    await t.test("the coordinator posts it", () =>
      as("coordinator", device, async (page) => {
        await page.goto(job);
        await page.getByRole("button", { name: /^Post \d/ }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Post", exact: true }).click();
        await page.getByText("Posted", { exact: false }).first().waitFor();
        await kept(page, "4-posted");
        shift = (await page.getByRole("link", { name: "Assign" }).first().getAttribute("href")).replace("/assign", "");
      }));

    await t.test("an officer who may work takes the shift", async () => {
      const { context, page: list } = await open(browser, muster.origin);
      const officers = await countPersonas(list, "officer", AGENCY);
      await context.close();
      for (let row = 0; row < officers; row += 1) {
        const took = await as("officer", device, async (page) => {
          await page.goto(shift);
          const take = page.getByRole("button", { name: "Take this shift" });
          if ((await take.count()) === 0) {
            await kept(page, `5-not-for-${row}`);
            return false;
          }
          await take.click();
          await kept(page, "5-take");
          await page.getByRole("button", { name: "Take it" }).click();
          await page.getByText("The shift is yours").waitFor();
          await kept(page, "6-taken");
          return true;
        }, row);
        if (took) {
          officer = row;
          return;
        }
      }
      assert.fail("no officer of the demo may take the shift");
    });

    await t.test("the officer clocks in and out at the site", () =>
      as("officer", device, async (page, context) => {
        // The phone's clock shows the demo's day.
        await context.clock.install({ time: NOW });
        await page.goto("/clock");
        const face = page.locator("#clock");
        await face.getByText(title).waitFor();
        const [latitude, longitude] = [await face.getAttribute("data-lat"), await face.getAttribute("data-lon")].map(Number);
        await context.setGeolocation({ latitude, longitude, accuracy: 8 });
        await page.getByText("On site", { exact: false }).first().waitFor();
        await page.getByRole("button", { name: "Clock in" }).click();
        await page.getByRole("button", { name: "Clock out" }).waitFor();
        await page.getByText(/at the site/).waitFor();
        await axe(page);
        await kept(page, "7-clocked-in");
        await page.getByRole("button", { name: "Clock out" }).click();
        await page.getByText(/Clocked out/i).waitFor();
        await kept(page, "8-clocked-out");
      }, officer));

    await t.test("a reviewer settles the time and approves it", () =>
      as("approver", device, async (page) => {
        await page.goto("/time");
        await page.getByRole("row").filter({ hasText: title }).getByRole("link").first().click();
        await kept(page, "9-time");
        await page.getByLabel("From").fill(`${TODAY}T${FROM}`);
        await page.getByLabel("Until").fill(`${TODAY}T${TO}`);
        await page.getByLabel("Why").fill("Worked as scheduled; the clock was pressed early for the trial.");
        await page.getByRole("button", { name: "Adjust" }).click();
        await page.getByRole("button", { name: "Approve" }).first().click();
        await page.getByText("Approved").first().waitFor();
        await kept(page, "10-approved");
      }));

    await t.test("finance issues the invoice and records the payment", () =>
      as("agency_finance", device, async (page) => {
        await page.goto(`/invoices/new?from_on=${TODAY}&to_on=${TODAY}`);
        await kept(page, "11-due");
        await page.getByRole("button", { name: /^Issue \d+ invoices?$/ }).click();
        await page.getByRole("row").nth(1).getByRole("link").first().click();
        await page.getByText(title).first().waitFor();
        await axe(page);
        await kept(page, "12-invoice");
        await page.getByRole("button", { name: "Record payment" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Record payment" }).click();
        await page.getByText("Paid").first().waitFor();
        await kept(page, "13-paid");
      }));

    await t.test("a week later one person prepares the pay run, another approves it, the officer is paid", async () => {
      await muster.stop({ keep: true });
      muster = await startMuster(["--at", NEXT_WEEK], muster.data);
      const run = await as("agency_finance", device, async (page) => {
        // The weekly timer prepares the run when the week is over, so one person reviews it and another approves it.
        await page.goto("/pay-runs");
        const prepared = page.getByRole("row").filter({ hasText: "Waits for a review" }).getByRole("link");
        for (let tries = 0; tries < 20 && (await prepared.count()) === 0; tries += 1) await page.reload();
        await prepared.first().click();
        await page.getByRole("heading", { name: /^Pay run \d+/ }).waitFor();
        await axe(page);
        await kept(page, "14-pay-run");
        await page.getByRole("button", { name: "I have reviewed it" }).click();
        await page.getByText("Waits for approval").first().waitFor();
        return new URL(page.url()).pathname;
      });
      await as("agency_admin", device, async (page) => {
        await page.goto(run);
        await page.getByRole("button", { name: "Approve and pay" }).click();
        await page.getByRole("button", { name: "Approve and pay" }).waitFor({ state: "detached" });
        await kept(page, "15-pay-run-approved");
      });
      await as("officer", device, async (page) => {
        await page.goto("/pay");
        await page.getByText("$").first().waitFor();
        await axe(page);
        await kept(page, "16-pay");
      }, officer);
    });
  });
}
