// How somebody gets through the pages: with a mouse or a finger, or with the keys of a keyboard alone. A journey is
// written once and walked with either. Every stop of the keyboard is held to showing where it is.

import assert from "node:assert/strict";
import { answer } from "./site.mjs";

/** No page has more stops than this. */
const STOPS_MAX = 900;

/**
 * What holds the focus, and whether it shows: by an outline of its own, of the label that is drawn for it, of the button
 * inside a field for dates, whose ring a page can style but not read, or by the edge of a shape on a map.
 */
export function focused(page) {
  return page.evaluate(() => {
    const held = document.activeElement;
    const drawn = getComputedStyle(held).opacity === "0" ? held.closest("label") : held;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(drawn);
    // What is drawn as a shape of a map has no outline; its edge is drawn bold instead.
    const shape = held.namespaceURI.endsWith("svg") ? held.querySelector(".z") : null;
    const isBold = shape !== null && Number.parseFloat(getComputedStyle(shape).strokeWidth) >= 4;
    const edges = drawn.getBoundingClientRect();
    const isInnerButton = ["date", "time", "file"].includes(held.type) && !held.matches(":focus");
    const group = held.type === "radio" ? [...document.getElementsByName(held.name)].filter((one) => one.type === "radio") : [];
    return {
      tag: held.localName,
      type: held.type ?? "",
      name: held.getAttribute("name") ?? "",
      value: held.value ?? "",
      id: held.id,
      words: held.textContent.trim().slice(0, 40),
      isPrimary: held.matches("form.card button[type=submit]"),
      isOnBody: held === document.body,
      isAnswered: group.some((one) => one.checked),
      order: group.map((one) => one.value),
      shows: isInnerButton || isBold || (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2 && outlineColor !== "rgba(0, 0, 0, 0)"),
      isInWindow: edges.bottom > 0 && edges.top < innerHeight && edges.height > 0,
    };
  });
}

/** Tabs on, and holds every stop to showing where it is. */
export async function tab(page) {
  await page.keyboard.press("Tab");
  const stop = await focused(page);
  const place = `${stop.tag} ${stop.name || stop.id || stop.words} of ${new URL(page.url()).pathname}`;
  assert.ok(stop.isOnBody || stop.shows, `the focus does not show on ${place}`);
  assert.ok(stop.isOnBody || stop.isInWindow, `the focus is out of sight on ${place}`);
  return stop;
}

/** Answers the page with keys until its button is reached. `wanted` gives the value of a field by its name. */
export async function fillByKeys(page, wanted) {
  const stops = [];
  for (let turn = 0; turn < STOPS_MAX; turn += 1) {
    const stop = await tab(page);
    stops.push(stop);
    if (stop.isPrimary) return stops;
    const value = wanted(stop.name);
    if (stop.type === "radio" && !stop.isAnswered && value !== undefined) {
      await page.keyboard.press("Space");
      for (let step = stop.order.indexOf(value); step > 0; step -= 1) await page.keyboard.press("ArrowDown");
      assert.equal((await focused(page)).value, value, stop.name);
      assert.ok((await focused(page)).shows, `the focus does not show on the chosen answer of ${stop.name}`);
    } else if (stop.tag === "select" && value !== undefined) {
      for (let step = 0; step < 200 && (await focused(page)).value !== value; step += 1) await page.keyboard.press("ArrowDown");
      assert.equal((await focused(page)).value, value, stop.name);
    } else if (stop.type === "date" && stop.value === "" && value !== undefined) {
      await typeDay(page, value);
    } else if (stop.tag === "textarea") {
      await page.keyboard.type(value ?? "");
    }
  }
  throw new Error("the button was never reached");
}

/** Types a day into the field that has the focus, in whichever order this browser asks for it. */
async function typeDay(page, iso) {
  const [year, month, day] = iso.split("-");
  for (const keys of [`${month}${day}${year}`, `${day}${month}${year}`]) {
    await page.keyboard.type(keys);
    if ((await focused(page)).value === iso) return;
    for (let back = 0; back < 3; back += 1) await page.keyboard.press("ArrowLeft");
  }
  assert.equal((await focused(page)).value, iso, "a day cannot be typed");
}

