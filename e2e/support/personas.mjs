// The people of the demo, one press each.

/** The rows of the page of personas. */
async function rows(page) {
  await page.goto("/demo");
  return page.getByRole("listitem").filter({ has: page.getByRole("button", { name: "Sign in" }) });
}

/** Everybody on the page of personas: the text of each row, in order. */
export async function listPersonas(page) {
  const texts = await (await rows(page)).allInnerTexts();
  return texts.map((text) => text.replace(/\s*Sign in\s*$/, "").replace(/\s+/g, " ").trim());
}

/** Signs in as a persona: the number of the row, or words in it (a role, a name). */
export async function signInAs(page, which) {
  const all = await rows(page);
  const row = typeof which === "number" ? all.nth(which) : all.filter({ hasText: which }).first();
  await row.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/demo"), { waitUntil: "load" });
}
