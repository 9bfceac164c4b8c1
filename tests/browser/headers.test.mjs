// What stands around every answer: the policy, what may be kept, encodings, and who may post. Read without a browser,
// but for the form that another site sends.

import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { ask, CHECK, origin, visiting } from "./site.mjs";

const home = (await ask("/")).body.toString();
const asset = (ending) => home.match(new RegExp(`/assets/[^"]+\\.${ending}`))[0];
const ASSETS = ["css", "js", "svg"].map(asset);
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const guarded = ({ headers }, what) => {
  const policy = headers["content-security-policy"] ?? "";
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) {
    assert.ok(policy.split("; ").includes(part), `${what}: ${part} in ${policy}`);
  }
  assert.ok(!/unsafe|\*|https?:/.test(policy), `${what}: ${policy}`);
  assert.equal(headers["x-content-type-options"], "nosniff", what);
  assert.equal(headers["referrer-policy"], "no-referrer", what);
  assert.equal(headers["cross-origin-opener-policy"], "same-origin", what);
  assert.equal(headers["cross-origin-resource-policy"], "same-origin", what);
  assert.match(headers["permissions-policy"] ?? "", /camera=\(\).*microphone=\(\)/, what);
  assert.equal(headers["set-cookie"], undefined, what);
  assert.equal(headers.server, undefined, what);
};

test("every answer carries the policy and its friends, and no cookie", async () => {
  const tag = (await ask("/guide/rf")).headers.etag;
  const asked = [
    ["/"], ["/guide/rf"], ["/evidence/medicines"], ["/search?q=x"], [CHECK], ["/health"], ["/robots.txt"], ["/favicon.svg"],
    ...ASSETS.map((path) => [path]),
    ["/is-it-for-me"],
    ["/nowhere"],
    ["/assets/nothing.css"],
    ["/", { method: "HEAD" }],
    ["/guide/rf", { headers: { "if-none-match": tag } }],
    [CHECK, { method: "POST", headers: FORM, body: "" }],
    [CHECK, { method: "POST", headers: { ...FORM, "sec-fetch-site": "cross-site" }, body: "" }],
    [CHECK, { method: "POST", headers: { "content-type": "text/plain" }, body: "x" }],
    ["/", { method: "DELETE" }],
    [`/search?q=${"a".repeat(3_000)}`],
  ];
  for (const [path, how] of asked) {
    const what = `${how?.method ?? "GET"} ${path.slice(0, 40)}`;
    guarded(await ask(path, how), what);
  }
});

test("an asset never changes under its name and may be kept for ever", async () => {
  for (const path of ASSETS) {
    const answer = await ask(path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["cache-control"], "public, max-age=31536000, immutable");
    assert.match(path, /-[0-9a-f]{16}\./);
  }
});

test("a page that is known already is not sent again", async () => {
  for (const path of ["/", "/guide/after", "/evidence/rules/contra.keloid", "/search?q=retinoid", ASSETS[0]]) {
    const first = await ask(path);
    const again = await ask(path, { headers: { "if-none-match": first.headers.etag } });
    assert.deepEqual([again.status, again.body.length], [304, 0], path);
    assert.equal(again.headers.etag, first.headers.etag);
    const stale = await ask(path, { headers: { "if-none-match": 'W/"0000000000000000"' } });
    assert.equal(stale.status, 200);
  }
});

test("a browser that comes back is told that nothing changed", async () => {
  await visiting({}, async (page) => {
    await page.goto("/guide/after");
    const again = await page.reload();
    assert.ok([200, 304].includes(again.status()));
    assert.equal(await page.locator("h1").count(), 1);
    assert.deepEqual(page.complaints, []);
  });
});

test("brotli is sent when it is asked for, and holds the same words", async () => {
  const plain = await ask("/guide/after");
  assert.equal(plain.headers["content-encoding"], undefined);
  const packed = await ask("/guide/after", { headers: { "accept-encoding": "gzip, deflate, br, zstd" } });
  assert.equal(packed.headers["content-encoding"], "br");
  assert.equal(packed.headers.vary, "accept-encoding");
  assert.ok(packed.body.length * 3 < plain.body.length);
  assert.deepEqual(brotliDecompressSync(packed.body), plain.body);
  const gzip = await ask("/guide/after", { headers: { "accept-encoding": "gzip" } });
  assert.deepEqual(gunzipSync(gzip.body), plain.body);
});

test("a form from another origin is refused", async () => {
  const body = "concern=acne-scar";
  for (const headers of [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://elsewhere.example" },
    { origin: "null" },
  ]) {
    const answer = await ask(CHECK, { method: "POST", headers: { ...FORM, ...headers }, body });
    assert.equal(answer.status, 403, JSON.stringify(headers));
    assert.ok(!answer.body.toString().includes("acne-scar"));
  }
  const own = await ask(CHECK, { method: "POST", headers: { ...FORM, origin }, body });
  assert.equal(own.status, 200);
});

test("a form that another site sends through a browser is refused, and it cannot frame the pages", async () => {
  const other = http.createServer((request, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end(`<form method="post" action="${origin}${CHECK}"><input name="born" value="1990-01-01"><button>Go</button></form>
      <iframe src="${origin}/"></iframe>`);
  });
  await new Promise((ready) => other.listen(0, "127.0.0.1", ready));
  try {
    await visiting({}, async (page) => {
      await page.goto(`http://localhost:${other.address().port}/`);
      assert.equal(await page.frameLocator("iframe").locator("main#main").count(), 0);
      const [answer] = await Promise.all([page.waitForNavigation(), page.locator("button").click()]);
      assert.equal(answer.status(), 403);
      assert.ok(!(await page.content()).includes("1990-01-01"));
    });
  } finally {
    other.close();
    other.closeAllConnections();
  }
});

test("HEAD answers as GET does, without a body", async () => {
  for (const path of ["/", "/guide/rf", CHECK, ASSETS[0], "/nowhere"]) {
    const get = await ask(path);
    const head = await ask(path, { method: "HEAD" });
    assert.equal(head.status, get.status, path);
    assert.equal(head.body.length, 0, path);
    for (const name of ["content-type", "etag", "cache-control", "content-length"]) {
      assert.equal(head.headers[name], get.headers[name], `${path}: ${name}`);
    }
  }
});

test("a page that does not exist repeats nothing of its path", async () => {
  for (const path of ["/zebrafinch", "/guide/zebrafinch", "/evidence/rules/zebrafinch", "/zebrafinch?q=zebrafinch", "/%3Cscript%3Ezebrafinch"]) {
    const answer = await ask(path);
    assert.equal(answer.status, 404, path);
    assert.equal(answer.headers["cache-control"], "no-store", path);
    assert.ok(!answer.body.toString().includes("zebrafinch"), path);
    assert.match(answer.body.toString(), /<h1/);
  }
});

test("no page of the self-check may be kept by anyone", async () => {
  for (const how of [{}, { method: "POST", headers: FORM, body: "born=1990-01-01" }]) {
    const answer = await ask(CHECK, how);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(answer.headers.etag, undefined);
  }
});
