// One Chromium, the devices that people hold, and a watch on what a page does wrong.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  // A page's scripts run once: to optimise them costs more than it saves.
  "--js-flags=--no-opt --min-semi-space-size=32",
];
/** A place in the demo city's zone for every context; tests move it with `setGeolocation`. */
const HERE = { latitude: 42.3601, longitude: -71.0589, accuracy: 8 };
export const DEVICES = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desk: { viewport: { width: 1440, height: 900 } },
};
export const SCHEMES = ["light", "dark"];
const SHOTS = join(import.meta.dirname, "..", "shots");

/** Where Chromium is installed. */
export function chromePath() {
  // The shell draws the same pages with half the work: it has no window to draw them into.
  const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env.PATH ?? "").split(":");
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
  if (!found) throw new Error("no Chromium on PATH: install the package chromium-headless-shell");
  return found;
}

/** Starts Chromium; `args` adds to the usual flags. */
export function launch(args = []) {
  return chromium.launch({ executablePath: chromePath(), args: [...FLAGS, ...args] });
}

/**
 * A fresh, signed-out browser context. `problems` collects whatever its pages do wrong:
 * script errors, console errors, refused content, failed answers, requests to other hosts.
 */
export async function open(browser, origin, { device = "desk", scheme = "light", javaScriptEnabled = true } = {}) {
  const context = await browser.newContext({
    ...DEVICES[device],
    colorScheme: scheme,
    baseURL: origin,
    locale: "en-US",
    timezoneId: "America/New_York",
    permissions: ["geolocation"],
    geolocation: HERE,
    reducedMotion: "reduce",
    javaScriptEnabled,
  });
  context.setDefaultTimeout(15_000);
  const problems = [];
  await watch(context, origin, problems);
  return { context, page: await context.newPage(), problems };
}

async function watch(context, origin, problems) {
  const host = new URL(origin).host;
  const note = (page, what) => problems.push(`${page ? new URL(page.url()).pathname : "?"}: ${what}`);
  await context.exposeBinding("__refused", ({ page }, what) => note(page, `content policy refused ${what}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.__refused(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  context.on("weberror", (error) => note(error.page(), `script error: ${error.error().message}`));
  context.on("console", (message) => {
    if (message.type() === "error") note(message.page(), `console: ${message.text()} (${message.location().url})`);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.host !== host) note(pageOf(request), `asked another host: ${url.host}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 500) note(pageOf(response.request()), `${response.status()} from ${response.url()}`);
  });
}

/** The page of a request; none while a frame is being made or for a worker's own request. */
function pageOf(request) {
  try {
    return request.frame().page();
  } catch {
    return null;
  }
}

/** Keeps a picture of what the screen shows under shots/. */
export async function view(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), animations: "disabled" });
}

/** Keeps a picture of the whole page under shots/ for people to look at. */
export async function shot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  // What sticks to the screen's edges is drawn where the page is scrolled to.
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true, animations: "disabled" });
}
