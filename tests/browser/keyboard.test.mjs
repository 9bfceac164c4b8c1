// The whole self-check by keyboard alone, and the way past the navigation.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fillByKeys, tab } from "./hand.mjs";
import { CHECK, heading, visiting } from "./site.mjs";

async function press(page, key) {
  await Promise.all([page.waitForEvent("load"), page.keyboard.press(key)]);
}

const YEAR = new Date().getFullYear();
const FIRST = {
  concern: "acne-scar",
  region: "cheek",
  way: "pen",
  born: `${YEAR - 40}-01-01`,
  sex: "female",
  phototype: "3",
};

test("the whole self-check goes by keyboard alone, and the focus always shows", async () => {
  await visiting({ width: 1280 }, async (page) => {
    await page.goto(CHECK);
    await fillByKeys(page, (name) => FIRST[name]);
    assert.equal(await page.locator("input[name=born]").inputValue(), `${YEAR - 40}-01-01`);
    await press(page, "Enter");
    const seen = [];
    for (let turn = 0; turn < 12 && !(await page.locator("#verdict").count()); turn += 1) {
      seen.push(await heading(page));
      await fillByKeys(page, (name) => {
        if (name === "a.medicines.isotretinoin") return "yes";
        if (name === "d.medicines.isotretinoin.status") return "stopped";
        if (name === "d.medicines.isotretinoin.last_dose") return `${YEAR - 1}-01-01`;
        if (name === "medicines") return "Paracetamol";
        return name.startsWith("a.") ? "no" : undefined;
      });
      await press(page, turn % 2 ? "Space" : "Enter");
    }
    assert.deepEqual(seen.slice(0, 2), ["About you", "Medicines"]);
    assert.equal(seen.at(-1), "A few details");
    assert.match(await page.locator("main").innerText(), /“Paracetamol”/);
  });
});

test("the answer's panels, its list of answers and its buttons are reached and opened by keys", async () => {
  await visiting({ width: 390 }, async (page) => {
    await page.goto(CHECK);
    await fillByKeys(page, (name) => ({ ...FIRST, way: "home-roller" })[name]);
    await press(page, "Enter");
    for (let turn = 0; turn < 12 && !(await page.locator("#verdict").count()); turn += 1) {
      await fillByKeys(page, () => undefined);
      await press(page, "Enter");
    }
    const opened = [];
    const words = [];
    for (let turn = 0; turn < 200; turn += 1) {
      const stop = await tab(page);
      words.push(stop.words);
      if (stop.isOnBody || stop.words.startsWith("Start again")) break;
      if (stop.tag === "summary") {
        await page.keyboard.press(opened.length % 2 ? "Space" : "Enter");
        assert.ok(await page.evaluate(() => document.activeElement.parentElement.open));
        opened.push(stop.words);
      }
    }
    assert.ok(opened.length >= 2, opened.join(", "));
    assert.ok(words.includes("Change my answers"), words.join(", "));
  });
});

for (const path of ["/", "/guide/after", "/evidence/rules", CHECK, "/nowhere"]) {
  test(`the skip link of ${path} is the first stop, shows itself and leads past the navigation`, async () => {
    await visiting({ width: 1280 }, async (page) => {
      await page.goto(path);
      const first = await tab(page);
      assert.equal(first.words, "Skip to content");
      assert.ok(await page.locator(".skip").evaluate((link) => link.getBoundingClientRect().left >= 0));
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.id), "main");
      const next = await tab(page);
      assert.ok(await page.evaluate(() => document.activeElement.closest("main, footer") !== null), next.words);
    });
  });
}

test("every stop of the front page, a guide page and the rules shows the focus", async () => {
  for (const path of ["/", "/guide/after", "/evidence/protocol"]) {
    for (const width of [390, 1280]) {
      await visiting({ width }, async (page) => {
        await page.goto(path);
        let stops = 0;
        for (; stops < 60; stops += 1) if ((await tab(page)).isOnBody) break;
        assert.ok(stops > 8, `${stops} stops on ${path}`);
      });
    }
  }
});
