// What the self-check says when something is missing or not right: in a summary, under the field, and without losing
// what was typed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, barriersInBoth, begin, CHECK, heading, HEALTHY, iso, send, shot, sideways, visiting, WIDTHS } from "./site.mjs";

const FIELDS = ["concern", "region", "born", "way", "sex"];

/** Goes on until a page has this heading. */
async function until(page, person, wanted) {
  for (let turn = 0; turn < 12; turn += 1) {
    if ((await heading(page)) === wanted) return;
    await answer(page, person);
    await send(page);
  }
  throw new Error(`no page “${wanted}”`);
}

for (const width of WIDTHS) {
  test(`an empty start shows what is missing, and each line leads to its field, at ${width} px`, async () => {
    await visiting({ width }, async (page) => {
      await page.goto(CHECK);
      await send(page);
      assert.equal(await page.locator("[role=alert]").count(), 1);
      assert.match(await page.title(), /^Error: /);
      const links = page.locator("[role=alert] a");
      assert.deepEqual(
        (await links.evaluateAll((all) => all.map((link) => link.getAttribute("href").slice(1)))).sort(),
        [...FIELDS].sort(),
      );
      for (const link of await links.all()) {
        const id = (await link.getAttribute("href")).slice(1);
        await link.click();
        const focused = await page.evaluate(() => ({ id: document.activeElement.id, tag: document.activeElement.localName }));
        assert.equal(focused.id, id);
        assert.ok(["select", "input", "fieldset"].includes(focused.tag));
        const error = page.locator(`#${id}-wrong`);
        assert.ok(await error.isVisible());
        assert.equal(await error.innerText(), await link.innerText());
        const described = await page.locator(`#${id}`).getAttribute("aria-describedby");
        assert.ok(described.split(" ").includes(`${id}-wrong`));
      }
      assert.deepEqual(page.complaints, []);
    });
  });

  test(`a start with errors is open to everyone, light and dark, at ${width} px`, async () => {
    await visiting({ width }, async (page) => {
      await page.goto(CHECK);
      await send(page);
      const look = (scheme) => shot(page, `check-start-errors-${width}-${scheme}`);
      assert.deepEqual(await barriersInBoth(page, null, look), []);
      for (const narrow of [320, 390, 640, 1280]) {
        await page.setViewportSize({ width: narrow, height: 900 });
        assert.equal(await sideways(page), "");
      }
    });
  });
}

test("a start with one gap keeps everything else that was typed", async () => {
  await visiting({ width: 390 }, async (page) => {
    await begin(page, { ...HEALTHY, born: "" });
    assert.equal(await heading(page), "Self-check");
    assert.equal(await page.locator("[role=alert] a").count(), 1);
    assert.match(await page.locator("[role=alert]").innerText(), /One thing is missing/);
    for (const name of ["concern", "region", "phototype"]) {
      assert.equal(await page.locator(`select[name=${name}]`).inputValue(), HEALTHY[name]);
    }
    for (const name of ["way", "sex"]) {
      assert.equal(await page.locator(`input[name=${name}]:checked`).inputValue(), HEALTHY[name]);
    }
    await page.locator("input[name=born]").fill(HEALTHY.born);
    await send(page);
    assert.equal(await heading(page), "About you");
  });
});

test("a birthday that lies ahead is refused under its field and stays to be put right", async () => {
  await visiting({ width: 390 }, async (page) => {
    const ahead = `${new Date().getFullYear() + 2}-05-05`;
    await begin(page, { ...HEALTHY, born: ahead });
    assert.ok(await page.locator("#born-wrong").isVisible());
    assert.equal(await page.locator("input[name=born]").inputValue(), ahead);
    assert.equal(await page.locator("input[name=born]").getAttribute("aria-invalid"), "true");
  });
});

test("a last dose that lies ahead is refused under its field, and the other details are kept", async () => {
  await visiting({ width: 390 }, async (page) => {
    const year = new Date().getFullYear();
    const ahead = `${year + 1}-06-15`;
    const person = {
      ...HEALTHY,
      says: { "medicines.isotretinoin": "yes", "conditions.diabetes": "yes" },
      details: {
        "medicines.isotretinoin.status": "stopped",
        "medicines.isotretinoin.last_dose": ahead,
        "conditions.diabetes.hba1c_percent": "6,1",
        "conditions.diabetes.hba1c_date": iso(new Date(year, new Date().getMonth() - 1, 5)),
      },
    };
    await begin(page, person);
    await until(page, person, "A few details");
    await answer(page, person);
    await send(page);

    assert.equal(await heading(page), "A few details");
    assert.match(await page.title(), /^Error: /);
    const field = page.locator('[name="d.medicines.isotretinoin.last_dose"]:not([type=hidden])');
    const id = await field.getAttribute("id");
    assert.equal(await field.inputValue(), ahead);
    assert.equal(await page.locator(`#${id}-wrong`).innerText(), "This day lies ahead. Give a day up to today, or leave it empty.");
    assert.ok((await field.getAttribute("aria-describedby")).split(" ").includes(`${id}-wrong`));
    await page.locator("[role=alert] a").click();
    assert.equal(await page.evaluate(() => document.activeElement.id), id);
    assert.deepEqual(await barriersInBoth(page), []);
    await shot(page, "check-details-errors-390-light");

    const kept = await page.evaluate(() => Object.fromEntries(new FormData(document.querySelector("form.card"))));
    for (const [key, value] of Object.entries(person.details)) assert.equal(kept[`d.${key}`], value, key);

    await field.fill(iso(new Date(year - 3, 4, 15)));
    await send(page);
    assert.equal(await page.locator("#verdict").count(), 1);
    assert.doesNotMatch(await page.locator("main").innerText(), /Isotretinoin is being taken/);
    assert.deepEqual(page.complaints, []);
  });
});

test("a number that cannot be is refused under its field", async () => {
  await visiting({ width: 390 }, async (page) => {
    const person = {
      ...HEALTHY,
      says: { "conditions.diabetes": "yes" },
      details: { "conditions.diabetes.hba1c_percent": "six" },
    };
    await begin(page, person);
    await until(page, person, "A few details");
    await answer(page, person);
    await send(page);
    const field = page.locator('[name="d.conditions.diabetes.hba1c_percent"]:not([type=hidden])');
    assert.equal(await field.inputValue(), "six");
    const id = await field.getAttribute("id");
    assert.equal(await page.locator(`#${id}-wrong`).innerText(), "Give a number from 2 to 25 percent, or leave it empty.");
    assert.equal(await sideways(page), "");
  });
});

test("what was typed is shown as text, never as markup", async () => {
  await visiting({ width: 390 }, async (page) => {
    const medicines = '<img src=x onerror="document.title=1">\n"><script>alert(1)</script>';
    const person = { ...HEALTHY, medicines };
    await begin(page, person);
    await until(page, person, "Is it for me?");
    assert.match(await page.locator("main").innerText(), /<img src=x onerror="document.title=1">/);
    assert.equal(await page.locator("main img, main script").count(), 0);
    assert.deepEqual(page.complaints, []);
  });
});
