// The self-check, walked by invented people to their dispositions, and what it keeps to itself.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  ask,
  barriersInBoth,
  begin,
  CHECK,
  heading,
  HEALTHY,
  inWords,
  iso,
  monthsFromNow,
  openAll,
  origin,
  send,
  shot,
  sideways,
  sidewaysAtTwice,
  visiting,
  visitor,
  walk,
  WIDTHS,
} from "./site.mjs";

const rulebook = JSON.parse((await ask("/health")).body).rulebook;

/** The verdict in the words of the scale, where they differ. */
const SCALE = { "Yes, as far as you told us": "Yes", "Yes, with precautions": "With precautions" };

/** Every heading on the way of a person who has something to tell. */
const WAY = [
  "Self-check",
  "About you",
  "Medicines",
  "Your health",
  "Your skin",
  "Treatments you have had",
  "Allergies",
  "A few details",
  "Is it for me?",
];

const stopped = monthsFromNow(-3);
const over = monthsFromNow(3);

const PEOPLE = [
  {
    fact: "a healthy person hears yes, as far as they told us",
    name: "yes",
    verdict: "Yes, as far as you told us",
    says: [/No rule of the rulebook holds for what you told us/],
  },
  {
    fact: "a person with dark skin hears yes, with precautions",
    name: "precautions",
    person: { phototype: "5" },
    verdict: "Yes, with precautions",
    says: [/If you are treated/, /pigment|darker|dark/i],
  },
  {
    fact: "isotretinoin that was stopped three months ago is a not yet, until six calendar months after the last dose",
    name: "not-yet",
    person: {
      says: { "medicines.isotretinoin": "yes" },
      details: { "medicines.isotretinoin.status": "stopped", "medicines.isotretinoin.last_dose": iso(stopped) },
    },
    verdict: "Not yet",
    says: [
      new RegExp(`From ${inWords(over)}, if nothing else has changed`),
      new RegExp(`until\\s*${inWords(over)}`),
      new RegExp(inWords(stopped)),
      /Isotretinoin/,
    ],
    details: true,
  },
  {
    fact: "Eliquis, written as the packet has it, is read as an anticoagulant and a doctor is asked first",
    name: "ask",
    person: { medicines: "Eliquis" },
    verdict: "Ask a doctor first",
    says: [/“Eliquis”: Apixaban \(.*anticoagulants.*\)/i],
  },
  {
    fact: "a medicine that nobody knows is never passed over",
    name: "unknown-medicine",
    person: { medicines: "Foozumab" },
    verdict: "Ask a doctor first",
    says: [/“Foozumab”: not known to the rulebook/],
  },
  {
    fact: "keloids are a no at once, without further questions",
    name: "no",
    person: { says: { "conditions.keloid": "yes" } },
    verdict: "No",
    says: [/Own keloid tendency/],
    last: "Your skin",
  },
  {
    fact: "who is not sure of anything hears not yet, and what could not be told",
    name: "not-sure",
    person: { otherwise: "unsure", phototype: "" },
    verdict: "Not yet",
    says: [/What we could not tell/, /Are you pregnant/, /How does your skin take the sun\?/],
  },
];

for (const { fact, name, person = {}, verdict, says, details = false, last } of PEOPLE) {
  describe(fact, () => {
    let page;
    let headings;
    before(async () => {
      page = await visitor({ width: 390 });
      ({ headings } = await walk(page, { ...HEALTHY, ...person }));
    });
    after(() => page.context().close());

    test("with the reasons, and what to bring", async () => {
      const text = await page.locator("main").innerText();
      assert.equal(await page.locator("#verdict").innerText(), verdict);
      assert.equal((await page.locator(".scale5 [aria-current]").innerText()).trim(), SCALE[verdict] ?? verdict);
      for (const words of says) assert.match(text, words);
      assert.equal(headings.includes("A few details"), details);
      if (last) assert.equal(headings.at(-2), last);
      assert.equal(await page.locator("#why").count(), 1);
      assert.ok((await page.locator("section[aria-labelledby=bring] li").count()) >= 2);
      assert.doesNotMatch(text, /stop taking|will improve|painless/i);
      assert.deepEqual(page.complaints, []);
    });

    test("with the rulebook's version and that no clinician reviewed it", async () => {
      const text = await page.locator("main").innerText();
      assert.match(text, /Information, not a diagnosis/);
      assert.match(text, /reviewed by no clinician/);
      assert.ok(text.includes(`Rulebook ${rulebook.version}`) && text.includes(rulebook.digest));
    });

    test("with a source panel under every reason, which opens", async () => {
      const reasons = await page.locator("article.reason").all();
      assert.equal(reasons.length > 0, verdict !== "Yes, as far as you told us");
      for (const reason of reasons) {
        const panel = reason.locator("details.cite");
        assert.equal(await panel.locator(".cite__pop").isVisible(), false);
        await panel.locator("summary").click();
        assert.ok(await panel.locator(".cite__pop").isVisible());
        // A policy of the rulebook itself has no source outside it.
        if (await panel.getByText("The whole rule").count()) {
          assert.ok((await panel.locator("a[href^='/evidence/sources/']").count()) > 0);
          assert.ok((await reason.locator(".reason__body > p").first().innerText()).length > 20);
        }
      }
    });

    test("for everyone to read, on a phone and at a desk, light and dark, in a narrow window and in large print", async () => {
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        if (width === 390) await openAll(page);
        const look = (scheme) => shot(page, `answer-${name}-${width}-${scheme}`);
        assert.deepEqual(await barriersInBoth(page, null, look), []);
      }
      for (const width of [320, 390, 640, 800, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        assert.equal(await sideways(page), "");
      }
      assert.equal(await sidewaysAtTwice(page), "");
    });
  });
}

