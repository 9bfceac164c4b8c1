// A self-check that is kept: the form, the link in another browser with the date of birth, and the remaining questions
// on a phone, by keyboard, up to the first answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barriersInBoth, heading, HEALTHY, shot, sideways, visiting, walk } from "./site.mjs";

/** She is pregnant, so that the self-check waits for that and leaves out what could only make it wait as well. */
const MARA = { ...HEALTHY, says: { "patient.pregnancy": "yes" } };

/** Sends a form with the button that has the focus, and waits for the next page. */
async function enter(page) {
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

/** Looks at a page as everybody has to be able to: no grave barrier, nothing wider than a phone. */
async function look(page, name) {
  await shot(page, name);
  assert.deepEqual(await barriersInBoth(page), [], name);
  assert.equal(await sideways(page), "", name);
}

/** Keeps the self-check of somebody and returns the link. */
async function keep(page, person) {
  await walk(page, person);
  await look(page, "keep-answer-390");
  await page.getByRole("button", { name: "Keep this and ask for an appointment" }).press("Enter");
  await page.waitForURL("**/is-it-for-me/keep");
  assert.equal(await heading(page), "Keep this and ask for an appointment");
  await look(page, "keep-form-390");
  await page.getByLabel("Your name").fill("Mara Invented");
  await page.getByLabel("Your date of birth").fill(person.born);
  await page.getByLabel("E-mail").fill("mara@mail.example");
  await page.getByLabel("Write to me with free times").press("Space");
  await page.getByLabel("The clinic may keep my answers and contact me.").press("Space");
  await page.getByRole("button", { name: "Send to the clinic" }).focus();
  await enter(page);
  assert.equal(await heading(page), "The clinic has your answers");
  await look(page, "keep-done-390");
  return page.locator(".ticket").innerText();
}

/**
 * Answers a page of questions with the keys of a keyboard alone: Tab from field to field, an arrow for No, Enter on the
 * button that goes on. Returns the names of the questions.
 */
async function byKeyboard(page) {
  const names = [];
  for (let stop = 0; stop < 400; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const { type, name, value, localName } = document.activeElement;
      return { type, name, value, localName };
    });
    if (at.type === "radio" && at.value === "yes") {
      await page.keyboard.press("ArrowRight");
      names.push(at.name);
    } else if (at.localName === "button" && at.value === "next") {
      await enter(page);
      return names;
    }
  }
  throw new Error("the keyboard does not reach the button");
}

test("a self-check is kept, opened elsewhere by its link, and finished on a phone by keyboard", async () => {
  const link = await visiting({ width: 390 }, async (page) => {
    const link = await keep(page, MARA);
    assert.deepEqual(page.complaints, []);
    return link;
  });
  await visiting({ width: 390 }, async (page) => {
    await page.goto(link);
    assert.equal(await heading(page), "Is it you?");
    assert.doesNotMatch(await page.locator("body").innerText(), /Mara/);
    await look(page, "keep-link-390");
    await page.getByLabel("Your date of birth").fill(MARA.born);
    await page.getByRole("button", { name: "Open my pages" }).focus();
    await enter(page);
    assert.equal(new URL(page.url()).pathname, "/me");

    const asked = [];
    let pages = 0;
    await page.goto("/me/questions");
    while ((await page.locator("form.selfcheck__questions").count()) > 0) {
      if (pages === 0) await look(page, "keep-questions-390");
      asked.push(...(await byKeyboard(page)));
      pages += 1;
      assert.ok(pages < 10, "the questions do not end");
    }
    assert.ok(asked.length > 3, `only ${asked.length} questions were left`);
    assert.ok(!asked.includes("a.patient.pregnancy"), "it was answered in the self-check");
    assert.equal(new Set(asked).size, asked.length, "a question was asked twice");

    assert.equal(await heading(page), "Look it through, then send");
    assert.match(await page.locator("main").innerText(), /pregnant/i);
    await look(page, "keep-review-390");
    await page.getByRole("button", { name: "Send to the clinic" }).focus();
    await enter(page);
    assert.equal(await heading(page), "Sent");
    await look(page, "keep-sent-390");
    await page.getByRole("link", { name: "See the first answer" }).focus();
    await enter(page);
    assert.match(await page.locator("#verdict").innerText(), /Not yet/);
    await look(page, "keep-screening-390");
    assert.deepEqual(page.complaints, []);
  });
});

test("a wrong date of birth opens nothing and stays to be put right", async () => {
  const link = await visiting({ width: 390 }, (page) => keep(page, MARA));
  await visiting({ width: 1280 }, async (page) => {
    await page.goto(link);
    await page.getByLabel("Your date of birth").fill("1950-01-01");
    await page.getByRole("button", { name: "Open my pages" }).focus();
    await enter(page);
    assert.equal(await page.getByLabel("Your date of birth").inputValue(), "1950-01-01");
    assert.ok(await page.locator("#birth_date-wrong").isVisible());
    await page.goto("/me/questions");
    assert.equal(new URL(page.url()).pathname, "/link");
  });
});

test("somebody under age is refused with the rule and its date, and is not signed in", async () => {
  const young = { ...HEALTHY, born: `${new Date().getFullYear() - 15}-01-15` };
  await visiting({ width: 390 }, async (page) => {
    await walk(page, young);
    await page.getByRole("button", { name: "Keep this and ask for an appointment" }).focus();
    await enter(page);
    assert.equal(await heading(page), "We cannot take this on here");
    assert.match(await page.locator("main").innerText(), new RegExp(`15 January ${new Date().getFullYear() + 3}`));
    await look(page, "keep-minor-390");
    await page.getByRole("link", { name: "The whole rule and its sources" }).click();
    assert.match(page.url(), /contra\.age_minor$/);
    await page.goto("/me/questions");
    assert.equal(new URL(page.url()).pathname, "/link");
  });
});
