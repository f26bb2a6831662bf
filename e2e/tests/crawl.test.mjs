// Every page of every persona, on a phone and on a desk, light and dark: nothing breaks, axe finds nothing.
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { bringRules } from "../support/axe.mjs";
import { DEVICES } from "../support/browser.mjs";
import { kind, look, reachable } from "../support/crawl.mjs";
import { listPersonas, signInAs } from "../support/personas.mjs";
import { setStage } from "../support/stage.mjs";

/** As many people as the machine has cores look around at once. */
const AT_ONCE = availableParallelism();
/** Pages that one of them looks at on a phone before the next test begins. */
const CHUNK = 16;

const stage = setStage();
/** By device, the kinds of page that somebody looks at, in the order in which they were met. */
const looked = Object.fromEntries(Object.keys(DEVICES).map((device) => [device, []]));

/** Whether nobody looks at this kind of page on the device yet. */
function due(path, device) {
  const known = looked[device].includes(kind(path));
  if (!known) looked[device].push(kind(path));
  return !known;
}

/** Opens pages that nobody is on yet and looks at each. */
async function lookAt(page, paths, name) {
  const wrong = [];
  for (const path of paths) {
    await page.goto(path, { waitUntil: "load" });
    wrong.push(...(await look(page, name)));
  }
  return wrong;
}

test("pages for people who are not signed in", async () => {
  for (const device of Object.keys(DEVICES)) {
    const { context, page, problems } = await stage.open({ device });
    const paths = ["/demo", "/sign-in"].filter((path) => due(path, device));
    const wrong = await lookAt(page, paths, `anybody-${device}`);
    await context.close();
    assert.ok(wrong.length + problems.length === 0, [...wrong, ...problems].join("\n"));
  }
});

test("every link of every persona, and every kind of page", { concurrency: AT_ONCE }, async (t) => {
  const first = await stage.open();
  const personas = await listPersonas(first.page);
  await first.context.close();
  assert.ok(personas.length >= 4, `the demo shows its personas: ${personas.length}`);
  const named = (persona, device) => `${persona.toLowerCase().replace(/[^a-z]+/g, "-").slice(0, 40)}-${device}`;

  const reached = personas.map(() => []);
  await Promise.all(personas.map((persona, row) => t.test(`${persona}: every link leads to a page that looks right on a desk`, async () => {
    const { context, page, problems } = await stage.open({ device: "desk" });
    await signInAs(page, row);
    const wrong = [];
    const { paths, broken } = await reachable(page, new URL(page.url()).pathname, async (path) => {
      if (due(path, "desk")) wrong.push(...(await look(page, named(persona, "desk"))));
    });
    reached[row] = paths;
    await context.close();
    assert.deepEqual([...broken, ...wrong, ...problems], []);
    assert.ok(paths.length >= 3, `only ${paths.length} pages`);
  })));

  const looks = [];
  for (const [row, persona] of personas.entries()) {
    const pages = reached[row].filter((path) => due(path, "phone"));
    while (pages.length > 0) looks.push({ row, persona, pages: pages.splice(0, CHUNK) });
  }
  assert.ok(looks.length >= 4, "there are pages to look at");
  await Promise.all(looks.map(({ row, persona, pages }) => t.test(`${persona}: ${pages.join(" ")} on a phone`, async () => {
    const { context, page, problems } = await stage.open({ device: "phone" });
    await bringRules(context);
    await signInAs(page, row);
    const wrong = await lookAt(page, pages, named(persona, "phone"));
    await context.close();
    assert.ok(wrong.length + problems.length === 0, [...wrong, ...problems].join("\n"));
  })));
});
