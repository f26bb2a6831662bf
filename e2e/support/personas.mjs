// The people of the demo, one press each.

/** Everybody on the page of personas: the text of the row, in the page's order. */
export async function listPersonas(page) {
  await page.goto("/demo");
  const rows = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: "Sign in" }) });
  return (await rows.allInnerTexts()).map((text) => text.replace(/\s*Sign in\s*$/, "").replace(/\s+/g, " ").trim());
}

/** Signs in as the first persona whose row holds `words` (a role, a name, or both). */
export async function signInAs(page, words) {
  await page.goto("/demo");
  await page.getByRole("listitem").filter({ hasText: words }).getByRole("button", { name: "Sign in" }).first().click();
  await page.waitForURL((url) => !url.pathname.startsWith("/demo"), { waitUntil: "load" });
}
