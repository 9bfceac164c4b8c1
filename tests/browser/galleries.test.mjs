// Pages behind the sign-in, rendered from invented views by the galleries of crate `web`: open to everyone at three
// widths, light and dark, never wider than their window, and within reach of a thumb. What they say is tested in Rust.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { barriersInBoth, binary, openAll, shot, sideways, sidewaysAtTwice, visiting } from "./site.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
const GALLERIES = ["gallery_mine", "gallery_room"];
const KINDS = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
// As the pages are served; a page that needs more than this would break in front of a patient.
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";

/** Renders a gallery into a folder that is gone when the tests are over. */
function rendered(gallery) {
  const folder = mkdtempSync(path.join(tmpdir(), `${gallery}-`));
  after(() => rmSync(folder, { recursive: true }));
  // Where every test was built just before, it is there; to build it apart would mean other features and most of it again.
  const built = path.join(path.dirname(binary), "examples", gallery);
  const [program, args] = existsSync(built) ? [built, []] : ["cargo", ["run", "--quiet", "-p", "percuta-web", "--example", gallery]];
  execFileSync(program, [...args, folder], { cwd: root, stdio: "inherit" });
  return folder;
}

/** Answers every request of a page from the folder, and those for anything else with 404. */
async function hang(page, folder) {
  await page.route("**/*", async (route) => {
    const file = path.join(folder, path.basename(path.dirname(new URL(route.request().url()).pathname)) === "assets" ? "assets" : "", path.basename(new URL(route.request().url()).pathname));
    const contentType = KINDS[path.extname(file)];
    if (!contentType) return route.fulfill({ status: 404, body: "" });
    return route.fulfill({ contentType, body: readFileSync(file), headers: { "content-security-policy": POLICY } });
  });
}

/** Links, buttons and fields that are lower than a fingertip. A link within a sentence may be. */
async function tooLow(page) {
  return page.evaluate(() => {
    const found = [];
    for (const one of document.querySelectorAll("main a, main button, main input, main select, nav a, header button")) {
      const { height } = (one.closest("label") ?? one).getBoundingClientRect();
      const isSentence = one.localName === "a" && one.closest("p, li, dd, .cite__pop") && !one.matches(".btn, .tap, .back");
      if (height > 0 && height < 43.5 && !isSentence && one.type !== "hidden") found.push(`${one.outerHTML.slice(0, 80)} is ${height} px high`);
    }
    return found;
  });
}

for (const gallery of GALLERIES) {
  const folder = rendered(gallery);
  const names = readdirSync(folder).filter((name) => name.endsWith(".html"));

  for (const name of names) {
    test(`${gallery}/${name} is open to everyone, light and dark, on a phone, a tablet and a desk`, async () => {
      await visiting({ width: 390 }, async (page) => {
        await hang(page, folder);
        await page.goto(`/${name}`);
        for (const width of [390, 1024, 1280]) {
          await page.setViewportSize({ width, height: 844 });
          const look = (scheme) => shot(page, `${gallery}-${name.slice(0, -5)}-${width}-${scheme}`);
          assert.deepEqual(await barriersInBoth(page, null, look), []);
          assert.deepEqual(await tooLow(page), []);
        }
        await openAll(page);
        for (const width of [320, 390, 1280]) {
          await page.setViewportSize({ width, height: 844 });
          assert.equal(await sideways(page), "");
        }
        assert.equal(await sidewaysAtTwice(page), "");
        assert.deepEqual(page.complaints, []);
      });
    });
  }
}
