// Photographs against one another: by mouse, by keyboard, without script, on a phone and on paper. The demo's patient was
// photographed before each of her sessions; her head is drawn.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriersInBoth, shot, sideways, sidewaysAtTwice, visiting } from "./site.mjs";

/** Signs in as somebody of the demo, and gives the address of the comparison of its patient. */
async function atThePair(page) {
  await page.goto("/demo");
  await page.locator('button[value="assistant"]').click();
  await page.waitForLoadState();
  await page.goto("/patients");
  await page.locator("main input[name=q], main input[type=search]").first().fill("Maya Osei");
  await page.keyboard.press("Enter");
  await page.waitForLoadState();
  await page.locator('main a:has-text("Maya Osei")').first().click();
  await page.waitForLoadState();
  return `${new URL(page.url()).pathname}/compare`;
}

/** Waits until the pair was measured. */
const measured = (page) => page.locator("form[data-measure]").waitFor({ state: "detached", timeout: 60_000 });

/** The colour of the picture in the middle of the stage, so that what is seen is known, not only what is set. */
const isShown = (page, which) =>
  page.evaluate((which) => {
    const edges = document.querySelector(".stage__frame").getBoundingClientRect();
    const seen = document.elementsFromPoint(edges.left + edges.width / 4, edges.top + edges.height / 2);
    return seen.some((one) => one.closest(`[data-view="${which}"]`) && getComputedStyle(one).visibility === "visible");
  }, which);

test("without script both stand side by side, a button measures them, and everything is said", async () => {
  await visiting({ script: false }, async (page) => {
    const pair = await atThePair(page);
    await page.goto(pair);
    const places = await page.locator(".stage__frame").evaluateAll((frames) => frames.map((frame) => frame.getBoundingClientRect().left));
    assert.equal(places.length, 2);
    assert.ok(places[1] > places[0] + 100, "beside one another");
    assert.equal(await page.locator("[role=slider]").count(), 0);
    await page.getByRole("button", { name: "Compare them" }).click();
    await page.waitForLoadState();
    const words = await page.locator("main").innerText();
    for (const said of ["What was measured", "Are the photographs comparable?", "Not measured", "less red", "Two shots of one skin differ by", "too early to judge"]) {
      assert.ok(words.toLowerCase().includes(said.toLowerCase()), `${said} is missing`);
    }
    await page.getByRole("link", { name: "Show it as it was taken" }).click();
    await page.waitForLoadState();
    assert.match(await page.locator('[data-view="after"] img').getAttribute("src"), /^\/photos\//);
    assert.deepEqual(page.complaints, []);
  });
});

test("the divider is a slider for the keyboard and the mouse, and both pictures are magnified alike", async () => {
  await visiting({ width: 1280 }, async (page) => {
    await page.goto(await atThePair(page));
    await measured(page);
    const slider = page.getByRole("slider", { name: "Divider between the two photographs" });
    const value = async () => Number(await slider.getAttribute("aria-valuenow"));
    await slider.focus();
    assert.equal(await value(), 50);
    for (const [key, expected] of [["ArrowRight", 52], ["ArrowLeft", 50], ["PageUp", 60], ["Home", 0], ["End", 100], ["ArrowLeft", 98]]) {
      await page.keyboard.press(key);
      assert.equal(await value(), expected, key);
    }
    await page.keyboard.press("End");
    assert.match(await slider.getAttribute("aria-valuetext"), /^only Before/);
    // What is set is what is seen: the later one is clipped away at the end, and all there is at home.
    const clip = () => page.locator('[data-view="after"] .stage__frame').evaluate((frame) => getComputedStyle(frame).clipPath);
    assert.match(await clip(), /100%\)$/);
    const frame = await page.locator('[data-view="before"] .stage__frame').boundingBox();
    await page.mouse.move(frame.x + frame.width / 2, frame.y + 200);
    await page.mouse.down();
    await page.mouse.move(frame.x + frame.width / 4, frame.y + 220, { steps: 4 });
    await page.mouse.up();
    assert.equal(await value(), 25);
    // Magnified by keys and button, both move together.
    await slider.focus();
    await page.keyboard.press("+");
    await page.getByRole("button", { name: "Magnify both" }).click();
    await page.getByRole("button", { name: "Move right" }).click();
    const moved = await page.locator(".stage__frame > img").evaluateAll((images) => images.map((image) => getComputedStyle(image).transform));
    assert.equal(moved[0], moved[1]);
    assert.match(moved[0], /^matrix\(2\.25, 0, 0, 2\.25, -/);
    await slider.focus();
    await page.keyboard.press("0");
    assert.equal(await page.getByRole("button", { name: "Move right" }).isVisible(), false);
    assert.deepEqual(page.complaints, []);
  });
});

test("blinking begins only when asked for, and never for who wants no motion", async () => {
  for (const reducedMotion of ["reduce", "no-preference"]) {
    await visiting({ reducedMotion }, async (page) => {
      await page.goto(await atThePair(page));
      await measured(page);
      await page.clock.install();
      await page.getByRole("button", { name: "Blink", exact: true }).click();
      const shown = () => page.locator("#stage").getAttribute("data-shown");
      const turns = [];
      for (let turn = 0; turn < 30; turn += 1) {
        await page.clock.runFor(100);
        turns.push(await shown());
      }
      const changes = turns.filter((one, at) => at > 0 && one !== turns[at - 1]).length;
      if (reducedMotion === "reduce") {
        assert.equal(changes, 0);
        await page.getByRole("button", { name: "Show the other" }).click();
        assert.equal(await shown(), "before");
      } else {
        assert.ok(changes >= 3 && changes <= 9, `${changes} changes in three seconds`);
        await page.getByRole("button", { name: "Stop blinking" }).click();
        const before = await shown();
        await page.clock.runFor(3000);
        assert.equal(await shown(), before);
      }
      assert.equal(await isShown(page, "after"), (await shown()) === "after");
    });
  }
});

test("an area is drawn with the mouse, measured, and stays", async () => {
  await visiting({ width: 1280 }, async (page) => {
    await page.goto(await atThePair(page));
    await measured(page);
    await page.locator("details.marks > summary").click();
    await page.getByRole("button", { name: "Draw it" }).first().click();
    const frame = await page.locator('[data-view="before"] .stage__frame').boundingBox();
    const at = (x, y) => [frame.x + frame.width * x, frame.y + frame.height * y];
    await page.locator('[data-view="before"] .stage__frame').scrollIntoViewIfNeeded();
    const box = await page.locator('[data-view="before"] .stage__frame').boundingBox();
    assert.ok(at(0, 0)[0] > 0 && box.width > 0);
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.45);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.6, { steps: 5 });
    await page.mouse.up();
    const field = (what) => page.locator(`#area0-${what}`).inputValue();
    assert.equal(await field("kind"), "treated");
    for (const [what, expected] of [["left", 30], ["top", 45], ["width", 20], ["height", 15]]) {
      assert.ok(Math.abs(Number(await field(what)) - expected) < 1, `${what} is ${await field(what)}`);
    }
    await page.getByRole("button", { name: "Compare with these areas" }).click();
    await page.waitForLoadState();
    assert.ok((await page.locator('[data-view="before"] .outline-treated').count()) > 0);
    assert.deepEqual(page.complaints, []);
  });
});

