// A customer asks for too few officers, takes over what the rules want, and an approver walks the path of approvals.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe } from "../support/axe.mjs";
import { DEVICES } from "../support/browser.mjs";
import { signInAs } from "../support/personas.mjs";
import { setStage } from "../support/stage.mjs";

const stage = setStage();

async function as(role, place, device, work) {
  const { context, page, problems } = await stage.open({ device });
  await signInAs(page, 0, role, place);
  const result = await work(page);
  await context.close();
  assert.deepEqual(problems, []);
  return result;
}

/** Asks for two officers for a street party, takes over what the rules want, and sends it. */
async function ask(page) {
  await page.goto("/requests/new");
  await page.getByLabel("What is it").fill("Street party");
  await page.getByLabel("Job type").selectOption({ label: "Event" });
  await page.getByLabel("Date", { exact: true }).first().fill("2026-12-05");
  await page.getByLabel("From").fill("18:00");
  await page.getByLabel("To", { exact: true }).fill("23:00");
  await page.getByLabel("How many").first().fill("2");
  await page.getByLabel("People expected").fill("12000");
  await page.getByLabel("Alcohol is served").check();
  const quote = page.getByRole("complementary", { name: "Quote" });
  await quote.getByText("Alcohol and 12,000 guests: 4 officers more (2 asked for, 6 needed)").waitFor();
  await quote.getByText("6 officers: a sergeant").waitFor();
  await axe(page, "the form with the rules' advice");
  await quote.getByRole("button", { name: "Take this over" }).click();
  await page.waitForLoadState("load");
  assert.equal(await page.getByLabel("How many").first().inputValue(), "6");
  assert.equal(await page.getByLabel("Role").nth(1).inputValue(), "supervisor");
  await page.getByRole("button", { name: "Send request" }).click();
  await page.waitForURL(/requests\/req_/);
  await page.getByText("Event permit").first().waitFor();
  await axe(page, "the request as its customer sees it");
  return new URL(page.url()).pathname;
}

/** Records the levels in order and the document, then approves. */
async function agree(page, path) {
  await page.goto(path);
  await axe(page, "the request as the office sees it");
  for (const who of ["Capt. Dana Whitlock", "Chief Alma Reyes"]) {
    await page.getByRole("button", { name: "Record", exact: true }).first().click();
    const dialog = page.locator("dialog[open]");
    await dialog.getByLabel("Who said it").fill(who);
    await dialog.getByRole("button", { name: "Record" }).click();
    await page.waitForURL(/done=recorded/);
    await page.getByText(`${who} (recorded by`).waitFor();
    await page.goto(path);
  }
  await page.getByRole("button", { name: "Record a document" }).click();
  await page.locator("dialog[open]").getByLabel("Name or number").fill("No. 4711");
  await page.locator("dialog[open]").getByRole("button", { name: "Record" }).click();
  await page.waitForURL(/done=recorded/);
  await page.getByRole("button", { name: "Approve" }).first().click();
  await page.locator("dialog[open]").getByRole("button", { name: "Approve" }).click();
  await page.waitForURL(/done=approved/);
}

for (const device of Object.keys(DEVICES)) {
  test(`the rules at a request, ${device}`, async () => {
    const path = await as("customer_admin", "", device, ask);
    await as("approver", "Brookhaven Police", device, (page) => agree(page, path));
  });
}
