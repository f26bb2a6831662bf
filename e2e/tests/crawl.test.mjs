// Every page of every persona, on a phone and on a desk, light and dark: nothing breaks, axe finds nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DEVICES, launch, open } from "../support/browser.mjs";
import { kind, look, reachable } from "../support/crawl.mjs";
import { startMuster } from "../support/muster.mjs";
import { listPersonas, signInAs } from "../support/personas.mjs";

/** A Wednesday at ten in the morning where the demo's city lies, so that every run meets the same pages. */
const NOW = "2026-11-18T16:00:00Z";
/** How often a kind of page is looked at on one device: by the first people who can open it. */
const LOOKS = 1;

let browser, muster;
const looked = new Map();

/** Whether this kind of page was not yet looked at often enough on the device. */
function due(path, device) {
  const key = `${device} ${kind(path)}`;
  const count = looked.get(key) ?? 0;
  looked.set(key, count + 1);
  return count < LOOKS;
}

before(async () => {
  muster = await startMuster(["--at", NOW]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await muster?.stop();
});

test("pages for people who are not signed in", async () => {
  for (const device of Object.keys(DEVICES)) {
    const { context, page, problems } = await open(browser, muster.origin, { device });
    const wrong = [];
    for (const path of ["/demo", "/sign-in"]) wrong.push(...(await look(page, path, `anybody-${device}`)));
    await context.close();
    assert.ok(wrong.length + problems.length === 0, [...wrong, ...problems].join("\n"));
  }
});

test("every page of every persona", async (t) => {
  const first = await open(browser, muster.origin);
  const personas = await listPersonas(first.page);
  await first.context.close();
  assert.ok(personas.length >= 4, `the demo shows its personas: ${personas.length}`);

  for (const [row, persona] of personas.entries()) {
    const name = persona.toLowerCase().replace(/[^a-z]+/g, "-").slice(0, 40);
    let paths = [];
    await t.test(`${persona}: every link leads somewhere`, async () => {
      const { context, page, problems } = await open(browser, muster.origin);
      await signInAs(page, row);
      const { paths: met, broken } = await reachable(page, new URL(page.url()).pathname);
      paths = met;
      await context.close();
      assert.deepEqual([...broken, ...problems], []);
      assert.ok(paths.length >= 3, `only ${paths.length} pages`);
    });
    for (const device of Object.keys(DEVICES)) {
      const pages = paths.filter((path) => due(path, device));
      await t.test(`${persona}: ${pages.length} pages looked at on a ${device}`, async () => {
        const { context, page, problems } = await open(browser, muster.origin, { device });
        await signInAs(page, row);
        const wrong = [];
        for (const path of pages) wrong.push(...(await look(page, path, `${name}-${device}`)));
        await context.close();
        assert.ok(wrong.length + problems.length === 0, [...wrong, ...problems].join("\n"));
      });
    }
  }
});
