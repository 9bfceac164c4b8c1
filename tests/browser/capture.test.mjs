// Taking photographs in a browser whose camera is invented: by keyboard, over a line that breaks, with a file, without
// script; and that the pages can be read and used by everyone.

import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";
import { barriersInBoth, shot, sideways, sidewaysAtTwice, visiting, WIDTHS } from "./site.mjs";

/** A picture of noise, which does not get smaller: about 2.2 MB, so three parts. */
function noise(width, height) {
  const rows = [];
  let state = 7;
  for (let y = 0; y < height; y += 1) {
    const row = Buffer.alloc(1 + width * 3);
    for (let at = 1; at < row.length; at += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      row[at] = 90 + (state >>> 25);
    }
    rows.push(row);
  }
  const crc = (bytes) => zlib.crc32(bytes);
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)];
    head.writeUInt32BE(data.length);
    tail.writeUInt32BE(crc(body));
    return Buffer.concat([head, body, tail]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  size.set([8, 2], 8);
  const data = zlib.deflateSync(Buffer.concat(rows), { level: 1 });
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk("IHDR", size), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

const file = (buffer) => ({ name: "a.png", mimeType: "image/png", buffer });

async function signIn(page, role) {
  await page.goto("/sign-in");
  await page.locator(`button[name=role][value="${role}"], form:has(input[name=role][value="${role}"]) button`).first().click();
}

/** Where photographs of a patient are taken by whoever is signed in. */
async function takes(page, role) {
  await signIn(page, role);
  if (role === "patient") return "/me/photos/take?region=face";
  await page.goto("/patients");
  const patients = await page.locator('a[href^="/patients/patient-"]').evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  for (const patient of new Set(patients)) {
    await page.goto(`${patient}/photographs`);
    if (await page.locator(".album img").count()) return `${patient}/photographs/take?region=face`;
  }
  throw new Error("no patient of the demo has photographs");
}

/** Opens the camera of the page with the keyboard. */
async function opensCamera(page) {
  const open = page.locator("[data-open]");
  await open.focus();
  await page.keyboard.press("Enter");
  await page.locator("[data-camera]").waitFor({ state: "visible" });
  await page.waitForFunction(() => document.querySelector("video").videoWidth > 0);
}

const headed = (page, words) => page.locator("#view", { hasText: words }).waitFor();

for (const role of ["patient", "medical-lead"]) {
  test(`the ${role} takes two views with the camera and the keyboard alone`, async () => {
    const wrong = await visiting({ width: 1024, permissions: ["camera"] }, async (page) => {
      const there = await takes(page, role);
      const policy = (await page.goto(there)).headers()["permissions-policy"];
      assert.match(policy, /camera=\(self\).*geolocation=\(\).*microphone=\(\)/);
      await opensCamera(page);
      const stage = await page.locator("[data-stage]").boundingBox();
      assert.ok(stage.width > 300 && stage.height > 150, "the picture of the camera is seen");
      assert.equal(await page.locator("[data-open]").isVisible(), false);
      const slider = page.locator("[data-opacity]");
      if (await slider.count()) {
        await slider.focus();
        await page.keyboard.press("End");
        assert.equal(await page.locator("[data-ghost]").evaluate((ghost) => ghost.style.opacity), "0.6");
      }
      await shot(page, `capture-${role}-camera-1024`);
      await page.locator("[data-shoot]").focus();
      await page.keyboard.press("Enter");
      await headed(page, "1 of 6: Front, taken");
      // Where the focus goes, a reader hears what came of it.
      assert.equal(await page.evaluate(() => document.activeElement.id), "step");
      await page.locator("#checks :is(.shot-checks__head, .beside)").waitFor();
      await shot(page, `capture-${role}-taken-1024`);
      assert.equal(await page.locator(".views img").count(), 1);
      await page.locator("a[data-go]", { hasText: "Keep it" }).focus();
      await page.keyboard.press("Enter");
      await headed(page, "2 of 6");
      // The camera is still open, so nobody is asked for it again.
      await page.waitForFunction(() => document.querySelector("video").videoWidth > 0);
      await page.locator("[data-shoot]").focus();
      await page.keyboard.press("Enter");
      await headed(page, "2 of 6: Right side, turned by half, taken");
      await page.locator("button", { hasText: "Take it again" }).focus();
      await page.keyboard.press("Enter");
      await page.locator("[data-shoot]").waitFor({ state: "visible" });
      assert.equal(await page.locator(".views img").count(), 1, "it is taken back");
      return page.complaints;
    });
    assert.deepEqual(wrong, []);
  });
}

test("a file goes on where the line broke", async () => {
  await visiting({ width: 390 }, async (page) => {
    const there = await takes(page, "patient");
    const seen = { parts: [], asked: 0 };
    let isBroken = 2;
    await page.route("**/me/photos/uploads/*", async (route) => {
      const request = route.request();
      if (request.method() === "GET") seen.asked += 1;
      if (request.method() === "PATCH") {
        const offset = Number(request.headers()["upload-offset"]);
        if (offset > 0 && isBroken > 0) {
          isBroken -= 1;
          return route.abort("connectionreset");
        }
        seen.parts.push(offset);
      }
      return route.continue();
    });
    await page.goto(there);
    await page.locator("summary", { hasText: "Send a file instead" }).click();
    await page.locator("[type=file]").setInputFiles(file(noise(900, 800)));
    await page.locator("button", { hasText: "Send it" }).click();
    await headed(page, "1 of 6: Front, taken");
    assert.deepEqual(seen.parts, [0, 1 << 20], "each part arrived once");
    assert.equal(seen.asked, 2, "after each break the server was asked how far it came");
    const others = page.complaints.filter((line) => !/ERR_CONNECTION_RESET/.test(line));
    assert.deepEqual(others, []);
  });
});

test("what is no picture is said in a sentence, and the view stays", async () => {
  await visiting({ width: 390 }, async (page) => {
    await page.goto(await takes(page, "patient"));
    await page.locator("summary", { hasText: "Send a file instead" }).click();
    await page.locator("[type=file]").setInputFiles({ name: "a.jpg", mimeType: "image/jpeg", buffer: Buffer.from("GIF89a") });
    await page.locator("button", { hasText: "Send it" }).click();
    await page.locator("[data-no-camera]", { hasText: "JPEG" }).waitFor();
    assert.match(await page.locator("#view").innerText(), /1 of 6/);
  });
});

test("without script a view is sent as a file, checked, and the next one follows", async () => {
  await visiting({ width: 390, script: false }, async (page) => {
    await page.goto(await takes(page, "patient"));
    assert.equal(await page.locator("[data-camera]").isVisible(), false);
    await page.locator("summary", { hasText: "Send a file instead" }).click();
    await page.locator("[type=file]").setInputFiles(file(noise(600, 800)));
    await page.locator("button", { hasText: "Send it" }).click();
    await headed(page, "1 of 6: Front, taken");
    assert.equal(await page.locator("[data-check]").count(), 0, "it was checked already");
    await page.locator("a", { hasText: "Keep it" }).click();
    await headed(page, "2 of 6");
    await page.locator("a", { hasText: "Skip this view" }).click();
    await headed(page, "3 of 6");
    assert.deepEqual(page.complaints, []);
  });
});

test("a mark is drawn with the pointer, placed with the keyboard, and taken away", async () => {
  await visiting({ width: 1024 }, async (page) => {
    const there = await takes(page, "medical-lead");
    await page.goto(there.replace(/\/take.*/, ""));
    await page.locator("a", { hasText: "Marks" }).first().click();
    const picture = await page.locator("[data-drawn]").boundingBox();
    await page.mouse.move(picture.x + picture.width / 2, picture.y + picture.height / 2);
    await page.mouse.down();
    await page.mouse.move(picture.x + picture.width / 2 + 60, picture.y + picture.height / 2 + 10, { steps: 5 });
    await page.mouse.up();
    await page.locator("[data-drew]", { hasText: "Drawn." }).waitFor();
    await page.locator("#note").fill("Look here next time.");
    await page.locator("button", { hasText: "Add the mark" }).click();
    await page.locator(".drawn-marks li").waitFor();
    assert.equal(await page.locator("[data-overlay] circle").count(), 1);
    await page.locator("[name=place][value=lower]").focus();
    await page.keyboard.press("Space");
    await page.locator("button", { hasText: "Add the mark" }).focus();
    await page.keyboard.press("Enter");
    await page.locator(".drawn-marks li").nth(1).waitFor();
    await shot(page, "capture-marks-1024");
    await page.locator("button", { hasText: "Take away" }).first().click();
    await page.locator(".drawn-marks li").nth(1).waitFor({ state: "detached" });
    assert.deepEqual(page.complaints, []);
  });
});

for (const role of ["patient", "medical-lead"]) {
  test(`the pages that take photographs can be read by everyone: ${role}`, async () => {
    const wrong = [];
    await visiting({ width: WIDTHS[0], permissions: ["camera"] }, async (page) => {
      const there = await takes(page, role);
      const look = async (name) => {
        for (const width of [390, 1024]) {
          await page.setViewportSize({ width, height: 900 });
          const found = await barriersInBoth(page, null, (scheme) => shot(page, `capture-${role}-${name}-${width}-${scheme}`));
          wrong.push(...found.map((line) => `${name}: ${line}`));
        }
        await page.setViewportSize({ width: 320, height: 900 });
        wrong.push(...[await sideways(page), await sidewaysAtTwice(page)].filter(Boolean).map((line) => `${name}: ${line}`));
        await page.setViewportSize({ width: 390, height: 900 });
      };
      await page.goto(there);
      await look("step");
      await opensCamera(page);
      await look("open");
      await page.locator("[data-shoot]").click();
      await headed(page, "taken");
      await page.locator("#checks :is(.shot-checks__head, .beside)").waitFor();
      await look("taken");
      if (role !== "patient") {
        await page.locator("a", { hasText: "Draw on a copy" }).click();
        await page.locator("[data-drawn]").waitFor();
        await look("marks");
      }
      wrong.push(...page.complaints);
    });
    assert.deepEqual(wrong, []);
  });
}
