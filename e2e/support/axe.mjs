// Accessibility rules, checked in the page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const script = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Loads the rules with every page of a context where each is checked: sending them to each page takes longer. */
export function bringRules(context) {
  return context.addInitScript({ content: script });
}

/** What axe finds on the page as it is now, one readable text each; `rules` narrows it to rules by name. */
export async function findings(page, rules = undefined) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(script);
  const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: TAGS };
  // Only what is wrong leaves the page: a whole report is far larger than the page.
  const violations = await page.evaluate(async (runOnly) => {
    // Only the rule on sounds that play by themselves asks for anything beforehand; the style sheets would be read for nobody.
    const report = await window.axe.run(document, { runOnly, resultTypes: ["violations"], preload: { assets: ["media"] } });
    return report.violations.map(({ id, help, nodes }) => ({
      id, help, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })),
    }));
  }, runOnly);
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 4).map((node) => `    ${node.target.join(" ")}\n      ${firstLine(node.failureSummary)}`);
    const more = nodes.length > places.length ? `\n    and ${nodes.length - places.length} more` : "";
    return `${id}: ${help}\n${places.join("\n")}${more}`;
  });
}

const firstLine = (summary = "") => summary.split("\n").slice(1).join("; ").trim();

/** Fails when axe finds anything. */
export async function axe(page, where = page.url()) {
  const found = await findings(page);
  assert.ok(found.length === 0, `accessibility of ${where}:\n  ${found.join("\n  ")}`);
}
