// The pictures of the guides and the README, from a fresh demo on a fixed day: `node run.mjs pictures`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch, open } from "./support/browser.mjs";
import { startMuster } from "./support/muster.mjs";
import { countPersonas, signInAs } from "./support/personas.mjs";
import { small } from "./support/png.mjs";

const FOLDER = join(import.meta.dirname, "..", "docs", "guide", "pictures");
const AGENCY = "Brookhaven Police";
const MOST_BYTES = 120_000;
/** A Wednesday, twenty past four in the afternoon where the demo's city lies: shifts run, and one begins soon. */
const AFTERNOON = "2026-11-18T22:20:00Z";

let browser, muster;

/** Does something as one of the demo's people; `take(name)` keeps a picture of what the screen shows. */
async function as(role, { device = "desk", scheme = "light", row = 0 }, work) {
  const { context, page, problems } = await open(browser, muster.origin, { device, scheme });
  await signInAs(page, row, role, role.startsWith("customer") ? "" : AGENCY);
  const take = (name) => keep(context, page, name);
  const result = await work({ context, page, take });
  await context.close();
  if (problems.length > 0) throw new Error(`${role}: ${problems.join("; ")}`);
  return result;
}

async function keep(context, page, name) {
  await page.evaluate(() => document.fonts.ready);
  // Maps draw their tiles a moment later.
  await page.waitForTimeout(800);
  const png = await page.screenshot({ scale: "css", animations: "disabled", caret: "hide" });
  const plain = await context.newPage();
  const picture = await small(plain, png);
  await plain.close();
  if (picture.length > MOST_BYTES) throw new Error(`${name}.png has ${picture.length} bytes; at most ${MOST_BYTES} are kept`);
  writeFileSync(join(FOLDER, `${name}.png`), picture);
  console.log(`${name}.png ${Math.ceil(picture.length / 1024)} KiB`);
}

/** Where the first link with these words leads. */
const address = (page, name) => page.getByRole("main").getByRole("link", { name }).first().getAttribute("href");

async function officer() {
  await as("officer", { device: "phone", row: 1 }, async ({ page, take }) => {
    await page.goto("/open-shifts");
    await take("officer-open-shifts");
    await page.goto("/open-shifts?all=1");
    const refused = page.locator("li").filter({ hasText: "Not for you" }).getByRole("link").first();
    await page.goto(await refused.getAttribute("href"));
    await page.getByText("You may not take this shift").waitFor();
    await take("officer-why-not");
    await page.goto("/pay");
    await take("officer-pay");
  });
}

/** The officer whose shift begins next, on the way to it in the dark scheme. */
async function clock() {
  const { context, page } = await open(browser, muster.origin);
  const officers = await countPersonas(page, "officer", AGENCY);
  await context.close();
  for (let row = 0; row < officers; row += 1) {
    const taken = await as("officer", { device: "phone", scheme: "dark", row }, async ({ context, page, take }) => {
      await page.goto("/clock");
      const face = page.locator("#clock");
      if ((await face.count()) === 0 || (await page.getByText("Clocking in works from").count()) > 0) return false;
      const [latitude, longitude] = [await face.getAttribute("data-lat"), await face.getAttribute("data-lon")].map(Number);
      await context.setGeolocation({ latitude: latitude + 0.0004, longitude: longitude + 0.0004, accuracy: 8 });
      await page.getByText("On site", { exact: false }).first().waitFor();
      await take("officer-clock");
      return true;
    });
    if (taken) return;
  }
  throw new Error("none of the demo's officers can clock in at that time");
}

async function coordinator() {
  await as("coordinator", {}, async ({ page, take }) => {
    await page.goto("/overview");
    await take("coordinator-overview");
    await page.goto("/jobs?when=unfilled");
    await page.goto(await address(page, /^#\d+/));
    const assign = await address(page, "Assign");
    await page.goto(assign);
    // The name of who comes first, who may work; of those who share it, others may not.
    const first = await page.getByRole("main").locator("table strong").first().innerText();
    await page.goto(`${assign}?q=${first.split(" ").pop()}`);
    await take("coordinator-assign");
    await page.goto("/time");
    await take("coordinator-time");
  });
}

async function business() {
  await as("customer_admin", {}, async ({ page, take }) => {
    await page.goto("/requests/new");
    await page.getByLabel("What is it").fill("Night work, two lanes closed");
    await page.getByLabel("Job type").selectOption({ label: "Traffic" });
    await page.getByRole("textbox", { name: "Date" }).or(page.getByLabel("Date", { exact: true })).first().fill("2026-12-02");
    await page.getByLabel("From").fill("20:00");
    await page.getByLabel("To", { exact: true }).fill("04:00");
    await page.getByLabel("How many").first().fill("2");
    const quote = page.getByRole("complementary", { name: "Quote" });
    await quote.getByText("$").first().waitFor();
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
    await take("business-request");
  });
}

async function finance() {
  await as("agency_finance", {}, async ({ page, take }) => {
    await page.goto("/invoices?standing=open");
    await page.goto(await address(page, /^Invoice \d+/));
    await page.getByText("How this was calculated").first().click();
    await take("finance-invoice");
    await page.goto("/pay-runs");
    await page.goto(await page.getByRole("row").filter({ hasText: "Waits for" }).getByRole("link").first().getAttribute("href"));
    await take("finance-pay-run");
  });
}

async function auditor() {
  await as("auditor", {}, async ({ page, take }) => {
    await page.goto("/audit?q=approved_time");
    await page.goto(await address(page, "Job"));
    const job = new URL(page.url()).pathname.split("/").pop();
    await page.goto(`/audit/stories/${job}`);
    await take("auditor-story");
  });
}

/** Takes every picture anew. */
export async function takePictures() {
  mkdirSync(FOLDER, { recursive: true });
  // As people see it: without a screen letters are pushed onto whole pixels.
  browser = await launch(["--font-render-hinting=none"]);
  try {
    muster = await startMuster(["--at", AFTERNOON]);
    for (const people of [coordinator, officer, clock, business, finance, auditor]) await people();
  } finally {
    await browser.close();
    await muster?.stop();
  }
}
