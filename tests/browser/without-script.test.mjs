// The same site with JavaScript off: nothing that a visitor needs may depend on it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, CHECK, HEALTHY, send, sideways, visiting, walk } from "./site.mjs";

const OFF = { script: false, width: 390 };

test("the front page leads to the self-check without script", async () => {
  await visiting(OFF, async (page) => {
    await page.goto("/");
    assert.equal(await page.locator("h1").innerText(), "Is microneedling for me?");
    await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "Start the self-check" }).first().click()]);
    assert.equal(new URL(page.url()).pathname, CHECK);
    assert.deepEqual(page.complaints, []);
  });
});

test("a source panel of a guide page opens without script, and closes the one before", async () => {
  await visiting(OFF, async (page) => {
    await page.goto("/guide/after");
    const panels = page.locator("main details.cite");
    await panels.nth(0).locator("summary").click();
    assert.ok(await panels.nth(0).locator(".cite__pop").isVisible());
    assert.ok((await panels.nth(0).locator("a[href^='/evidence/']").count()) > 0);
    await panels.nth(1).locator("summary").click();
    assert.equal(await panels.nth(0).locator(".cite__pop").isVisible(), false);
    assert.equal(await sideways(page), "");
    assert.deepEqual(page.complaints, []);
  });
});

test("a search finds without script", async () => {
  await visiting(OFF, async (page) => {
    await page.goto("/search");
    await page.locator("#q").fill("isotretinoin");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    assert.ok((await page.locator(".hits a[href='/evidence/rules/contra.isotretinoin']").count()) > 0);
    assert.deepEqual(page.complaints, []);
  });
});

test("the self-check goes to its answer without script", async () => {
  await visiting(OFF, async (page) => {
    const person = { ...HEALTHY, says: { "medicines.isotretinoin": "yes" }, details: { "medicines.isotretinoin.status": "current" } };
    const { headings } = await walk(page, person);
    assert.equal(headings.at(-2), "A few details");
    assert.equal(await page.locator("#verdict").innerText(), "Not yet");
    await page.locator("article.reason summary").first().click();
    assert.ok(await page.locator("article.reason .cite__pop").first().isVisible());
    assert.deepEqual(page.complaints, []);
  });
});

test("an error of the start is shown without script, and its line leads to the field", async () => {
  await visiting(OFF, async (page) => {
    await begin(page, { ...HEALTHY, born: "" });
    await page.locator("[role=alert] a").click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "born");
    await page.locator("input[name=born]").fill(HEALTHY.born);
    await send(page);
    assert.equal(await page.locator("h1").innerText(), "About you");
  });
});
