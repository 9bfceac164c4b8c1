// The day board: what it says to everybody, and a visit that is carried over it with the pointer, with a finger and with the
// keys, and put back. Without the script the list says the same, and the visit's own page moves it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, barriers, barriersInBoth, origin, shot, sideways, sidewaysAtTwice, visiting } from "./site.mjs";

const headers = { "content-type": "application/x-www-form-urlencoded" };
const signedIn = await ask("/sign-in/demo", { method: "POST", headers, body: "role=front-desk" });
const jar = signedIn.headers["set-cookie"].map((line) => {
  const [name, value] = line.split(";")[0].split("=");
  return { name, value, url: origin };
});
const cookie = jar.map(({ name, value }) => `${name}=${value}`).join("; ");

/** The first day after today on which a session can be carried elsewhere, and where to. */
async function movable() {
  let path = (await ask("/today", { headers: { cookie } })).body.toString().match(/href="([^"]+)" aria-label="Next day"/)[1];
  for (let days = 0; days < 60; days += 1) {
    const page = (await ask(path, { headers: { cookie } })).body.toString();
    for (const [, visit] of page.matchAll(/data-carry="(\/visits\/[^"]+)"/g)) {
      const date = path.match(/date=([0-9-]+)/)[1];
      const possible = (await ask(`${visit}/possible?date=${date}`, { headers: { cookie } })).body.toString();
      const spots = [...possible.matchAll(/data-room="([^"]+)" data-size="[^"]+" data-begins="([^"]+)"/g)];
      // One that is numbed in the bay and treated in a room stands twice.
      const isInTwo = page.split(`data-carry="${visit}"`).length > 2;
      if (isInTwo && spots.length > 3 && page.includes(`id="at-${visit.split("/").at(-1)}"`)) {
        return { path, visit, date, spots: spots.map(([, room, begins]) => ({ room, begins })) };
      }
    }
    path = page.match(/href="([^"]+)" aria-label="Next day"/)[1];
  }
  throw new Error("nothing can be moved in sixty days");
}
const found = await movable();

const board = (options, visit) =>
  visiting(options, async (page) => {
    await page.context().addCookies(jar);
    await page.goto(found.path.replaceAll("&amp;", "&"));
    return visit(page);
  });

/** The part of the visit that stands in the room in which it is treated, and the minute at which the visit begins. */
const treated = (page) => page.locator(`.appt[data-carry="${found.visit}"]`).last();
const begins = (page) =>
  treated(page).evaluate((block) => {
    const of = (name) => Number(new RegExp(`(?:^| )${name}-(\\d+)`).exec(block.className)[1]);
    return of("h") * 60 + of("m") - Number(block.dataset.after);
  });
const minutes = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

async function undone(page, before) {
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForLoadState();
  assert.match(await page.locator(".toast").textContent(), /back where it was/);
  assert.equal(await begins(page), before, "it is not back where it was");
}

