// The people of the demo, one press each.

/** The rows of the page of personas; a role's code shows everybody of that role instead of one of each. */
async function rows(page, role = "") {
  await page.goto(`/demo?role=${role}`);
  return page.getByRole("listitem").filter({ has: page.getByRole("button", { name: "Sign in" }) });
}

/** One of each role: the text of each row, in order. */
export async function listPersonas(page) {
  const texts = await (await rows(page)).allInnerTexts();
  return texts.map((text) => text.replace(/\s*Sign in\s*$/, "").replace(/\s+/g, " ").trim());
}

/** How many people of a role there are at a place. */
export async function countPersonas(page, role, place = "") {
  return (await rows(page, role)).filter({ hasText: place }).count();
}

/** Signs in as the persona of that row of the page. */
export async function signInAs(page, row, role = "", place = "") {
  const all = (await rows(page, role)).filter({ hasText: place });
  await all.nth(row).getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/demo"), { waitUntil: "load" });
}