for (const width of WIDTHS) {
  test(`every page on the way to the answer is open to everyone, light and dark, from ${width} px`, async () => {
    await visiting({ width }, async (page) => {
      const asked = {
        says: { "medicines.isotretinoin": "yes", "conditions.diabetes": "yes" },
        details: { "medicines.isotretinoin.status": "current" },
      };
      const found = [];
      const { headings } = await walk(page, { ...HEALTHY, ...asked }, async (page, title) => {
        const add = (lines) => found.push(...[lines].flat().filter(Boolean).map((line) => `${title}: ${line}`));
        const look = (scheme) => shot(page, `check-${title.toLowerCase().replace(/\W+/g, "-")}-${width}-${scheme}`);
        add(await barriersInBoth(page, null, look));
        const panel = page.locator("main details.cite").first();
        if (await panel.count()) {
          await panel.evaluate((panel) => (panel.open = true));
          add(await barriersInBoth(page, "main details.cite[open]"));
          await panel.evaluate((panel) => (panel.open = false));
        }
        for (const narrow of [320, 390, 640, 800, 1280]) {
          await page.setViewportSize({ width: narrow, height: 900 });
          add(await sideways(page));
        }
        add(await sidewaysAtTwice(page));
        await page.setViewportSize({ width, height: 900 });
      });
      assert.deepEqual(headings, WAY);
      assert.deepEqual(found, []);
      assert.deepEqual(page.complaints, []);
    });
  });
}

test("every answer can be tapped where it is drawn", async () => {
  await visiting({ width: 390, hasTouch: true }, async (page) => {
    const { headings } = await walk(page, { ...HEALTHY, ...PEOPLE[2].person, taps: true });
    assert.deepEqual(headings, WAY);
    assert.equal(await page.locator("#verdict").innerText(), "Not yet");
  });
});

test("the address never holds an answer, and nothing is kept", async () => {
  await visiting({ width: 390 }, async (page) => {
    const asked = [];
    page.on("request", (request) => asked.push(`${request.method()} ${request.url().slice(origin.length)}`));
    await walk(page, { ...HEALTHY, ...PEOPLE[2].person }, async (page) => {
      assert.equal(page.url(), origin + CHECK);
      assert.deepEqual(await page.context().cookies(), []);
      const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length]);
      assert.deepEqual(kept, [0, 0, 0]);
    });
    for (const line of asked) assert.match(line, /^(GET|POST) \/is-it-for-me\/check$|^GET \/assets\/[\w.-]+$/);
  });
});

test("nothing is answered beforehand", async () => {
  await visiting({ width: 390 }, async (page) => {
    await walk(page, { ...HEALTHY, ...PEOPLE[2].person, otherwise: "no" }, async (page, title) => {
      if (title !== "Self-check") return;
      assert.equal(await page.locator("input:checked").count(), 0);
    });
    await page.goto(CHECK);
    assert.deepEqual(await page.locator("select").evaluateAll((all) => all.map((one) => one.value)), ["", "", ""]);
  });
});

test("who wants radiofrequency is asked about metal and implants, and who wants a pen is not asked about metal", async () => {
  await visiting({ width: 390 }, async (page) => {
    const pen = (await walk(page, HEALTHY)).asked;
    assert.ok(!pen.includes("a.conditions.metal-implant"));
    const rf = (await walk(page, { ...HEALTHY, way: "rf" })).asked;
    assert.ok(rf.includes("a.conditions.metal-implant") && rf.includes("a.conditions.electronic-implant"));
  });
});

test("a man is not asked about pregnancy or breast-feeding, and a woman is", async () => {
  await visiting({ width: 390 }, async (page) => {
    const PREGNANT = ["a.patient.pregnancy", "a.patient.breastfeeding"];
    const man = (await walk(page, { ...HEALTHY, sex: "male" })).asked;
    assert.deepEqual(man.filter((key) => PREGNANT.includes(key)), []);
    for (const sex of ["intersex", "unknown"]) {
      // One page is enough: the question is on the first.
      await page.goto(CHECK);
      await begin(page, { ...HEALTHY, sex });
      assert.match(await page.locator("main").innerText(), /Are you pregnant/, sex);
    }
  });
});

test("a detail that is left open counts as not sure, and is not asked again and again", async () => {
  await visiting({ width: 390 }, async (page) => {
    const person = { ...HEALTHY, says: { "medicines.isotretinoin": "yes" } };
    const { headings } = await walk(page, person);
    assert.equal(headings.filter((title) => title === "A few details").length, 1);
    assert.equal(await page.locator("#verdict").innerText(), "Not yet");
    assert.match(await page.locator("main").innerText(), /What we could not tell/);
  });
});

test("a question that is left open counts as not sure", async () => {
  await visiting({ width: 390 }, async (page) => {
    await begin(page, HEALTHY);
    for (let turn = 0; turn < 10 && !(await page.locator("#verdict").count()); turn += 1) await send(page);
    assert.equal(await page.locator("#verdict").innerText(), "Not yet");
    await page.locator("details.said summary").click();
    assert.equal(await page.locator("details.said h3").first().innerText(), "Not sure");
  });
});

test("who changes the answers finds the first page as it was left", async () => {
  await visiting({ width: 390 }, async (page) => {
    await walk(page, { ...HEALTHY, says: { "conditions.keloid": "yes" } });
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Change my answers" }).click()]);
    assert.equal(await heading(page), "Self-check");
    assert.equal(await page.locator("select[name=concern]").inputValue(), HEALTHY.concern);
    assert.equal(await page.locator("input[name=born]").inputValue(), HEALTHY.born);
    assert.equal(await page.locator("input[name=sex]:checked").inputValue(), HEALTHY.sex);
  });
});