test("the page is open to everyone, in light and dark, on a phone, at a desk and at twice the size", async () => {
  await visiting({ width: 390 }, async (page) => {
    await page.goto(await atThePair(page));
    await measured(page);
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      assert.deepEqual(await barriersInBoth(page, null, (scheme) => shot(page, `compare-${width}-${scheme}`)), []);
    }
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      assert.equal(await sideways(page), "");
    }
    assert.equal(await sidewaysAtTwice(page), "");
    // On a phone the whole of a measure is in sight: nothing of it is behind a table that has to be pushed.
    await page.setViewportSize({ width: 320, height: 900 });
    const table = await page.locator(".scroll-x:has(.measures)").evaluate((around) => around.scrollWidth - around.clientWidth);
    assert.ok(table <= 0, `${table} px of the measures are out of sight`);
    assert.equal(await page.getByRole("row").count() > 1, true, "it stays a table for who listens");
    // On paper the two stand side by side again, and nothing asks to be pressed.
    await page.setViewportSize({ width: 794, height: 1123 });
    await page.emulateMedia({ media: "print" });
    const places = await page.locator(".stage__frame").evaluateAll((frames) => frames.map((one) => one.getBoundingClientRect().left));
    assert.ok(places[1] > places[0] + 100, "side by side on paper");
    assert.equal(await page.locator(".stage__bar").isVisible(), false);
    for (const heading of ["Are the photographs comparable?", "Not measured"]) {
      assert.ok(await page.getByRole("heading", { name: heading }).isVisible(), `${heading} is not on paper`);
    }
    assert.equal(await page.locator(".compare__whose").innerText(), "Maya Osei");
    await shot(page, "compare-paper");
    assert.deepEqual(page.complaints, []);
  });
});

test("the patient reads in words what the two show, and no number", async () => {
  await visiting({ width: 390 }, async (page) => {
    await page.goto("/demo");
    await page.locator('button[value="patient"]').click();
    await page.waitForLoadState();
    await page.goto("/me/photos");
    await page.locator('a[href^="/me/photos/pair"]').first().click();
    await page.waitForLoadState();
    await measured(page);
    const said = await page.locator("section[aria-labelledby=said]").innerText();
    assert.match(said, /What the two show/);
    assert.doesNotMatch(said, /\bEI\b|a\*|95%/);
    assert.deepEqual(await barriersInBoth(page, null, (scheme) => shot(page, `compare-own-${scheme}`)), []);
    assert.equal(await sideways(page), "");
    assert.deepEqual(page.complaints, []);
  });
});
