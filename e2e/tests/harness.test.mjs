// The harness sees what it must see: each watch is shown one page that is right and one that is wrong.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { axe, findings } from "../support/axe.mjs";
import { launch, open } from "../support/browser.mjs";
import { look, misfits } from "../support/crawl.mjs";
import { accessibilityScore, weight } from "../support/lighthouse.mjs";

const page = (body, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Trial</title>` +
  `<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">${head}</head>` +
  `<body><main><h1>Trial</h1>${body}</main></body></html>`;

const PAGES = {
  "/right": page("<p>Text that can be read.</p>"),
  "/grey": page('<p style="color:#bbb;background:#fff">Text that can hardly be read.</p><img src="data:,">'),
  "/wide": page('<p style="width:101vw">Text that is wider than the screen.</p>'),
  "/twice": page('<p id="one">Once</p><p id="one">Twice</p>'),
  "/covered": page('<button>Press me</button><div style="position:fixed;inset:0;background:#fff"></div>'),
  "/dark": page(
    '<p>Text that can hardly be read in the dark.</p>',
    "<style>@media (prefers-color-scheme: dark) { body { background: #111; color: #444 } }</style>",
  ),
  "/console": page("<script>console.error('a mistake')</script>"),
  "/throws": page("<script>null.x</script>"),
  "/foreign": page('<img alt="" src="http://localhost:1/x.png">'),
  "/broken": page('<img alt="" src="/500">'),
  "/refused": page("<script>alert(1)</script>"),
};

let browser, server, origin;

before(async () => {
  server = createServer((request, response) => {
    const text = PAGES[request.url];
    const headers = { "content-type": "text/html; charset=utf-8" };
    if (request.url === "/refused") headers["content-security-policy"] = "script-src 'none'";
    response.writeHead(text ? 200 : 500, headers).end(text ?? "broken");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

async function problemsOf(path) {
  const { context, page, problems } = await open(browser, origin);
  await page.goto(path, { waitUntil: "load" });
  await page.waitForTimeout(200);
  await context.close();
  return problems;
}

test("a page that is right has no problems", async () => assert.deepEqual(await problemsOf("/right"), []));

for (const [path, wanted] of [
  ["/console", /console: a mistake/], ["/throws", /script error/], ["/foreign", /another host: localhost:1/],
  ["/broken", /500 from/], ["/refused", /content policy refused script-src/],
]) {
  test(`${path} is seen`, async () => assert.match((await problemsOf(path)).join("\n"), wanted));
}

test("axe passes a page that is right and names what is wrong", async () => {
  const { context, page } = await open(browser, origin, { device: "phone" });
  await page.goto("/right");
  await axe(page);
  await page.goto("/grey");
  const found = (await findings(page)).join("\n");
  assert.match(found, /color-contrast/);
  assert.match(found, /image-alt/);
  await context.close();
});

for (const [path, wanted] of [
  ["/right", /^$/], ["/wide", /px wider than the screen/], ["/twice", /two elements have the id one/],
  ["/covered", /"Press me" is covered by/],
]) {
  test(`misfits on ${path}`, async () => {
    const { context, page } = await open(browser, origin, { device: "phone" });
    await page.goto(path);
    assert.match((await misfits(page)).join("\n"), wanted);
    await context.close();
  });
}

test("a look sees the dark colours of a page, too", async () => {
  const { context, page } = await open(browser, origin);
  await page.goto("/dark");
  const wrong = await look(page, "harness");
  assert.match(wrong.join("\n"), /^\/dark \(dark\): color-contrast/);
  await page.goto("/right");
  assert.deepEqual(await look(page, "harness"), []);
  await context.close();
});

test("the weight of a page is what went over the wire", async () => {
  const { bytes, parts } = await weight(browser, origin, "/right");
  assert.equal(parts.length, 1);
  assert.ok(bytes > PAGES["/right"].length && bytes < PAGES["/right"].length + 600, `${bytes} bytes`);
});

test("Lighthouse tells a page that is right from one that is wrong, and why", async () => {
  assert.deepEqual(await accessibilityScore(`${origin}/right`), { score: 100, low: [] });
  const { score, low } = await accessibilityScore(`${origin}/grey`);
  assert.ok(score < 100, `${score}`);
  assert.ok(low.some((audit) => audit.startsWith("color-contrast")), low.join("\n"));
});
