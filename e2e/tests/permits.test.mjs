// A deputy renews his permit on the phone, the sheriff's office decides, and refuses another.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe } from "../support/axe.mjs";
import { signInAs } from "../support/personas.mjs";
import { setStage } from "../support/stage.mjs";

const COUNTY = "Marlow County Sheriff";
const stage = setStage();

async function as(role, device, work) {
  const { context, page, problems } = await stage.open({ device });
  await signInAs(page, 0, role, COUNTY);
  await work(page);
  await context.close();
  // A form that comes back with a mistake is answered with 422, which the browser notes.
  assert.deepEqual(problems.filter((problem) => !problem.includes("status of 422")), []);
}

test("a permit is renewed, another refused", async () => {
  await as("officer", "phone", async (page) => {
    await page.goto("/my-permits");
    await page.getByText("Holds to Dec 31, 2026").waitFor();
    await page.getByRole("button", { name: "Renew it" }).click();
    const dialog = page.locator("dialog[open]");
    await dialog.getByLabel("A word to whoever decides").fill("School games, as before");
    await axe(page, "the officer asks for his permit");
    await dialog.getByRole("button", { name: "Ask" }).click();
    await page.waitForURL(/done=asked/);
    await page.getByText("Sheriff: asked").waitFor();
    assert.equal(await page.getByRole("button", { name: "Renew it" }).count(), 0, "it is being decided");
  });

  await as("approver", "phone", async (page) => {
    await page.goto("/permits");
    const renewal = page.getByRole("listitem").filter({ hasText: "School games, as before" });
    await renewal.getByRole("button", { name: "Decide" }).click();
    await axe(page, "the office decides a permit");
    await page.locator("dialog[open]").getByRole("button", { name: "Record" }).click();
    await page.waitForURL(/done=decided/);
    assert.equal(await renewal.count(), 0);
  });

  await as("officer", "desk", async (page) => {
    await page.goto("/my-permits");
    await page.getByText("Holds to Dec 31, 2027").waitFor();
  });

  await as("approver", "desk", async (page) => {
    await page.goto("/permits");
    await page.getByRole("button", { name: "Decide" }).click();
    const dialog = page.locator("dialog[open]");
    await dialog.getByLabel("Says no").check();
    await dialog.getByRole("button", { name: "Record" }).click();
    // No reason yet: the form comes back with what was said.
    await page.locator("[aria-invalid=true][name=reason]").waitFor();
    assert.ok(await page.getByLabel("Says no").isChecked());
    await page.getByLabel("Note or reason").fill("Two sick days in the last month");
    await page.getByRole("button", { name: "Record" }).click();
    await page.waitForURL(/done=decided/);
    await page.getByText("Nobody waits").waitFor();
  });
});