/** Types a time into the field that has the focus, with or without the half of the day. */
async function typeTime(page, time) {
  const [hour, minute] = time.split(":").map(Number);
  const two = (number) => String(number).padStart(2, "0");
  const half = `${two(hour % 12 || 12)}${two(minute)}${hour < 12 ? "AM" : "PM"}`;
  for (const keys of [half, `${two(hour)}${two(minute)}`]) {
    await page.keyboard.type(keys);
    if ((await focused(page)).value === time) return;
    for (let back = 0; back < 3; back += 1) await page.keyboard.press("ArrowLeft");
  }
  assert.equal((await focused(page)).value, time, "a time cannot be typed");
}

/** Waits for the page that something leads to. */
async function leading(page, press) {
  await Promise.all([page.waitForEvent("load"), press()]);
}

/** With a mouse or a finger. */
export const MOUSE = {
  press: (target) => leading(target.page(), () => target.click()),
  open: (target) => target.click(),
  write: (target, words) => target.fill(words),
  day: (target, iso) => target.fill(iso),
  time: (target, time) => target.fill(time),
  choose: (target, value) => target.selectOption(value),
  tick: (target) => target.check(),
  bring: (target, file) => target.setInputFiles(file),
  answer: (page, person) => answer(page, person),
};

/** Tabs on until a field, a link or a button has the focus; one of a group of choices counts as the group. */
async function reach(target) {
  const page = target.page();
  const wanted = await target.elementHandle();
  const isThere = () =>
    page.evaluate((wanted) => {
      const held = document.activeElement;
      const isOfGroup = wanted.type === "radio" && held.type === "radio" && held.name === wanted.name;
      return held === wanted || isOfGroup;
    }, wanted);
  if (await isThere()) return;
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await tab(page);
    if (await isThere()) return;
  }
  throw new Error(`the keyboard does not reach ${target}`);
}

/** With the keys of a keyboard alone. Which file is sent is chosen in a window of the browser's own. */
export const KEYS = {
  press: async (target) => {
    await reach(target);
    await leading(target.page(), () => target.page().keyboard.press("Enter"));
  },
  open: async (target) => {
    await reach(target);
    await target.page().keyboard.press("Enter");
  },
  write: async (target, words) => {
    await reach(target);
    await target.page().keyboard.press("ControlOrMeta+a");
    await target.page().keyboard.type(words);
  },
  day: async (target, iso) => {
    await reach(target);
    await typeDay(target.page(), iso);
  },
  time: async (target, time) => {
    await reach(target);
    await typeTime(target.page(), time);
  },
  choose: async (target, value) => {
    await reach(target);
    const page = target.page();
    const [at, to] = await target.evaluate((list, value) => [list.selectedIndex, [...list.options].findIndex((one) => one.value === value)], value);
    for (let step = at; step < to; step += 1) await page.keyboard.press("ArrowDown");
    for (let step = at; step > to; step -= 1) await page.keyboard.press("ArrowUp");
    assert.equal(await target.inputValue(), value);
  },
  tick: async (target) => {
    await reach(target);
    const page = target.page();
    if ((await target.getAttribute("type")) === "checkbox") {
      if (!(await target.isChecked())) await page.keyboard.press("Space");
    } else {
      await page.keyboard.press("Space");
      for (let step = 0; step < 40 && !(await target.isChecked()); step += 1) await page.keyboard.press("ArrowDown");
    }
    assert.ok(await target.isChecked(), `${target} is not chosen`);
  },
  bring: async (target, file) => {
    await reach(target);
    await target.setInputFiles(file);
  },
  answer: (page, person) => {
    const said = (name) => {
      if (name.startsWith("a.")) return person.says[name.slice(2)] ?? person.otherwise;
      if (name.startsWith("d.")) return person.details[name.slice(2)];
      return name === "medicines" ? person.medicines : undefined;
    };
    return fillByKeys(page, said);
  },
};
