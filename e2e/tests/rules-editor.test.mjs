// A coordinator writes three sentences of a chief as rules, with nothing but the page to go by.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe } from "../support/axe.mjs";
import { DEVICES, SCHEMES, shot, view } from "../support/browser.mjs";
import { misfits } from "../support/crawl.mjs";
import { signInAs } from "../support/personas.mjs";
import { setStage } from "../support/stage.mjs";

const LIMIT_MS = 3 * 60_000;
/** A person looks, thinks and moves a hand before each action; the script does not. */
const THINKING_MS = 4_000;

const stage = setStage();

/** The part of the page with this heading. */
const part = (page, title) => page.getByRole("region", { name: title, exact: true });

/** Counts what a person would do, and waits until the change is kept. */
function hand(page) {
  let actions = 0;
  const settled = () => page.waitForFunction(() => !document.querySelector("#desk[aria-busy]"));
  return {
    get actions() { return actions; },
    async do(work) {
      actions += 1;
      await work();
      await page.waitForTimeout(60);
      await settled();
    },
  };
}

/** Begins a draft and opens it. */
async function begin(page) {
  await page.goto("/rules");
  await page.getByRole("button", { name: "Edit the rules" }).click();
  await page.getByRole("heading", { name: "Edit the rules" }).waitFor();
}

/** Adds a rule of a template and answers it. */
async function add(page, me, title, template) {
  const group = part(page, title);
  await me.do(() => group.getByText("Add a rule").click());
  await me.do(() => group.getByRole("button", { name: template }).click());
  const rule = group.locator("article[data-new]");
  await rule.waitFor();
  return group.locator(`#${await rule.getAttribute("id")}`);
}

/** The first fact, comparison and value of a condition that are free. */
async function ask(rule, me, row, fact, compare, value) {
  const one = rule.locator(".when-editor[open] [data-condition]").nth(row);
  await me.do(() => one.getByRole("combobox").first().selectOption({ label: fact }));
  if (compare) await me.do(() => one.getByRole("combobox", { name: "Comparison" }).selectOption({ label: compare }));
  if (value) await me.do(() => one.getByLabel("Value").fill(value));
}

