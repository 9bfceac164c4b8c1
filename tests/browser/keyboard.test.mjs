// The whole self-check by keyboard alone, and the way past the navigation.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CHECK, heading, visiting } from "./site.mjs";

/**
 * What holds the focus, and whether it shows: by an outline of its own, of the label that is drawn for it, or of the
 * button inside a field for dates, whose ring a page can style but not read.
 */
function focused(page) {
  return page.evaluate(() => {
    const held = document.activeElement;
    const drawn = getComputedStyle(held).opacity === "0" ? held.closest("label") : held;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(drawn);
    const edges = drawn.getBoundingClientRect();
    const isInnerButton = held.type === "date" && !held.matches(":focus");
    const group = held.type === "radio" ? [...document.getElementsByName(held.name)].filter((one) => one.type === "radio") : [];
    return {
      tag: held.localName,
      type: held.type ?? "",
      name: held.getAttribute("name") ?? "",
      value: held.value ?? "",
      id: held.id,
      words: held.textContent.trim().slice(0, 40),
      isPrimary: held.matches("form.card button[type=submit]"),
      isOnBody: held === document.body,
      isAnswered: group.some((one) => one.checked),
      order: group.map((one) => one.value),
      shows: isInnerButton || (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2 && outlineColor !== "rgba(0, 0, 0, 0)"),
      isInWindow: edges.bottom > 0 && edges.top < innerHeight && edges.height > 0,
    };
  });
}

/** Tabs on, and holds every stop to showing where it is. */
async function tab(page) {
  await page.keyboard.press("Tab");
  const stop = await focused(page);
  const place = `${stop.tag} ${stop.name || stop.id || stop.words}`;
  assert.ok(stop.isOnBody || stop.shows, `the focus does not show on ${place}`);
  assert.ok(stop.isOnBody || stop.isInWindow, `the focus is out of sight on ${place}`);
  return stop;
}

/** Answers the page with keys until its button is reached. `wanted` gives the value of a field by its name. */
async function fillByKeys(page, wanted) {
  const stops = [];
  for (let turn = 0; turn < 250; turn += 1) {
    const stop = await tab(page);
    stops.push(stop);
    if (stop.isPrimary) return stops;
    const value = wanted(stop.name);
    if (stop.type === "radio" && !stop.isAnswered && value !== undefined) {
      await page.keyboard.press("Space");
      for (let step = stop.order.indexOf(value); step > 0; step -= 1) await page.keyboard.press("ArrowDown");
      assert.equal((await focused(page)).value, value, stop.name);
      assert.ok((await focused(page)).shows, `the focus does not show on the chosen answer of ${stop.name}`);
    } else if (stop.tag === "select" && value !== undefined) {
      for (let step = 0; step < 200 && (await focused(page)).value !== value; step += 1) await page.keyboard.press("ArrowDown");
      assert.equal((await focused(page)).value, value, stop.name);
    } else if (stop.type === "date" && stop.value === "" && value !== undefined) {
      await page.keyboard.type(value);
    } else if (stop.tag === "textarea") {
      await page.keyboard.type(value ?? "");
    }
  }
  throw new Error("the button was never reached");
}

async function press(page, key) {
  await Promise.all([page.waitForEvent("load"), page.keyboard.press(key)]);
}

const YEAR = new Date().getFullYear();
const FIRST = {
  concern: "acne-scar",
  region: "cheek",
  way: "pen",
  // The first of January reads the same in either order of day and month.
  born: `0101${YEAR - 40}`,
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
        if (name === "d.medicines.isotretinoin.last_dose") return `0101${YEAR - 1}`;
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