test("the board, carried and not, can be read by everyone", async () => {
  await board({}, async (page) => {
    const wrong = await barriersInBoth(page, null, (scheme) => shot(page, `board-${scheme}`));
    await treated(page).focus();
    await page.keyboard.press("m");
    await page.locator("i.spot").first().waitFor({ state: "attached" });
    await shot(page, "board-carried");
    wrong.push(...(await barriers(page)));
    await page.keyboard.press("Escape");
    assert.deepEqual(wrong, []);
    for (const width of [320, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      assert.equal(await sideways(page), "", `${width} px`);
    }
    assert.equal(await sidewaysAtTwice(page), "");
    assert.deepEqual(page.complaints, []);
  });
});

test("a visit is dragged to where it lights up, and the undo puts it back", async () => {
  await board({}, async (page) => {
    const before = await begins(page);
    const room = await treated(page).evaluate((block) => block.closest(".lane").dataset.room);
    const wanted = found.spots.filter((spot) => minutes(spot.begins) !== before);
    const to = wanted.find((spot) => spot.room !== room) ?? wanted[0];
    const block = treated(page);
    await block.scrollIntoViewIfNeeded();
    const from = await block.boundingBox();
    const { x, y } = await pointOf(page, to);
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(from.x + 30, from.y + 12);
    await page.locator("i.spot").first().waitFor({ state: "attached" });
    await page.mouse.move(x + 10.5, y, { steps: 4 });
    assert.match(await page.locator(".ghost small").textContent(), new RegExp(`^${to.begins}`));
    const ghost = await page.locator(".ghost").boundingBox();
    assert.ok(Math.abs(ghost.x - x) < 8, `the visit is held at ${x} and drawn at ${ghost.x}`);
    await shot(page, "board-dragged");
    await Promise.all([page.waitForEvent("load"), page.mouse.up()]);
    assert.match(await page.locator(".toast").textContent(), /Moved/);
    assert.equal(await begins(page), minutes(to.begins));
    assert.equal(await treated(page).evaluate((block) => block.closest(".lane").dataset.room), to.room);
    await undone(page, before);
    assert.deepEqual(page.complaints, []);
  });
});

/** Where a place of a room is on the page: the middle of its lane, at the minute at which the visit would come in. */
async function pointOf(page, to) {
  const after = await treated(page).evaluate((block) => Number(block.dataset.after));
  const lane = await page.locator(`.lane[data-room="${to.room}"]`).first().boundingBox();
  const [first, last] = await page.locator(".board").evaluate((one) => [Number(one.dataset.from) * 60, Number(one.dataset.until) * 60]);
  return { x: lane.x + ((minutes(to.begins) + after - first) / (last - first)) * lane.width, y: lane.y + lane.height / 2 };
}

test("a finger that rests on a visit carries it, and one that does not scrolls", async () => {
  await board({ hasTouch: true }, async (page) => {
    const before = await begins(page);
    const to = found.spots.find((spot) => minutes(spot.begins) !== before);
    await treated(page).scrollIntoViewIfNeeded();
    const from = await treated(page).boundingBox();
    const { x, y } = await pointOf(page, to);
    const finger = await page.context().newCDPSession(page);
    const touch = (type, ...touchPoints) => finger.send("Input.dispatchTouchEvent", { type, touchPoints });
    // On its way at once: nothing is lifted.
    await touch("touchStart", { x: from.x + 10, y: from.y + 10 });
    await touch("touchMove", { x: from.x + 40, y: from.y + 10 });
    await touch("touchEnd");
    assert.equal(await page.locator(".ghost").count(), 0);

    const [start, lifted] = [await treated(page).boundingBox(), page.locator(".ghost")];
    const shift = start.x - from.x;
    await touch("touchStart", { x: start.x + 10, y: start.y + 10 });
    await lifted.waitFor();
    await page.locator("i.spot").first().waitFor({ state: "attached" });
    await touch("touchMove", { x: x + shift + 10.5, y });
    await page.waitForFunction((clock) => document.querySelector(".ghost small").textContent.startsWith(clock), to.begins);
    await Promise.all([page.waitForEvent("load"), touch("touchEnd")]);
    assert.equal(await begins(page), minutes(to.begins));
    await undone(page, before);
  });
});

test("what is let go where nothing lights up stays where it was, and says why", async () => {
  await board({}, async (page) => {
    const before = await begins(page);
    const block = treated(page);
    await block.scrollIntoViewIfNeeded();
    const [from, lane] = [await block.boundingBox(), await block.locator("xpath=..").boundingBox()];
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(from.x + 30, from.y + 12);
    await page.locator("i.spot").first().waitFor({ state: "attached" });
    // The end of the day has no room for a whole visit.
    await page.mouse.move(lane.x + lane.width - 3, from.y + 10, { steps: 3 });
    await page.mouse.up();
    await page.locator(".carrying--says").waitFor();
    assert.match(await page.locator(".carrying").textContent(), /^Not at \d\d:\d\d in .+\. .+\./);
    assert.equal(await page.locator(".ghost").count(), 0);
    assert.equal(await begins(page), before);
  });
});

test("a visit is carried with the keys alone, and what happens is said", async () => {
  await board({}, async (page) => {
    const before = await begins(page);
    const said = () => page.locator("[data-says][role=status]").textContent();
    await treated(page).focus();
    await page.keyboard.press("m");
    await page.waitForFunction(() => document.querySelector("[role=status][data-says]").textContent.includes("light up"));
    await page.keyboard.press("ArrowRight");
    assert.match(await said(), /possible/);
    await page.keyboard.press("Escape");
    assert.match(await said(), /stays where it was/);
    assert.equal(await page.locator(".ghost, i.spot").count(), 0);

    await page.keyboard.press("m");
    await page.waitForFunction(() => document.querySelector("[role=status][data-says]").textContent.includes("light up"));
    const later = found.spots.some((spot) => minutes(spot.begins) > before);
    await page.keyboard.press(later ? "Shift+ArrowRight" : "Shift+ArrowLeft");
    assert.match(await said(), /\d\d:\d\d to \d\d:\d\d, .+, with .+: possible/);
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    assert.notEqual(await begins(page), before);
    await undone(page, before);
    assert.deepEqual(page.complaints, []);
  });
});

test("without the script the list says what the board says, and the pages for late and away are reached", async () => {
  await board({ script: false }, async (page) => {
    const onBoard = await page.locator(".board .appt b:not([aria-hidden])").allTextContents();
    await page.getByRole("link", { name: "As a list" }).click();
    const inList = await page.locator(".visits tbody th a").allTextContents();
    assert.deepEqual([...new Set(onBoard)].sort(), [...new Set(inList)].sort());
    assert.ok((await page.locator(".visit-parts li").count()) > 2);
    await page.locator(`.visits a[href="${found.visit}"]`).first().click();
    assert.ok(await page.getByRole("link", { name: "Move", exact: true }).isVisible());
    await page.goBack();
    await page.locator(".day__away a[href^='/team/']").first().click();
    assert.match(await page.locator("h1").textContent(), /is away/);
    await page.getByRole("button", { name: "Show whom it concerns" }).click();
    assert.match(await page.locator(".replan h2").textContent(), /concerned|no visits/);
    assert.deepEqual(page.complaints, []);
  });
});

test("paper has the list and no board", async () => {
  await board({}, async (page) => {
    await page.emulateMedia({ media: "print" });
    assert.ok(!(await page.locator(".board").first().isVisible()));
    assert.ok(await page.locator(".visits").isVisible());
    await shot(page, "board-paper");
  });
});
