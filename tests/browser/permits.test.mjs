// What may be done with a photograph, from the patient's word to the copy that was taken down, with and without script:
// nothing ticked before it is chosen, one page to confirm what leaves, the take-down list that finishes. And that every page
// of it can be read by everyone, on a phone and on a desk, in both colour schemes.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { barriersInBoth, shot, sideways, visiting, WIDTHS } from "./site.mjs";

const ALL = "/me/photos/permissions";

async function enter(page, role) {
  await page.goto("/sign-in");
  await page.click(`button[value="${role}"]`);
}

/** That the page can be read by everyone, with a picture of it. */
async function readable(page, name) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    assert.deepEqual(await barriersInBoth(page, null, (scheme) => shot(page, `permits-${name}-${width}-${scheme}`)), []);
  }
  for (const width of [320, 768]) {
    await page.setViewportSize({ width, height: 900 });
    assert.ok(!(await sideways(page)), `${name}: ${await sideways(page)}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** The patient answers the four questions about the newest photograph: its id. */
async function allows(page, look) {
  await page.goto(ALL);
  await look(page, "all");
  await page.locator(".permits__one").first().click();
  const id = new URL(page.url()).pathname.split("/")[3];
  assert.equal(await page.locator("input:checked").count(), 0);
  await look(page, "ask");
  await page.getByRole("button", { name: "Keep what I chose" }).click();
  assert.equal(await page.locator("#wrong li").count(), 4);
  // The browser complains of the refusal that was asked for, and of nothing else.
  assert.ok(page.complaints.splice(0).every((line) => line.includes("422")));
  const answers = { record: "yes", clinic: "no", teaching: "no", public: "yes" };
  for (const [name, value] of Object.entries(answers)) {
    await page.locator(`input[name=${name}][value=${value}]`).check({ force: true });
  }
  await page.getByRole("button", { name: "Keep what I chose" }).click();
  await page.waitForURL(`**${ALL}`);
  return id;
}

/** The clinic makes a copy of a photograph: the path of its entry in the register. */
async function makes(page, id, look) {
  await page.goto(`/photos/${id}/permission`);
  await look(page, "photograph");
  await page.getByRole("link", { name: "Make a copy" }).click();
  await page.locator("input[name=use][value=public]").check();
  await page.fill("#top", "20");
  await page.getByRole("button", { name: "Show it" }).click();
  const drawn = await page.locator("figure.shot img").evaluate(async (img) => (await img.decode(), img.naturalWidth));
  assert.ok(drawn > 100, "the preview is drawn");
  await look(page, "make");
  await page.getByRole("link", { name: "Go on to confirm" }).click();
  await look(page, "confirm");
  await page.locator("#looked").check();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Make the file" }).click(),
  ]);
  const name = file.suggestedFilename();
  assert.match(name, /^document-[0-9a-z]{26}\.jpg$/);
  const bytes = await readFile(await file.path());
  assert.deepEqual([...bytes.subarray(0, 4)], [0xff, 0xd8, 0xff, 0xe0]);
  assert.equal(bytes.indexOf("Exif"), -1);
  return `/publications/${name.slice(0, -4)}`;
}

for (const script of [true, false]) {
  test(`a copy is allowed, made, shown, withdrawn and seen to be gone, ${script ? "with" : "without"} script`, async () => {
    // The pages are the same without script, so they are looked at once; axe needs script.
    const look = script ? readable : async () => {};
    let id;
    await visiting({ script }, async (page) => {
      await enter(page, "patient");
      id = await allows(page, look);
      assert.deepEqual(page.complaints, []);
    });
    let copy;
    await visiting({ script, acceptDownloads: true }, async (page) => {
      await enter(page, "medical-lead");
      copy = await makes(page, id, look);
      await page.goto(copy);
      await look(page, "copy");
      await page.locator("#channel").selectOption("web-site");
      await page.fill("#place", "clinic web site, page before and after");
      await page.getByRole("button", { name: "Keep it" }).click();
      await page.getByText("Shown", { exact: true }).waitFor();
      assert.deepEqual(page.complaints, []);
    });
    await visiting({ script }, async (page) => {
      await enter(page, "patient");
      await page.goto(ALL);
      await page.getByText("clinic web site, page before and after").first().waitFor();
      await page.getByRole("button", { name: "Not in public any more" }).click();
      await page.getByText("To be taken down by").waitFor();
      await look(page, "withdrawn");
    });
    await visiting({ script }, async (page) => {
      await enter(page, "medical-lead");
      await page.goto("/today");
      await page.getByRole("link", { name: "The take-down list" }).click();
      await look(page, "list");
      await page.goto(copy);
      await page.fill("#proof", "Loaded the page again: it is gone.");
      await page.getByRole("button", { name: "It is gone" }).click();
      await page.goto(`/photos/${id}/copy`);
      await look(page, "elsewhere");
      assert.deepEqual(page.complaints, []);
    });
    await visiting({ script }, async (page) => {
      await enter(page, "patient");
      await page.goto(ALL);
      await page.getByText("Loaded the page again: it is gone.").first().waitFor();
      assert.deepEqual(page.complaints, []);
    });
  });
}
