// Every page of every persona, on a phone and on a desk, light and dark: nothing breaks, axe finds nothing.
// With QUICK in the environment each kind of page is looked at in two of the four ways, the next kind in the other two.
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { after, before, test } from "node:test";
import { DEVICES, SCHEMES, launch, open } from "../support/browser.mjs";
import { kind, look, reachable } from "../support/crawl.mjs";
import { startMuster } from "../support/muster.mjs";
import { listPersonas, signInAs } from "../support/personas.mjs";

/** A Wednesday at ten in the morning where the demo's city lies, so that every run meets the same pages. */
const NOW = "2026-11-18T16:00:00Z";
/** As many people as the machine has cores look around at once. */
const AT_ONCE = availableParallelism();
/** Pages that one of them looks at before the next test begins. */
const CHUNK = 8;

let browser, muster;
/** By device, the kinds of page that somebody looks at, in the order in which they were met. */
const looked = Object.fromEntries(Object.keys(DEVICES).map((device) => [device, []]));

/** Whether nobody looks at this kind of page on the device yet. */
function due(path, device) {
  const known = looked[device].includes(kind(path));
  if (!known) looked[device].push(kind(path));
  return !known;
}

/** In which colours a kind of page is looked at on the device. */
function schemes(path, device) {
  if (!process.env.QUICK) return SCHEMES;
  const turn = looked[device].indexOf(kind(path)) + Object.keys(DEVICES).indexOf(device);
  return [SCHEMES[turn % SCHEMES.length]];
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

test("every link of every persona, and every kind of page", { concurrency: AT_ONCE }, async (t) => {
  const first = await open(browser, muster.origin);
  const personas = await listPersonas(first.page);
  await first.context.close();
  assert.ok(personas.length >= 4, `the demo shows its personas: ${personas.length}`);

  const reached = personas.map(() => []);
  await Promise.all(personas.map((persona, row) => t.test(`${persona}: every link leads somewhere`, async () => {
    const { context, page, problems } = await open(browser, muster.origin);
    await signInAs(page, row);
    const { paths, broken } = await reachable(page, new URL(page.url()).pathname);
    reached[row] = paths;
    await context.close();
    assert.deepEqual([...broken, ...problems], []);
    assert.ok(paths.length >= 3, `only ${paths.length} pages`);
  })));

  const looks = [];
  for (const [row, persona] of personas.entries()) {
    for (const device of Object.keys(DEVICES)) {
      const pages = reached[row].filter((path) => due(path, device));
      while (pages.length > 0) looks.push({ row, persona, device, pages: pages.splice(0, CHUNK) });
    }
  }
  assert.ok(looks.length >= 4, "there are pages to look at");
  await Promise.all(looks.map(({ row, persona, device, pages }) => t.test(`${persona}: ${pages.join(" ")} on a ${device}`, async () => {
    const name = persona.toLowerCase().replace(/[^a-z]+/g, "-").slice(0, 40);
    const { context, page, problems } = await open(browser, muster.origin, { device });
    await signInAs(page, row);
    const wrong = [];
    for (const path of pages) wrong.push(...(await look(page, path, `${name}-${device}`, schemes(path, device))));
    await context.close();
    assert.ok(wrong.length + problems.length === 0, [...wrong, ...problems].join("\n"));
  })));
});
