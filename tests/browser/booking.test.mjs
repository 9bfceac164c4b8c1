// Booking at the desk: somebody who is due to book gets the whole course in one go, kept while it is talked over; with the
// script the minutes are counted, without it everything else is the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers, shot, sideways, visitor } from "./site.mjs";

/** The front desk, on the booking page of somebody who is due to book and has several sessions to come. */
async function due(page) {
  await page.goto("/demo");
  await Promise.all([page.waitForEvent("load"), page.locator("button[name=role][value=front-desk]").click()]);
  await page.goto("/due");
  const books = await page.locator("main a[href*='/book?session=']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  assert.ok(books.length > 0, "nobody is due to book");
  for (const href of books) {
    await page.goto(href);
    const whole = page.getByRole("link", { name: /^All \d sessions in one go$/ });
    if (!(await whole.count())) continue;
    await Promise.all([page.waitForEvent("load"), whole.click()]);
    return;
  }
  assert.fail("nobody who is due has several sessions to book");
}

// First, while there is still somebody to be booked: it books nobody.
test("why a time is not possible is read with the next ones, and one of them is kept", async () => {
  const page = await visitor({ width: 1280 });
  await due(page);
  await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: /^Only session/ }).click()]);
  // At night, on the first day that has a start.
  const first = await page.locator("button[name=start]").first().getAttribute("value");
  await page.locator("#why-day").fill(first.slice(0, 10));
  await page.locator("#why-time").fill("03:00");
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Ask", exact: true }).click()]);
  assert.match(await page.locator("#why").innerText(), /is not possible:/);
  await shot(page, "booking-why");
  assert.deepEqual(await barriers(page), []);
  const nearest = page.locator("#why form[method=post] button").first();
  const when = await nearest.innerText();
  await Promise.all([page.waitForEvent("load"), nearest.click()]);
  assert.ok((await page.locator("#kept").innerText()).includes(when), when);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Let it go" }).click()]);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

for (const [name, width, script] of [["with the script", 1280, true], ["without script", 320, false]]) {
  test(`a whole course is kept, let go, kept again and booked ${name}`, async () => {
    const page = await visitor({ width, script });
    const looks = async (what) => {
      await shot(page, `booking-${width}-${what}`);
      assert.equal(await sideways(page), "", what);
      if (script) assert.deepEqual(await barriers(page), [], what);
      assert.deepEqual(page.complaints, [], what);
    };
    const press = (button) => Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: button }).first().click()]);
    await due(page);
    await looks("whole");
    assert.match(await page.locator("main").innerText(), /Ends first/);
    await press("Keep this course");
    const kept = page.locator("#kept");
    assert.match(await kept.innerText(), script ? /Kept until \d\d:\d\d \(10 min left\)/ : /Kept until \d\d:\d\d(?! \()/);
    const sessions = await kept.locator("li").count();
    assert.ok(sessions > 1);
    await looks("kept");
    await press("Let it go");
    assert.equal(await page.locator("#kept").count(), 0);
    await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: /in one go$/ }).click()]);
    await press("Keep this course");
    await press("Book all of it");
    assert.match(await page.locator(".toast").innerText(), /The whole course is booked/);
    await looks("booked");
    await page.context().close();
  });
}
