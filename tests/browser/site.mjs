// What every browser test stands on: a running demo, a browser, visitors whose complaints are collected, and a walk
// through the self-check. It asserts nothing by itself, except that a walk ends.
//
// All people here are invented. Nothing is retried and nothing sleeps: a test that fails now and then is a fault.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
/** The program that is tried. */
export const binary = path.resolve(process.env.PERCUTA_BIN ?? path.join(here, "../../target/release/percuta"));
const shots = process.env.SHOTS;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The self-check's address; it must stay the same on every page of the check. */
export const CHECK = "/is-it-for-me/check";
/** A phone, and a desk. */
export const WIDTHS = [390, 1280];

/** The test files that only look, or leave nothing behind that another could meet. They share a demo where one is offered. */
const LOOK = ["check", "check-errors", "crawl", "galleries", "headers", "keyboard", "pages", "paper", "rooms", "without-script"];

/** Starts the demo on a free port. It ends with the test file, whatever happens to the file. */
async function demo() {
  const shared = process.env.SHARED_DEMO;
  if (shared && LOOK.includes(path.basename(process.argv[1], ".test.mjs"))) {
    return { child: null, origin: new URL(shared).origin };
  }
  const child = spawn(binary, ["demo", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const first = await new Promise((found, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the demo ended at once with code ${code}`)));
    createInterface({ input: child.stdout }).once("line", found);
  });
  child.removeAllListeners("exit");
  return { child, origin: new URL(first.trim()).origin };
}

const { child, origin } = await demo();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // A camera that shows a clock, allowed unasked: no test meets a person.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
  ],
});
after(async () => {
  await browser.close();
  child?.kill("SIGTERM");
});

/** Where the demo answers, without a path. */
export { origin };

/**
 * A visitor: one page in a context of its own. What goes wrong is collected in `page.complaints`: errors of the console
 * (a breach of the content security policy is one), errors of scripts, requests that failed, and requests to others.
 */
export async function visitor({ width = 1280, dark = false, script = true, ...more } = {}) {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width, height: 900 },
    colorScheme: dark ? "dark" : "light",
    // So that no colour is measured halfway between two.
    reducedMotion: "reduce",
    javaScriptEnabled: script,
    locale: "en-GB",
    ...more,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.complaints = [];
  const complain = (words) => page.complaints.push(words);
  page.on("console", (said) => {
    if (["error", "warning"].includes(said.type())) complain(`console: ${said.text()}`);
  });
  page.on("pageerror", (error) => complain(`script: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Whoever leaves a page before its icon came has given it up; nothing failed.
    if (request.failure()?.errorText === "net::ERR_ABORTED") return;
    complain(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) complain(`another host: ${request.url()}`);
  });
  page.on("response", (answer) => {
    if (answer.status() >= 400) complain(`${answer.status()}: ${answer.url()}`);
  });
  return page;
}

/** Opens a page with one visitor, hands it to `visit`, and leaves. */
export async function visiting(options, visit) {
  const page = await visitor(options);
  try {
    return await visit(page);
  } finally {
    await page.context().close();
  }
}

/**
 * Serious and critical findings of axe, each as a line; lesser ones are only printed. `within` narrows it to a part of
 * the page, and `colours` to what a colour scheme can change.
 */
export async function barriers(page, { within = null, colours = false } = {}) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(
    async ([within, colours]) => {
      const runOnly = colours
        ? { type: "rule", values: ["color-contrast", "link-in-text-block"] }
        : { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] };
      // The size of targets is part of wcag22aa, and off unless asked for.
      const rules = colours ? {} : { "target-size": { enabled: true } };
      const { violations } = await window.axe.run(within ?? document, { runOnly, rules, resultTypes: ["violations"] });
      return violations.map(({ id, impact, help, nodes }) => {
        const places = nodes.slice(0, 3).map((node) => `${node.target.join(" ")} (${node.any[0]?.message ?? ""})`);
        return { impact, line: `${impact} ${id}: ${help} at ${places.join("; ")} (${nodes.length} in all)` };
      });
    },
    [within, colours],
  );
  const isGrave = ({ impact }) => impact === "serious" || impact === "critical";
  for (const lesser of found.filter((one) => !isGrave(one))) {
    console.log(`# ${new URL(page.url()).pathname}: ${lesser.line}`);
  }
  return found.filter(isGrave).map(({ line }) => line);
}

/** The same in both colour schemes; what a scheme cannot change is looked for once. Ends in light. */
export async function barriersInBoth(page, within, look = async () => {}) {
  const found = [];
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    const lines = await barriers(page, { within, colours: colorScheme === "dark" });
    found.push(...lines.map((line) => `${colorScheme}, ${page.viewportSize().width} px: ${line}`));
    await look(colorScheme);
  }
  return found;
}

/** The same in light alone: colours are the same at every width, so dark is looked at once, where all is open. */
export async function barriersInLight(page, within, look = async () => {}) {
  await page.emulateMedia({ colorScheme: "light" });
  const lines = await barriers(page, { within });
  await look("light");
  return lines.map((line) => `light, ${page.viewportSize().width} px: ${line}`);
}

/** Sets the text of a page to twice its size and back, and measures between. */
export async function sidewaysAtTwice(page) {
  await page.setViewportSize({ width: 640, height: 900 });
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  const wide = await sideways(page);
  await page.evaluate(() => (document.documentElement.style.fontSize = ""));
  return wide && `text at 200 %: ${wide}`;
}

/**
 * By how many pixels a page is wider than its window, and what sticks out furthest; or which words are squeezed into a
 * column of letters, so that it is not. Nothing is the empty text.
 */
