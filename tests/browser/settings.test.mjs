// The calendar's settings in a browser: an example day that is drawn anew while phases are changed, with script at once
// and without by a button; rooms that are blocked and opened again; appointments of another program that are looked at,
// taken over and taken back. That every settings page can be read by everyone at every width is in rooms.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriersInBoth, shot, sideways, visiting, WIDTHS } from "./site.mjs";

const SERVICE = "/settings/service/session";

async function enter(page) {
  await page.goto("/sign-in");
  await page.click('button[value="owner"]');
}

/** How many visits the example day has, as it says. */
async function visits(page) {
  return Number.parseInt(await page.locator("#example-day .example__says p b").last().innerText(), 10);
}

test("with script the example day follows a change at once, and nothing is saved", async () => {
  await visiting({ width: 1280 }, async (page) => {
    await enter(page);
    await page.goto(SERVICE);
    const before = await visits(page);
    const drawn = page.waitForResponse((answer) => answer.url().endsWith(SERVICE));
    await page.fill("#phase-3-fewest", "90");
    await page.fill("#phase-3-most", "90");
    await page.locator("#phase-3-most").blur();
    await drawn;
    await page.waitForFunction(
      (before) => Number.parseInt([...document.querySelectorAll("#example-day .example__says p b")].at(-1).textContent) < before,
      before,
    );
    assert.equal(await page.inputValue("#phase-3-fewest"), "90");
    await page.goto(SERVICE);
    assert.equal(await page.inputValue("#phase-3-fewest"), "35");
    assert.equal(await visits(page), before);
    assert.deepEqual(page.complaints, []);
  });
});

test("without script a button shows the example day of what is typed", async () => {
  await visiting({ width: 1280, script: false }, async (page) => {
    await enter(page);
    await page.goto(SERVICE);
    const before = await visits(page);
    await page.fill("#phase-3-fewest", "90");
    await page.fill("#phase-3-most", "90");
    await page.getByRole("button", { name: "Show the example day" }).last().click();
    assert.ok((await visits(page)) < before);
    assert.equal(await page.inputValue("#phase-3-most"), "90");
    assert.deepEqual(page.complaints, []);
  });
});

test("phases are moved, added and removed with the keyboard alone", async () => {
  await visiting({ width: 1280 }, async (page) => {
    await enter(page);
    await page.goto(SERVICE);
    // Enter in a field shows the example day; it neither saves nor moves anything.
    await page.locator("#name").press("Enter");
    await page.waitForLoadState();
    assert.equal(new URL(page.url()).pathname, SERVICE);
    assert.equal(await page.inputValue("#phase-2-kind"), "numbing");
    const press = async (name) => {
      await page.getByRole("button", { name, exact: true }).focus();
      await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    };
    await press("Later phase 2");
    assert.equal(await page.inputValue("#phase-3-kind"), "numbing");
    await press("Add a phase");
    assert.equal(await page.inputValue("#phase-5-kind"), "treatment");
    assert.deepEqual(page.complaints, []);
  });
});

for (const width of WIDTHS) {
  test(`a service, its refusal and a file that was looked at can be read by everyone at ${width} px`, async () => {
    const wrong = [];
    await visiting({ width }, async (page) => {
      await enter(page);
      await page.goto(SERVICE);
      await page.selectOption("#phase-3-device", "patch");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.locator("#wrong").waitFor();
      wrong.push(...(await barriersInBoth(page, null, (scheme) => shot(page, `settings-refused-${width}-${scheme}`))));
      await page.goto("/settings/import");
      await page.fill("#pasted", table());
      await page.getByRole("button", { name: "Look at it" }).click();
      await page.locator("#rows").waitFor();
      wrong.push(...(await barriersInBoth(page, null, (scheme) => shot(page, `settings-import-${width}-${scheme}`))));
      await page.setViewportSize({ width: 320, height: 900 });
      const wide = await sideways(page);
      if (wide) wrong.push(wide);
      // A refusal is 422, which the browser notes; nothing else may be noted.
      wrong.push(...page.complaints.filter((line) => !line.includes("422")));
    });
    assert.deepEqual(wrong, []);
  });
}

/** Appointments of another program on three days ahead, of which some fit; the last has no date of birth. */
function table() {
  const rows = ["date,start,minutes,name,birth date,service"];
  for (const days of [3, 4, 5]) {
    const ahead = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    for (const hour of ["09:00", "11:00", "16:30"]) rows.push(`${ahead},${hour},30,Ada Elsewhere,1990-05-31,Consultation`);
    rows.push(`${ahead},10:30,30,Bea Elsewhere,,Consultation`);
  }
  return rows.join("\n");
}

test("appointments are taken over and taken back, without script", async () => {
  await visiting({ width: 1280, script: false }, async (page) => {
    await enter(page);
    await page.goto("/settings/import");
    await page.fill("#pasted", table());
    await page.getByRole("button", { name: "Look at it" }).click();
    const fit = Number.parseInt(await page.locator("#rows").innerText(), 10);
    assert.ok(fit > 0);
    const taken = `${fit} ${fit === 1 ? "visit was" : "visits were"}`;
    await page.getByRole("button", { name: "Book what fits" }).click();
    assert.ok((await page.locator("main").innerText()).includes(`${taken} booked; 1 patient was entered`));
    const kept = page.waitForEvent("download");
    await page.getByRole("button", { name: "Keep them as a table" }).click();
    assert.equal((await kept).suggestedFilename(), "appointments-not-taken.csv");
    await page.getByRole("button", { name: "Take it back" }).click();
    assert.ok((await page.locator("main").innerText()).includes(`${taken} taken back`));
  });
});

test("a room is blocked with a reason, and undone", async () => {
  await visiting({ width: 390 }, async (page) => {
    await enter(page);
    await page.goto("/settings/rooms");
    await page.getByRole("link", { name: "Room 2" }).click();
    await page.fill("#blocked-from", "2031-03-03T09:00");
    await page.fill("#blocked-until", "2031-03-03T12:00");
    await page.fill("#blocked-why", "The floor is laid");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("The floor is laid").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Taken back.").waitFor();
    assert.equal(await page.getByText("The floor is laid").count(), 0);
    assert.deepEqual(page.complaints, []);
  });
});
