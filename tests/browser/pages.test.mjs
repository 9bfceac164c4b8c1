// The pages that only tell: whether everyone can read them, at every width and in both schemes, and whether they ask
// anything of anyone else. What the self-check does is in the check*.test.mjs files.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, barriers, barriersInBoth, barriersInLight, openAll, shot, sideways, sidewaysAtTwice, visiting, visitor } from "./site.mjs";

const links = async (path, pattern) => {
  const text = (await ask(path)).body.toString();
  return [...new Set([...text.matchAll(/href="([^"#?]+)"/g)].map(([, href]) => href).filter((href) => pattern.test(href)))];
};

const guide = await links("/guide", /^\/guide\/[a-z-]+$/);
const rules = await links("/evidence/rules", /^\/evidence\/rules\/.+/);
const conflicts = await links("/evidence/conflicts", /^\/evidence\/conflicts\/.+/);
const sources = await links("/evidence/sources", /^\/evidence\/sources\/.+/);
const facts = await links("/evidence/facts", /^\/evidence\/facts\/.+/);
const triage = await links("/evidence/triage", /^\/evidence\/triage\/.+/);
const NOWHERE = "/no/such/page";

const READ = [
  "/",
  "/guide",
  ...guide,
  "/evidence",
  "/evidence/rules",
  "/evidence/rules/contra.isotretinoin",
  "/evidence/rules/contra.anticoagulant",
  "/evidence/rules/prec.skin_type_iv_vi",
  "/evidence/conflicts",
  "/evidence/conflicts/conf.isotretinoin",
  "/evidence/sources",
  "/evidence/sources/D.isotret",
  "/evidence/triage",
  "/evidence/facts",
  "/evidence/scales",
  "/evidence/devices",
  "/evidence/numbing",
  "/evidence/gaps",
  "/evidence/medicines",
  "/evidence/medicines?q=warfarin",
  "/evidence/protocol",
  "/search",
  "/search?q=retinoid",
  "/search?q=zzzzzz",
  NOWHERE,
];

/** What a page may say that does not exist: that it does not. */
const expected = (path, complaints) =>
  path === NOWHERE ? complaints.filter((words) => !words.includes("404")) : complaints;

const named = (path) => `page${path.replace(/[^a-z0-9]+/gi, "-").replace(/-$/, "")}`;

test("the lists name guide pages, rules, disagreements and sources", () => {
  assert.ok(guide.length >= 14 && rules.length >= 70 && conflicts.length >= 30 && sources.length >= 50);
});

/** What is wrong with the source panels of a page when each is opened by itself: out of the window, empty, or cut. */
const faultyPanels = (page) =>
  page.evaluate(() => {
    const root = document.documentElement;
    const faults = [];
    for (const panel of document.querySelectorAll("details.cite")) {
      panel.open = true;
      const pop = panel.querySelector(".cite__pop");
      const edges = pop.getBoundingClientRect();
      const inside = panel.closest(".scroll-x") || (edges.left >= 0 && edges.right <= root.clientWidth);
      const cut = [...pop.querySelectorAll("dt, dd, li, p")].some((one) => one.scrollWidth > one.clientWidth + 1);
      if (!inside || cut || edges.height < 20 || root.scrollWidth > root.clientWidth) {
        const place = `${Math.round(edges.left)} to ${Math.round(edges.right)} of ${root.clientWidth}`;
        faults.push(`${panel.textContent.trim().slice(0, 60)} [${place}${cut ? ", words stick out" : ""}]`);
      }
      panel.open = false;
    }
    return faults;
  });

// Pages wait for the browser more than for the machine, so two are read at a time.
describe("every page", { concurrency: 2 }, () => {
  for (const path of READ) {
    describe(path, { concurrency: 1 }, () => {
      let page;
      before(async () => {
        page = await visitor({});
        await page.goto(path);
      });
      after(() => page.context().close());

      test("nothing serious stands in anyone's way at a desk", async () => {
        await page.setViewportSize({ width: 1280, height: 900 });
        assert.deepEqual(await barriersInLight(page, null, (scheme) => shot(page, `${named(path)}-1280-${scheme}`)), []);
      });

      test("nothing scrolls sideways from 320 px up, nor when the text is twice as large", async () => {
        for (const width of [320, 390, 640, 800, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          assert.equal(await sideways(page), "");
        }
        assert.equal(await sidewaysAtTwice(page), "");
      });

      test("every source panel opens inside the window, with its words", async () => {
        for (const width of [320, 800, 1010, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          assert.deepEqual(await faultyPanels(page), []);
        }
      });

      test("an opened source panel can be read by everyone at a desk", async () => {
        const panel = page.locator("main details.cite").first();
        if (!(await panel.count())) return;
        await panel.evaluate((panel) => (panel.open = true));
        assert.deepEqual(await barriersInLight(page, "main details.cite[open]"), []);
        await panel.evaluate((panel) => (panel.open = false));
      });

      test("nothing serious stands in anyone's way on a phone, all panels open, light and dark", async () => {
        await page.setViewportSize({ width: 390, height: 900 });
        await shot(page, `${named(path)}-390-shut`);
        await openAll(page);
        assert.equal(await sideways(page), "");
        assert.deepEqual(await barriersInBoth(page, null, (scheme) => shot(page, `${named(path)}-390-${scheme}`)), []);
      });

      test("the console is silent, nothing failed, and nobody else was asked", () => {
        assert.deepEqual(expected(path, page.complaints), []);
      });
    });
  }
});

test("no page of the rulebook scrolls sideways at 320 px, its panels open", async () => {
  await visiting({ width: 320 }, async (page) => {
    await page.goto("/evidence/rules/contra.keloid");
    const wide = [];
    for (const path of [...rules, ...conflicts, ...sources, ...triage, ...facts]) {
      // Every page has the same frame and style sheet, so only what is inside the frame is changed.
      const main = (await ask(path)).body.toString().match(/<main[^>]*>(.*)<\/main>/s)[1];
      await page.evaluate((main) => (document.querySelector("main").innerHTML = main), main);
      await openAll(page);
      const over = await sideways(page);
      if (over) wide.push(`${path}: ${over}`);
    }
    assert.deepEqual(wide, []);
  });
});

for (const path of ["/", "/guide/after", "/evidence/rules/contra.isotretinoin"]) {
  test(`${path} does not move for who asked for less motion`, async () => {
    await visiting({ reducedMotion: "reduce" }, async (page) => {
      await page.goto(path);
      const moving = await page.evaluate(() =>
        [...document.querySelectorAll("*")]
          .filter((element) => {
            const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
            const lasts = transitionDuration.split(",").some((time) => Number.parseFloat(time) > 0);
            return lasts || animationName !== "none" || scrollBehavior === "smooth";
          })
          .map((element) => element.outerHTML.slice(0, 80)),
      );
      assert.deepEqual(moving, []);
      assert.deepEqual(page.complaints, []);
    });
  });

  test(`${path} keeps its words and its widths with more contrast and with forced colours`, async () => {
    for (const more of [{ contrast: "more" }, { forcedColors: "active" }]) {
      for (const dark of [false, true]) {
        await visiting({ width: 390, dark, ...more }, async (page) => {
          await page.goto(path);
          assert.ok((await page.locator("h1").innerText()).length > 3);
          assert.equal(await sideways(page), "");
          // Colours that the system forces are not the ones that axe can read.
          if (more.contrast) assert.deepEqual(await barriers(page, { colours: true }), []);
          assert.deepEqual(page.complaints, []);
          await shot(page, `${named(path)}-${Object.keys(more)[0]}-${dark ? "dark" : "light"}`);
        });
      }
    }
  });
}

test("a source panel closes on Escape and on a tap elsewhere, and gives the focus back", async () => {
  await visiting({}, async (page) => {
    await page.goto("/guide/after");
    const panels = page.locator("details.cite");
    const first = panels.first();
    await first.locator("summary").click();
    assert.ok(await first.locator(".cite__pop").isVisible());
    await first.locator(".cite__pop a").first().focus();
    await page.keyboard.press("Escape");
    assert.equal(await first.locator(".cite__pop").isVisible(), false);
    assert.ok(await first.locator("summary").evaluate((summary) => summary === document.activeElement));
    await first.locator("summary").click();
    await page.locator("h1").click();
    assert.equal(await first.locator(".cite__pop").isVisible(), false);
  });
});

test("a panel that opens closes the one before", async () => {
  await visiting({ width: 390 }, async (page) => {
    await page.goto("/guide/after");
    const panels = page.locator("main details.cite");
    await panels.nth(0).locator("summary").click();
    await panels.nth(1).locator("summary").click();
    assert.deepEqual(
      await panels.evaluateAll((all) => all.slice(0, 2).map((panel) => panel.open)),
      [false, true],
    );
  });
});

test("every page has one first heading, a title of its own and a language", async () => {
  await visiting({}, async (page) => {
    const titles = new Map();
    for (const path of READ.filter((path) => !path.includes("?"))) {
      await page.goto(path, { waitUntil: "domcontentloaded" });
      assert.equal(await page.locator("h1").count(), 1, path);
      assert.equal(await page.locator("html").getAttribute("lang"), "en-GB", path);
      const title = await page.title();
      assert.equal(titles.get(title), undefined, `${path} and ${titles.get(title)} share “${title}”`);
      titles.set(title, path);
    }
  });
});
