// Every link that somebody is shown leads somewhere: signed in as each role of the demo, every page that can be reached
// from their first one answers, and none of its links is refused or missing. Lists are long and alike, so of each kind
// of address a handful is opened.

import assert from "node:assert/strict";
import { test } from "node:test";
import { origin } from "./site.mjs";

const ROLES = ["practitioner", "medical-lead", "front-desk", "assistant", "owner", "patient"];
const EACH_MAX = 5;
const PUBLIC = /^\/(evidence|guide|assets|search|favicon|robots|health)/;

/** Signs in with the demo's button and gives the cookie and the first page. */
async function signIn(role) {
  const answer = await fetch(`${origin}/sign-in/demo`, {
    method: "POST",
    body: new URLSearchParams({ role }),
    redirect: "manual",
  });
  assert.equal(answer.status, 303);
  const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  return { cookie, first: answer.headers.get("location") };
}

/** What kind of address it is: ids and values left out. */
const kind = (path) => path.replace(/(patient|document|person)-[0-9a-z]{26}/g, "{id}").replace(/=[^&]*/g, "=");

for (const role of ROLES) {
  test(`every link that the ${role} is shown leads somewhere`, async () => {
    const { cookie, first } = await signIn(role);
    const queue = [[first, "the sign-in"]];
    const [seen, opened, wrong] = [new Set(), new Map(), []];
    while (queue.length > 0) {
      const [href, from] = queue.shift();
      const path = href.split("#")[0];
      const count = opened.get(kind(path)) ?? 0;
      if (seen.has(path) || count >= EACH_MAX) continue;
      seen.add(path);
      opened.set(kind(path), count + 1);
      const answer = await fetch(origin + path, { headers: { cookie }, redirect: "manual" });
      const text = await answer.text();
      if (answer.status >= 400) wrong.push(`${answer.status} ${kind(path)}, linked from ${kind(from)}`);
      if (answer.status === 303) queue.push([answer.headers.get("location"), path]);
      for (const [, link] of text.matchAll(/href="(\/[^"]*)"/g)) {
        if (!PUBLIC.test(link)) queue.push([link.replaceAll("&amp;", "&"), path]);
      }
    }
    assert.deepEqual([...new Set(wrong)], []);
    assert.ok(seen.size > 3, `only ${seen.size} pages were reached`);
  });
}