export async function sideways(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const over = Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth;
    if (over <= 0) {
      const squeezed = [...document.body.querySelectorAll("dt, dd, li, p, td, th, h1, h2, h3, label")].find((element) => {
        if (element.textContent.trim().length < 12 || element.closest(".scroll-x, svg, .vh")) return false;
        const size = parseFloat(getComputedStyle(element).fontSize);
        const { width, height } = element.getBoundingClientRect();
        return width < 2 * size && height > 6 * size;
      });
      return squeezed ? `squeezed at ${root.clientWidth}: “${squeezed.textContent.trim().slice(0, 40)}”` : "";
    }
    let widest = document.body;
    for (const element of document.body.querySelectorAll("*")) {
      if (element.closest(".scroll-x, pre, .vh, .skip")) continue;
      if (element.getBoundingClientRect().right > widest.getBoundingClientRect().right) widest = element;
    }
    const name = `${widest.localName}.${widest.className?.baseVal ?? widest.className}`;
    return `${over} px too wide at ${root.clientWidth}: ${name} “${widest.textContent.trim().slice(0, 40)}”`;
  });
}

/** Opens every source panel of a page at once, which a reader can do only one by one, and says how many there are. */
export async function openAll(page) {
  return page.evaluate(() => {
    const panels = document.querySelectorAll("details");
    for (const panel of panels) {
      panel.removeAttribute("name");
      panel.open = true;
    }
    return panels.length;
  });
}

/** A picture of the whole page, if pictures are wanted. */
export async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

/** One request without a browser: its status, headers and body. */
export function ask(target, { method = "GET", headers = {}, body } = {}) {
  return new Promise((found, failed) => {
    const request = http.request(origin + target, { method, headers }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => found({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
      answer.on("error", failed);
    });
    request.on("error", failed);
    request.end(body);
  });
}

/** A day as the forms take it. */
export function iso(day) {
  const two = (number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** A day as the pages say it. */
export function inWords(day) {
  return `${day.getDate()} ${day.toLocaleString("en-GB", { month: "long" })} ${day.getFullYear()}`;
}

/** A day so many calendar months from the 15th of this month. The 15th is in every month, so no month's end moves it. */
export function monthsFromNow(months) {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth() + months, 15, 12);
}

const THIS_YEAR = new Date().getFullYear();

/** An invented, healthy person, who says No to everything and takes nothing. Others differ from her. */
export const HEALTHY = {
  concern: "acne-scar",
  region: "cheek",
  way: "pen",
  born: `${THIS_YEAR - 32}-01-15`,
  sex: "female",
  phototype: "2",
  otherwise: "no",
  says: {},
  medicines: "",
  details: {},
};

/** Fills in and sends the first page. */
export async function begin(page, person) {
  if (new URL(page.url()).pathname !== CHECK) await page.goto(CHECK);
  for (const name of ["concern", "region", "phototype"]) {
    await page.locator(`select[name="${name}"]`).selectOption(person[name]);
  }
  for (const name of ["way", "sex"]) {
    await page.locator(`input[name="${name}"][value="${person[name]}"]`).check();
  }
  await page.locator('input[name="born"]').fill(person.born);
  await send(page);
}

/** Sends the form of the page and waits for the next one. */
export async function send(page) {
  await Promise.all([
    page.waitForEvent("load"),
    page.locator("form.card button[type=submit]").click(),
  ]);
}

/** The heading of a page. */
export const heading = (page) => page.locator("h1").innerText();

/** What a person says in a field, or nothing. */
function saidIn(person, name) {
  if (name.startsWith("a.")) return person.says[name.slice(2)] ?? person.otherwise;
  if (name.startsWith("d.")) return person.details[name.slice(2)];
  return name === "medicines" ? person.medicines : undefined;
}

/**
 * Answers one page of questions or details, without sending it, and says which fields were shown. A person with
 * `taps` touches each answer where it is drawn; the others answer all at once, which is quicker.
 */
export async function answer(page, person) {
  const names = await page
    .locator("form.card :is(input:not([type=hidden]), textarea)")
    .evaluateAll((inputs) => [...new Set(inputs.map((input) => input.name))]);
  const said = names.map((name) => [name, saidIn(person, name)]).filter(([, value]) => value !== undefined);
  if (!person.taps) {
    await page.evaluate((said) => {
      for (const [name, value] of said) {
        const shown = [...document.getElementsByName(name)].filter((one) => one.type !== "hidden");
        if (shown[0].type === "radio") shown.find((one) => one.value === value).click();
        else shown[0].value = value;
      }
    }, said);
    return names;
  }
  for (const [name, value] of said) {
    const field = page.locator(`form.card :is(input:not([type=hidden]), textarea)[name="${name}"]`);
    const isChoice = (await field.first().getAttribute("type")) === "radio";
    if (!isChoice) await field.fill(value);
    else if (name.startsWith("a.")) await field.and(page.locator(`[value="${value}"]`)).locator("xpath=..").click();
    else await field.and(page.locator(`[value="${value}"]`)).check();
  }
  return names;
}

/**
 * Walks a person through the whole self-check to the answer. `look` sees every page before it is sent, and the answer.
 * Returns the headings in order and the keys that were asked.
 */
export async function walk(page, person, look = async () => {}) {
  const headings = [];
  const asked = [];
  await page.goto(CHECK);
  headings.push(await heading(page));
  await look(page, headings.at(-1));
  await begin(page, person);
  for (let turn = 0; turn < 15; turn += 1) {
    headings.push(await heading(page));
    if (await page.locator("#verdict").count()) {
      await look(page, headings.at(-1));
      return { headings, asked };
    }
    asked.push(...(await answer(page, person)));
    await look(page, headings.at(-1));
    await send(page);
  }
  throw new Error(`the self-check does not end: ${headings.join(" → ")}`);
}