for (const device of Object.keys(DEVICES)) {
  test(`three sentences of a chief become rules on a ${device}`, async () => {
    const { context, page, problems } = await stage.open({ device });
    await signInAs(page, 0, "coordinator");
    const began = Date.now();
    await begin(page);
    const me = hand(page);
    const kept = (name) => view(page, `rules-editor-${device}-${name}`);
    await kept("1-open");

    // No more than 24 off-duty hours a week.
    const hours = await add(page, me, "Hours", "Hours a week");
    await me.do(async () => {
      await hours.getByLabel("At most", { exact: true }).fill("24");
      await hours.getByLabel("At most", { exact: true }).press("Tab");
    });
    assert.match(await hours.textContent(), /off-duty details/);
    await kept("2-hours");

    // 8 hours' rest before a tour.
    const rest = await add(page, me, "Rest", "Rest before a tour");
    await me.do(async () => {
      await rest.getByLabel("Rest", { exact: true }).fill("8");
      await rest.getByLabel("Rest", { exact: true }).press("Tab");
    });

    // Sergeants and above only for alcohol jobs over 300 guests.
    const rank = await add(page, me, "Who may work", "Rank and above");
    await me.do(() => rank.getByLabel("Lowest rank that may work").selectOption({ label: "Sergeant and above" }));
    await me.do(() => rank.getByText("Add a condition").click());
    await ask(rank, me, 0, "alcohol is served");
    await ask(rank, me, 1, "attendance", "is over", "300");
    await kept("3-condition");
    await me.do(() => rank.getByRole("button", { name: "Set the condition" }).click());
    await rank.locator(".when-words", { hasText: "alcohol is served and attendance is over 300" }).waitFor();
    await axe(page);
    await kept("4-done");

    const took = Date.now() - began;
    const person = took + me.actions * THINKING_MS;
    console.log(`${device}: ${me.actions} actions, ${Math.round(took / 1000)} s by script, about ${Math.round(person / 1000)} s by hand`);
    assert.ok(person < LIMIT_MS, `${me.actions} actions in ${took} ms: about ${person} ms by hand`);

    // The sample says at once what the new rules do.
    const result = page.locator("#preview");
    await page.getByLabel("Alcohol is served").check();
    await page.locator("#f-attendance").fill("301");
    await result.getByText("rank", { exact: true }).waitFor();
    assert.match(await result.textContent(), /May not work/);
    await page.locator("#f-attendance").fill("300");
    await result.getByText("rank", { exact: true }).waitFor({ state: "detached" });
    await page.getByLabel("Off-duty this week").fill("20");
    await result.getByText(/26 h of 24 h/).waitFor();
    await kept("5-sample");

    // The source says the same; a mistake in it comes back with its line.
    await page.getByRole("link", { name: "Source" }).click();
    const source = page.getByLabel("Rules and rates");
    const text = await source.inputValue();
    for (const line of ["max: 24 h", "count: [detail]", "min: 8 h", "job.attendance: { over: 300 }"]) assert.ok(text.includes(line), line);
    assert.match(text, /officer\.rank: \[sergeant, lieutenant/);
    await source.fill(text.replace("min: 8 h", "min: 8 hourz"));
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("alert").getByText(/line \d+/).waitFor();
    assert.ok((await source.inputValue()).includes("8 hourz"), "the text comes back as typed");
    await axe(page);
    await kept("6-source");
    await page.getByRole("link", { name: "Back to the sentences" }).click();

    // Undo takes the last change back, and again repeats it.
    const when = page.locator(".when-words", { hasText: "alcohol is served and attendance is over 300" });
    await when.waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await when.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await when.waitFor();
    assert.deepEqual(problems.filter((one) => !one.includes("422")), []);
    await context.close();
  });
}

test("a value that does not fit stays where it was typed, with what would", async () => {
  const { context, page, problems } = await stage.open();
  await signInAs(page, 0, "coordinator");
  await begin(page);
  const hours = part(page, "Hours").locator("article").first();
  const most = hours.getByLabel("At most", { exact: true });
  const was = await most.inputValue();
  await most.fill("many");
  await most.press("Tab");
  await hours.getByText(/Enter a number with its unit/).waitFor();
  assert.equal(await most.inputValue(), "many");
  await axe(page);
  await most.fill(was);
  await most.press("Tab");
  await hours.getByText(/Enter a number/).waitFor({ state: "detached" });
  // Several words are ticks behind a button; closing it keeps them.
  await hours.locator(".pick summary").first().press("Enter");
  await hours.getByLabel("leave", { exact: true }).check();
  await page.keyboard.press("Escape");
  await hours.locator(".pick summary", { hasText: "leave" }).waitFor();
  assert.deepEqual(problems.filter((one) => !one.includes("422")), []);
  await context.close();
});

test("without scripts the same forms work", async () => {
  const { context, page } = await stage.open({ javaScriptEnabled: false });
  await signInAs(page, 0, "coordinator");
  await begin(page);
  const group = part(page, "Rest");
  await group.getByText("Add a rule").click();
  await group.getByRole("button", { name: "Rest before a tour" }).click();
  const rule = part(page, "Rest").locator("article[data-new]");
  await rule.getByLabel("Rest", { exact: true }).fill("9");
  // The whole page comes anew: while it does, its last rule is not there yet.
  await Promise.all([page.waitForEvent("load"), rule.getByRole("button", { name: "Keep" }).click()]);
  const least = part(page, "Rest").locator("article").last().getByLabel("Rest", { exact: true });
  assert.equal(await least.inputValue(), "9");
  await context.close();
});

test("an administrator sees what changes and puts the draft in force", async () => {
  const { context, page, problems } = await stage.open();
  await signInAs(page, 0, "agency_admin");
  await begin(page);
  const me = hand(page);
  await add(page, me, "Rest", "Rest before a tour");
  await page.getByRole("link", { name: "Put in force" }).click();
  await page.getByRole("heading", { name: "What changes" }).waitFor();
  await axe(page);
  await shot(page, "rules-editor-desk-7-adoption");
  await page.getByRole("button", { name: "Put in force" }).click();
  await page.getByText(/new rules are stored/i).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

for (const scheme of SCHEMES) {
  for (const device of Object.keys(DEVICES)) {
    test(`the editor is accessible and fits, ${device}, ${scheme}`, async () => {
      const { context, page, problems } = await stage.open({ device, scheme });
      await signInAs(page, 0, "agency_admin");
      await begin(page);
      await page.locator("details.adding summary").first().click();
      await page.locator(".rule-more summary").first().click();
      await page.locator(".when-editor summary").first().click();
      await axe(page);
      assert.deepEqual(await misfits(page), []);
      await shot(page, `rules-editor-${device}-${scheme}`);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }
}
