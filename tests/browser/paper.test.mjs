// What comes out of the printer: the answer and a guide page, with their sources and without navigation or buttons.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HEALTHY, iso, monthsFromNow, shot, sideways, visiting, walk } from "./site.mjs";

/** Whether anything that is only for the screen would be printed. */
const forScreen = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("nav, header.top, button, .btn, .find, .search, input:not([type=hidden]), .skip, .no-print")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 0)
      // The skip link and the like are beside the sheet.
      .filter((element) => element.getBoundingClientRect().right > 0)
      .map((element) => element.outerHTML.slice(0, 90)),
  );

/** The source panels that would not be printed. */
const shut = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("details.cite")]
      .filter((panel) => {
        const pop = panel.querySelector(".cite__pop");
        return !pop.checkVisibility({ contentVisibilityAuto: true }) || pop.getBoundingClientRect().height < 10;
      })
      .map((panel) => panel.textContent.trim().slice(0, 60)),
  );

/** An A4 sheet without its margins, at 96 px an inch. */
const SHEET = { width: 673, height: 1000 };

const PERSON = {
  ...HEALTHY,
  phototype: "5",
  medicines: "Eliquis",
  says: { "medicines.isotretinoin": "yes" },
  details: { "medicines.isotretinoin.status": "stopped", "medicines.isotretinoin.last_dose": iso(monthsFromNow(-3)) },
};

test("the printed answer has its verdict, reasons and sources, and nothing that is only for the screen", async () => {
  for (const script of [true, false]) {
    await visiting({ script }, async (page) => {
      await walk(page, PERSON);
      await page.setViewportSize(SHEET);
      await page.emulateMedia({ media: "print" });
      assert.deepEqual(await forScreen(page), []);
      assert.ok((await page.locator("details.cite").count()) >= 2);
      assert.deepEqual(await shut(page), []);
      assert.equal(await sideways(page), "");
      const text = await page.locator("body").innerText();
      for (const words of [/Ask a doctor first/, /What to bring/, /reviewed by no clinician/, /sha256:/, /Answer of/]) {
        assert.match(text, words);
      }
      await shot(page, `print-answer${script ? "" : "-without-script"}`);
    });
  }
});

test("a printed guide page has its claims and their sources, and nothing that is only for the screen", async () => {
  await visiting({}, async (page) => {
    await page.goto("/guide/after");
    await page.setViewportSize(SHEET);
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await forScreen(page), []);
    assert.ok((await page.locator("details.cite").count()) > 5);
    assert.deepEqual(await shut(page), []);
    assert.equal(await sideways(page), "");
    await shot(page, "print-guide");
  });
});

test("paper is black on white even for who reads in the dark", async () => {
  await visiting({ dark: true }, async (page) => {
    await walk(page, PERSON);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const [paper, ink] = await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return [backgroundColor, color].map((words) => words.match(/\d+/g).slice(0, 3).map(Number));
    });
    assert.ok(paper.every((part) => part > 250), `paper ${paper}`);
    assert.ok(ink.every((part) => part < 80), `ink ${ink}`);
  });
});

test("after printing, the page is as it was", async () => {
  await visiting({}, async (page) => {
    await page.goto("/guide/after");
    const panels = page.locator("details.cite");
    await panels.nth(1).locator("summary").click();
    const before = await panels.evaluateAll((all) => all.map((panel) => [panel.open, panel.getAttribute("name")]));
    const paper = await page.pdf({ format: "A4" });
    assert.ok(paper.length > 20_000);
    const after = await panels.evaluateAll((all) => all.map((panel) => [panel.open, panel.getAttribute("name")]));
    assert.deepEqual(after, before);
  });
});
