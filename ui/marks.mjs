// Generated rules for values that the server puts into attributes, because the content policy forbids inline styles.

/** `data-from`/`data-to`: quarter hours of a day in the week grid; `data-pct`: a share of a bar; `data-lane`: beside each other. */
export function marks() {
  const rules = [];
  for (let quarter = 0; quarter <= 96; quarter++) {
    rules.push(`[data-from="${quarter}"]{grid-row-start:${quarter + 1}}[data-to="${quarter}"]{grid-row-end:${quarter + 1}}`);
  }
  for (let pct = 0; pct <= 100; pct++) rules.push(`[data-pct="${pct}"]{inline-size:${pct}%}`);
  for (let lanes = 2; lanes <= 5; lanes++) {
    rules.push(`[data-lanes="${lanes}"]{inline-size:calc(${100 / lanes}% - 4px)}`);
    for (let lane = 1; lane < lanes; lane++) {
      rules.push(`[data-lanes="${lanes}"][data-lane="${lane}"]{margin-inline-start:calc(${(100 / lanes) * lane}% + 1px)}`);
    }
  }
  return rules.join("\n");
}
