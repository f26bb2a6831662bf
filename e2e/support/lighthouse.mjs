// Lighthouse's accessibility figure and the weight of a page, as a phone sees them.
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEVICES, FLAGS, chromePath } from "./browser.mjs";
import { freePort } from "./ports.mjs";

/**
 * Lighthouse's accessibility score (0 to 100) of a page and the audits that lower it.
 * `signIn(page)` runs first, in the browser that Lighthouse uses.
 */
export async function accessibilityScore(url, signIn = async () => {}) {
  const profile = await mkdtemp(join(tmpdir(), "muster-lighthouse-"));
  const port = await freePort();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromePath(),
    args: [...FLAGS, `--remote-debugging-port=${port}`],
  });
  try {
    await signIn(context.pages()[0] ?? (await context.newPage()));
    const { lhr } = await lighthouse(url, {
      port, output: "json", logLevel: "error", onlyCategories: ["accessibility"], formFactor: "mobile",
      maxWaitForLoad: 45_000, disableStorageReset: true,
    });
    if (lhr.runtimeError) throw new Error(`Lighthouse: ${lhr.runtimeError.message}`);
    const { score, auditRefs } = lhr.categories.accessibility;
    const low = auditRefs.map(({ id }) => lhr.audits[id]).filter((audit) => audit.score !== null && audit.score < 1);
    return { score: Math.round(score * 100), low: low.map((audit) => `${audit.id}: ${audit.title}`) };
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** Bytes over the wire for a first visit to `path` on a phone: everything until the page has loaded, with a cold cache. */
export async function weight(browser, origin, path, signIn = async () => {}) {
  const context = await browser.newContext({ ...DEVICES.phone, baseURL: origin, serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    await signIn(page);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.clearBrowserCache");
    const urls = new Map();
    const sizes = new Map();
    session.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response.url));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
    await page.goto(path, { waitUntil: "load" });
    await page.waitForTimeout(500);
    const parts = [...sizes].map(([id, bytes]) => ({ url: urls.get(id) ?? "?", bytes }));
    return { bytes: parts.reduce((sum, part) => sum + part.bytes, 0), parts };
  } finally {
    await context.close();
  }
}
