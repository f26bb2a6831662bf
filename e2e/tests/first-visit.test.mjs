// What a phone loads at the first visit, and how accessible Lighthouse finds it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityScore, weight } from "../support/lighthouse.mjs";
import { startMuster } from "../support/muster.mjs";
import { signInAs } from "../support/personas.mjs";
import { setStage } from "../support/stage.mjs";

const LIST_BYTES = 60 * 1024;
const PAGE_BYTES = 120 * 1024;

// By the real clock, as who tries the product starts it.
const stage = setStage(() => startMuster());

for (const [path, limit] of [["/open-shifts", LIST_BYTES], ["/clock", PAGE_BYTES], ["/schedule", PAGE_BYTES]]) {
  test(`an officer's first visit to ${path} is at most ${limit / 1024} KB`, async () => {
    const { bytes, parts } = await weight(stage.browser, stage.origin, path, (page) => signInAs(page, 0, "officer"));
    const heaviest = parts.sort((a, b) => b.bytes - a.bytes).map((part) => `${part.bytes} ${part.url}`).join("\n");
    assert.ok(bytes <= limit, `${bytes} bytes:\n${heaviest}`);
  });
}

test("Lighthouse finds nothing to improve in the accessibility of the list of open shifts", async () => {
  const signIn = async (page) => {
    await page.goto(`${stage.origin}/demo?role=officer`);
    await page.getByRole("listitem").getByRole("button", { name: "Sign in" }).first().click();
    await page.waitForURL(/open-shifts/);
  };
  assert.deepEqual(await accessibilityScore(`${stage.origin}/open-shifts`, signIn), { score: 100, low: [] });
});
