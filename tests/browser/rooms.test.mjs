// The rooms behind the sign-in, with the demo's own people: one page of each kind that a role reaches, on a phone and on
// a desk, in both colour schemes, without sideways scroll from 320 px and at 200 % text, and with nothing to complain of
// in the console. That every link leads somewhere is in crawl.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, barriersInBoth, barriersInLight, origin, shot, sideways, sidewaysAtTwice, visiting, WIDTHS } from "./site.mjs";

// The roles that reach every kind of page between them.
const ROLES = ["front-desk", "medical-lead", "owner", "patient"];
const PUBLIC = /^\/(evidence|guide|assets|search|favicon|robots|health)/;
// A photograph is no page.
const FILE = /^\/(me\/)?photos\/[^/]+\/(original|display|small)$/;
const kind = (path) => path.replace(/(patient|document|person)-[0-9a-z]{26}/g, "{id}").replace(/=[^&]*/g, "=");

/** One address of each kind that a role is led to, and the cookie to open it with. */
async function kindsOf(role, already) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const signedIn = await ask("/sign-in/demo", { method: "POST", headers, body: `role=${role}` });
  assert.equal(signedIn.status, 303);
  const cookies = signedIn.headers["set-cookie"].map((line) => line.split(";")[0]);
  const queue = [signedIn.headers.location];
  const [seen, found] = [new Set(), new Map()];
  while (queue.length > 0) {
    const path = queue.shift().split("#")[0];
    if (seen.has(kind(path)) || FILE.test(path)) continue;
    seen.add(kind(path));
    const answer = await ask(path, { headers: { cookie: cookies.join("; ") } });
    if (answer.status === 303) queue.push(answer.headers.location);
    if (answer.status !== 200 || !String(answer.headers["content-type"]).startsWith("text/html")) continue;
    if (!already.has(kind(path))) found.set(kind(path), path);
    for (const [, link] of answer.body.toString().matchAll(/href="(\/[^"]*)"/g)) {
      if (!PUBLIC.test(link)) queue.push(link.replaceAll("&amp;", "&"));
    }
  }
  for (const one of found.keys()) already.add(one);
  return { cookies, paths: [...found.values()] };
}

const already = new Set();
for (const role of ROLES) {
  const { cookies, paths } = await kindsOf(role, already);
  test(`what the ${role} sees can be read by everyone: ${paths.length} kinds of pages`, async () => {
    assert.ok(paths.length > 0);
    const wrong = [];
    await visiting({ width: WIDTHS[0] }, async (page) => {
      const jar = cookies.map((pair) => ({ name: pair.split("=")[0], value: pair.split("=")[1], url: origin }));
      await page.context().addCookies(jar);
      for (const path of paths) {
        await page.setViewportSize({ width: WIDTHS[0], height: 900 });
        const answer = await page.goto(path);
        if (answer.status() !== 200) wrong.push(`${path}: ${answer.status()}`);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const name = `${role}-${kind(path).replace(/[^a-z]+/g, "-")}-${width}`;
          const look = width === WIDTHS[0] ? barriersInBoth : barriersInLight;
          const found = await look(page, null, (scheme) => shot(page, `${name}-${scheme}`));
          wrong.push(...found.map((line) => `${kind(path)}: ${line}`));
        }
        for (const width of [320, 768]) {
          await page.setViewportSize({ width, height: 900 });
          const wide = await sideways(page);
          if (wide) wrong.push(`${kind(path)}: ${wide}`);
        }
        const twice = await sidewaysAtTwice(page);
        if (twice) wrong.push(`${kind(path)}: ${twice}`);
      }
      wrong.push(...page.complaints);
    });
    assert.deepEqual(wrong, []);
  });
}
