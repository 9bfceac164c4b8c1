// One course of treatment, end to end: an invented patient goes the whole way with the people of the demo's clinic, from
// the self-check to what the photographs show, while the demo's clock is put on. Walked on a phone with a finger, on a
// tablet with JavaScript off, and at a desk with the keys of a keyboard alone. Every page on the way is open to everybody.

import assert from "node:assert/strict";
import { test } from "node:test";
import { KEYS, MOUSE } from "./hand.mjs";
import { patch } from "./patch.mjs";
import { barriers, CHECK, heading, HEALTHY, shot, sideways, visitor } from "./site.mjs";

const PASSWORD = "percuta demo percuta";

/** A day so many days after another, as the forms take it. */
function after(day, days) {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** A page of its own for each of the people, all in one walk. */
class Walk {
  constructor(name, width, hand, script) {
    Object.assign(this, { name, width, hand, script });
    this.people = new Map();
    this.seen = 0;
    this.looked = new Set();
    this.wrong = [];
  }

  /** The page of somebody. */
  async of(who) {
    if (!this.people.has(who)) this.people.set(who, await visitor({ width: this.width, script: this.script }));
    return this.people.get(who);
  }

  /** Comes in as somebody of the demo. */
  async as(role) {
    const page = await this.of(role);
    await page.goto("/demo");
    await this.hand.press(page.locator(`button[name=role][value=${role}]`));
    return page;
  }

  /** Looks at a page as everybody has to be able to, and takes its picture. */
  async look(page, name) {
    this.seen += 1;
    await shot(page, `journey-${this.width}-${String(this.seen).padStart(2, "0")}-${name}`);
    const add = (lines) => this.wrong.push(...[lines].flat().filter(Boolean).map((line) => `${name}: ${line}`));
    add(await sideways(page));
    // Without script axe cannot run; the same pages are looked at on the other two ways.
    if (this.script) add(await barriers(page));
    for (const said of page.complaints.splice(0)) add(said);
  }

  /** Presses what refuses: the page says so, and nothing else goes wrong. */
  async refused(page, press) {
    await press();
    page.complaints = page.complaints.filter((said) => !/\b422\b/.test(said));
  }

  /** What day and time it is there. */
  async clock() {
    const page = await this.of("clock");
    await page.goto("/demo");
    return { day: await page.locator("#day").inputValue(), time: await page.locator("#time").inputValue() };
  }

  /** Puts the clock on to the next morning, whenever the tests are run. */
  async tomorrow() {
    const page = await this.of("clock");
    await page.goto("/demo");
    await this.hand.press(page.getByRole("button", { name: /Tomorrow, 09:00/ }));
    await this.look(page, "demo");
  }

  /** Puts the clock on to a time. */
  async goOn(day, time) {
    const page = await this.of("clock");
    await page.goto("/demo");
    await this.hand.day(page.locator("#day"), day);
    await this.hand.time(page.locator("#time"), time);
    await this.hand.press(page.getByRole("button", { name: "Go on to this time" }));
    assert.match(await page.locator(".toast").innerText(), /The time has moved on/);
    return page;
  }

  /** The story of the patient, found by a part of the name. */
  async story(role) {
    const page = await this.as(role);
    if (this.path) {
      await page.goto(this.path);
      return page;
    }
    await this.hand.press(page.locator("header nav").getByRole("link", { name: "Patients" }));
    await this.hand.write(page.locator("#find"), this.name.split(" ")[0]);
    await this.hand.press(page.getByRole("button", { name: "Search" }));
    await this.look(page, "found");
    await this.hand.press(page.getByRole("link", { name: this.name }));
    this.path = new URL(page.url()).pathname;
    return page;
  }

  async close() {
    for (const page of this.people.values()) await page.context().close();
  }
}

const button = (page, name) => page.getByRole("button", { name });
const link = (page, name) => page.getByRole("link", { name });
const main = (page) => page.locator("main").innerText();

/** 1. The self-check on the patient's own device, kept; the link; the questions that are left. */
async function asks(walk) {
  const { hand } = walk;
  await walk.tomorrow();
  const { day } = await walk.clock();
  walk.born = `${Number(day.slice(0, 4)) - 32}-01-15`;
  const page = await walk.of("patient");
  // Ninety days before: the rulebook waits for half a year, and its sources disagree about it.
  const person = {
    ...HEALTHY,
    born: walk.born,
    says: { "medicines.isotretinoin": "yes" },
    details: { "medicines.isotretinoin.status": "stopped", "medicines.isotretinoin.last_dose": after(day, -90) },
  };
  await page.goto(CHECK);
  for (const name of ["concern", "region"]) await hand.choose(page.locator(`select[name=${name}]`), person[name]);
  await hand.tick(page.locator(`input[name=way][value=${person.way}]`));
  await hand.day(page.locator("input[name=born]"), person.born);
  await hand.tick(page.locator(`input[name=sex][value=${person.sex}]`));
  await hand.choose(page.locator("select[name=phototype]"), person.phototype);
  await walk.look(page, "self-check");
  await hand.press(page.locator("form.card button[type=submit]").first());
  for (let turn = 0; turn < 15 && !(await page.locator("#verdict").count()); turn += 1) {
    await hand.answer(page, person);
    await hand.press(page.locator("form.card button[type=submit]").first());
  }
  assert.equal(await page.locator("#verdict").innerText(), "Not yet");
  await walk.look(page, "self-check-answer");

  await hand.press(button(page, "Keep this and ask for an appointment"));
  await hand.write(page.getByLabel("Your name"), walk.name);
  await hand.day(page.getByLabel("Your date of birth"), walk.born);
  await hand.write(page.getByLabel("E-mail"), "journey@mail.example");
  await hand.tick(page.getByLabel("Write to me with free times"));
  await hand.tick(page.getByLabel("The clinic may keep my answers and contact me."));
  await walk.look(page, "keep");
  await hand.press(button(page, "Send to the clinic"));
  await walk.look(page, "kept");
  await page.goto(await page.locator(".ticket").innerText());
  await hand.day(page.getByLabel("Your date of birth"), walk.born);
  await walk.look(page, "link");
  await hand.press(button(page, "Open my pages"));
  await walk.look(page, "me-before");
  await page.goto("/me/questions");
  for (let turn = 0; turn < 12 && (await page.locator("form.selfcheck__questions").count()); turn += 1) {
    if (turn === 0) await walk.look(page, "questions");
    await hand.answer(page, person);
    await hand.press(page.locator("form.selfcheck__questions button[value=next]"));
  }
  assert.equal(await heading(page), "Look it through, then send");
  await walk.look(page, "questions-review");
  await hand.press(button(page, "Send to the clinic"));
  await walk.look(page, "questions-sent");
  await hand.press(link(page, "See the first answer"));
  assert.match(await page.locator("#verdict").innerText(), /Not yet/);
  await walk.look(page, "own-screening");
}

/** 2. The clinic: a consultation is booked, the screening is read, and whom the card names decides otherwise. */
async function isScreened(walk) {
  const { hand } = walk;
  const desk = await walk.story("front-desk");
  await walk.look(desk, "story-front-desk");
  await hand.press(link(desk, "Book a visit").first());
  await walk.look(desk, "book-consultation");
  const first = desk.locator("button[name=start]").first();
  // The value holds the day by UTC, the words the time at the clinic; at its opening hours the days are the same.
  walk.consultation = { day: (await first.getAttribute("value")).slice(0, 10), time: await first.innerText() };
  await hand.press(first);
  assert.match(await main(desk), /Kept until \d\d:\d\d/);
  await walk.look(desk, "consultation-kept");
  await hand.press(button(desk, "Book it"));
  await walk.look(desk, "consultation-booked");
  walk.consultation.path = new URL(desk.url()).pathname;

  const ben = await walk.story("practitioner");
  await walk.look(ben, "story-new");
  await hand.press(link(ben, /^Screening:/).first());
  assert.match(await main(ben), /Sources disagree/);
  await walk.look(ben, "screening");

  const ada = await walk.story("medical-lead");
  await hand.press(link(ada, /^Screening:/).first());
  await hand.tick(ada.locator("input[name=reason]").first());
  await hand.write(ada.locator("#because"), "Too short.");
  await hand.write(ada.locator("#password"), PASSWORD);
  await walk.refused(ada, () => hand.press(button(ada, /^Sign as/)));
  assert.equal(await ada.locator("#because").inputValue(), "Too short.");
  await walk.look(ada, "override-refused");
  const why = "The 2017 panels see no reason to wait with superficial needling; the last dose was three months ago.";
  await hand.write(ada.locator("#because"), why);
  await hand.write(ada.locator("#password"), PASSWORD);
  await hand.press(button(ada, /^Sign as/));
  assert.match(await main(ada), /The 2017 panels/);
  await walk.look(ada, "overridden");
}

/** 3. The plan, offered by the practitioner and accepted by the patient. */
async function isPlanned(walk) {
  const { hand } = walk;
  const ben = await walk.story("practitioner");
  await hand.press(link(ben, "Plan a course"));
  await walk.look(ben, "plan-form");
  await hand.press(button(ben, "See the plan"));
  await walk.look(ben, "plan-preview");
  await hand.press(button(ben, "Keep this plan"));
  await walk.look(ben, "plan");
  await hand.press(button(ben, /Offer/));
  await walk.look(ben, "plan-offer");
  await hand.press(button(ben, "Offer it"));
  await walk.look(ben, "plan-offered");
  await isTalkedWith(walk);

  const page = await walk.of("patient");
  await page.goto("/me");
  await walk.look(page, "me-offered");
  await hand.press(link(page, /plan/i).first());
  await walk.look(page, "own-plan");
  await hand.press(button(page, "Accept this plan"));
  await walk.look(page, "plan-accepted");
}

/** The consultation is held, on its day. */
async function isTalkedWith(walk) {
  const { hand, consultation } = walk;
  await walk.goOn(consultation.day, consultation.time);
  const desk = await walk.as("front-desk");
  await desk.goto(consultation.path);
  await hand.press(button(desk, "Has arrived"));
  const ben = await walk.as("practitioner");
  await ben.goto(consultation.path);
  await hand.write(ben.locator("#note"), "The plan was explained, and what it cannot promise.");
  await walk.look(ben, "consultation");
  await hand.press(button(ben, "It was held"));
  await walk.look(ben, "consultation-held");
}

/** 4. The first session is booked by the patient. */
async function isBooked(walk) {
  const { hand } = walk;
  const page = await walk.of("patient");
  await page.goto("/me/plan");
  await hand.press(link(page, "Book the next session"));
  await walk.look(page, "own-booking");
  const first = page.locator("input[name=time]").first();
  const words = await first.locator("xpath=ancestor::label").innerText();
  walk.visit = { day: (await first.getAttribute("value")).slice(0, 10), time: words.match(/\d\d:\d\d/)[0] };
  await hand.tick(first);
  await hand.press(button(page, "Look this time over"));
  assert.match(await main(page), /Kept until \d\d:\d\d/);
  await walk.look(page, "own-booking-over");
  await hand.press(button(page, "Book this visit"));
  await walk.look(page, "own-booked");
  await page.goto("/me");
  assert.match(await main(page), /Before your visit/);
  await walk.look(page, "me-preparation");
}

/** 4. The consent is read and signed, and what the photographs may be used for is said apart. */
async function consents(walk) {
  const { hand } = walk;
  const page = await walk.of("patient");
  await hand.press(link(page, "Read it").first());
  await walk.look(page, "consents");
  await hand.press(link(page, /To be signed/).first());
  assert.match(await main(page), /decided that treatment may be offered all the same/);
  await walk.look(page, "consent");
  await walk.refused(page, () => hand.press(button(page, "Sign this consent")));
  await walk.look(page, "consent-refused");
  const asked = page.locator("form fieldset.q3");
  for (let number = 0; number < (await asked.count()); number += 1) {
    await hand.tick(asked.nth(number).locator(`input[value=${number === 0 ? "yes" : "no"}]`));
  }
  await hand.tick(page.locator("#read"));
  await hand.write(page.locator("#signature"), walk.name);
  await hand.press(button(page, "Sign this consent"));
  await walk.look(page, "consent-signed");
}

/** 4. The day of the visit: arrival, screening asked again, photographs, numbing. */
async function arrives(walk) {
  const { hand, visit } = walk;
  await walk.goOn(visit.day, visit.time);
  const desk = await walk.as("front-desk");
  await walk.look(desk, "board");
  await hand.press(link(desk, new RegExp(walk.name)).first());
  await walk.look(desk, "visit-expected");
  await hand.press(button(desk, "Has arrived"));
  await walk.look(desk, "visit-arrived");
  visit.path = new URL(desk.url()).pathname;

  const cy = await walk.as("assistant");
  await cy.goto(visit.path);
  await walk.look(cy, "checklist");
  for (const what of ["identity", "preparation", "precautions"]) {
    const form = cy.locator(`form[action*="/check/${what}?"]`);
    if (await form.count()) await hand.press(form.locator("button"));
  }
  await hand.press(link(cy, "Ask again"));
  await walk.look(cy, "screening-today");
  for (const question of await cy.locator("form fieldset.q3").all()) await hand.tick(question.locator("input[value=no]"));
  await hand.press(button(cy, "Screen for today"));
  await walk.look(cy, "screened-today");
  await cy.goto(visit.path);
  await hand.press(link(cy, "Take photographs"));
  await photograph(walk, cy, 1);
  // The way back leads to the visit that it was taken for, and there nothing more is asked for.
  await hand.press(link(cy, "Back to the visit"));
  assert.equal(new URL(cy.url()).pathname, visit.path);
  assert.equal(await link(cy, "Take photographs").count(), 0, "the visit still asks for photographs");
  const product = cy.locator("#product option", { hasText: "LMX4" });
  await hand.choose(cy.locator("#product"), await product.getAttribute("value"));
  await hand.press(button(cy, "Numbing is on"));
  await walk.look(cy, "numbed");
}

/** Takes the first view of the sequence with a camera of its own, whose file shows pits that are so deep; and keeps it. */
async function photograph(walk, page, depth) {
  const { hand } = walk;
  assert.match(await page.locator("#view").innerText(), /^1 of \d+: /);
  await walk.look(page, "photographs-step");
  await hand.open(page.locator("summary", { hasText: "Send a file instead" }));
  await hand.bring(page.locator("input[type=file]"), patch(depth));
  // With script it is sent in parts and the next page is put in place of this one; without, it is loaded.
  await (walk.script ? hand.open : hand.press)(button(page, "Send it"));
  await page.locator("#view", { hasText: /, taken$/ }).waitFor();
  // Held against the earlier one, or found to be the first.
  await page.locator("#checks :is(.shot-checks__head, .beside)").waitFor();
  await walk.look(page, "photographed");
  await (walk.script ? hand.open : hand.press)(link(page, /^Keep it/));
  await page.locator("#view", { hasText: /^2 of \d+: / }).waitFor();
  assert.equal(await page.locator(".views img").count(), 1, "it is not kept");
  await walk.look(page, "photographs-next");
}

/** A time so many minutes after another. */
function minutesAfter(time, minutes) {
  const [hour, minute] = time.split(":").map(Number);
  const at = hour * 60 + minute + minutes;
  return [Math.floor(at / 60), at % 60].map((number) => String(number).padStart(2, "0")).join(":");
}

/** 5. The session, charted by zone, signed, and added to. */
async function isTreated(walk) {
  const { hand, visit } = walk;
  await walk.goOn(visit.day, minutesAfter(visit.time, 35));
  const cy = await walk.as("assistant");
  await cy.goto(visit.path);
  await hand.press(button(cy, "Wiped off"));
  await walk.look(cy, "wiped-off");
  const ben = await walk.as("practitioner");
  await ben.goto(visit.path);
  await walk.look(ben, "ready");
  await hand.press(button(ben, "Begin the session"));
  await walk.look(ben, "session");
  // The map leads to the zones of the plan, and to no place that is never treated.
  const places = await ben.locator("svg.map a").evaluateAll((links) => links.map((link) => link.getAttribute("aria-label")));
  assert.ok(places.length > 0, "the map leads nowhere");
  assert.deepEqual(places.filter((place) => /eyelid|lip/i.test(place)), []);
  // A cartridge that has expired is refused; what was typed stays.
  await hand.write(ben.locator("#lot"), "26F-0417");
  await hand.day(ben.locator("#expiry"), after(visit.day, -1));
  await walk.refused(ben, () => hand.press(button(ben, "Use this cartridge")));
  assert.equal(await ben.locator("#lot").inputValue(), "26F-0417");
  await walk.look(ben, "cartridge-refused");
  await hand.day(ben.locator("#expiry"), after(visit.day, 200));
  await hand.press(button(ben, "Use this cartridge"));
  for (const side of ["Right cheek", "Left cheek"]) await chart(walk, ben, side);
  for (const says of ["Aftercare was given", "Everything sharp"]) await hand.press(button(ben, new RegExp(says)));
  await walk.look(ben, "session-charted");
  await hand.press(link(ben, "End and sign"));
  await hand.write(ben.locator("#note"), "Well borne.");
  await hand.write(ben.locator("#password"), PASSWORD);
  await walk.look(ben, "end");
  await hand.press(button(ben, /^Sign as/));
  await walk.look(ben, "signed");
  await hand.write(ben.locator("#addendum"), "A little more redness on the left at the door.");
  await hand.press(button(ben, "Add it"));
  assert.match(await main(ben), /A little more redness/);
  await walk.look(ben, "addendum");
}

/** Charts one zone in steps: up to its limit and not beyond, its passes, and what was seen. */
async function chart(walk, page, zone) {
  const { hand } = walk;
  await hand.press(link(page, zone).first());
  await walk.look(page, "zone");
  const deeper = page.locator(".stepper").first().locator("button").last();
  // A form that was left open while the limit fell, or that somebody has meddled with.
  await deeper.evaluate((button) => (button.value = "3.0"));
  await walk.refused(page, () => hand.press(deeper));
  assert.match(await page.locator("#zone [role=alert]").innerText(), /1\.5/);
  await walk.look(page, "zone-refused");
  // What was meant stands there still; one step back leads to what is allowed.
  assert.match(await page.locator(".stepper").first().innerText(), /^3/);
  await hand.press(page.locator(".stepper").first().locator("button").first());
  assert.equal(await page.locator("#zone [role=alert]").count(), 0);
  for (let pass = 0; pass < 4; pass += 1) await hand.press(page.locator(".stepper").nth(1).locator("button").last());
  await hand.press(button(page, "Pinpoint bleeding"));
  await walk.look(page, "zone-done");
}

/** 6. The days after: the patient's page, a check-in that is worse, and the clinic's answer. */
async function heals(walk) {
  const { hand, visit } = walk;
  await walk.goOn(after(visit.day, 2), "10:00");
  const page = await walk.of("patient");
  await page.goto("/me");
  await walk.look(page, "me-day-2");
  await hand.press(link(page, "Check in").first());
  for (const group of await page.locator("fieldset.q3").all()) {
    const isSkin = (await group.getAttribute("id")) === "group.skin";
    await hand.tick(group.locator(`input[value=${isSkin ? "yes" : "no"}]`));
  }
  for (const [code, severity, trend] of [["pain", "moderate", "increasing"], ["redness", "moderate", "increasing"]]) {
    await hand.tick(page.locator(`input[name=symptom][value=${code}]`));
    await hand.choose(page.locator(`[id="severity.${code}"]`), severity);
    await hand.choose(page.locator(`[id="trend.${code}"]`), trend);
  }
  await hand.write(page.locator("#words"), "It is warmer than yesterday. Is that usual?");
  await walk.look(page, "check-in");
  await hand.press(button(page, "Get the answer"));
  assert.match(await page.locator("#result").innerText(), /Contact the clinic today/);
  await walk.look(page, "check-in-answer");

  const ben = await walk.as("practitioner");
  await hand.press(ben.locator("header nav").getByRole("link", { name: /^Inbox/ }));
  await walk.look(ben, "inbox");
  await hand.press(link(ben, new RegExp(walk.name)).first());
  await walk.look(ben, "inbox-item");
  await hand.press(button(ben, "Take it"));
  await hand.write(ben.locator("#says"), "I have called you. Cool compresses, and tell us tomorrow.");
  await hand.press(button(ben, "Answer and close"));
  await walk.look(ben, "inbox-closed");
  await page.goto("/me");
  await walk.look(page, "me-answered");
  await page.goto("/me/photos");
  await hand.choose(page.locator("#place"), await page.locator("#place option").nth(1).getAttribute("value"));
  await hand.bring(page.locator("#photograph"), patch(0.9));
  await hand.press(button(page, "Add the photo"));
  await walk.look(page, "own-photographs");
}

/** 6. Four weeks later: photographs side by side, scores as a trend, the next step. */
async function isJudged(walk) {
  const { hand, visit } = walk;
  await score(walk, 3);
  await walk.goOn(after(visit.day, 29), "10:00");
  const cy = await walk.story("assistant");
  await hand.press(cy.getByRole("link", { name: "Photographs", exact: true }));
  await hand.press(link(cy, "Take photographs"));
  await photograph(walk, cy, 0.6);
  const ben = await walk.story("practitioner");
  await hand.press(ben.getByRole("link", { name: "Photographs", exact: true }));
  await walk.look(ben, "photographs");
  await hand.press(link(ben, "Compare"));
  // With script the page asks by itself what can be measured; without, a button does.
  const asks = ben.locator("form[data-measure]");
  if (walk.script) await asks.waitFor({ state: "detached", timeout: 60_000 });
  else await hand.press(button(ben, "Compare them"));
  assert.equal(await asks.count(), 0);
  assert.equal(await ben.locator(".stage__frame > img").count(), 2);
  assert.match(await main(ben), /before session 1/);
  assert.match(await main(ben), /too early to judge/);
  assert.match(await main(ben), /was noted for neither/);
  assert.match(await main(ben), /What was measured/);
  await walk.look(ben, "side-by-side");
  await score(walk, 2);
  const page = await patientAgain(walk);
  assert.match(await main(page), /Book session 2/);
  await walk.look(page, "me-four-weeks");
  await hand.press(link(page, "Answer it").first());
  await walk.look(page, "own-scale");
  for (const group of await page.locator("form fieldset").all()) await hand.tick(group.locator("input[type=radio]").nth(1));
  await hand.press(button(page, "Save"));
  assert.match(await page.locator(".toast").innerText(), /The score is recorded/);
  await walk.look(page, "own-scores");
}

/** The practitioner scores what is seen. */
async function score(walk, grade) {
  const { hand } = walk;
  const ben = await walk.story("practitioner");
  await hand.press(ben.getByRole("link", { name: "Outcomes", exact: true }));
  await walk.look(ben, "outcomes");
  await hand.press(link(ben, /Goodman & Baron qualitative/).first());
  await hand.tick(ben.locator(`input[type=radio][value="${grade}"]`).first());
  await hand.press(button(ben, "Compute the score"));
  await walk.look(ben, "score");
  await hand.press(button(ben, "Keep this score"));
  await walk.look(ben, "scored");
}

/** The patient comes back by a new link, which the front desk makes. */
async function patientAgain(walk) {
  const { hand } = walk;
  const desk = await walk.story("front-desk");
  await hand.press(button(desk, /^Make a/));
  await walk.look(desk, "new-link");
  const page = await walk.of("patient");
  await page.goto(await desk.locator("#link").inputValue());
  if (await page.locator("#birth_date").count()) {
    await hand.day(page.locator("#birth_date"), walk.born);
    await hand.press(button(page, "Open my pages"));
  }
  return page;
}

/** The owner reads who did what, and checks that the chain is whole. */
async function isAudited(walk) {
  const { hand } = walk;
  const olu = await walk.as("owner");
  await hand.press(link(olu, "Audit").first());
  await walk.look(olu, "audit");
  await hand.press(button(olu, "Check now"));
  assert.match(await main(olu), /The chain is intact/);
  await walk.look(olu, "audit-checked");
}

const STEPS = [asks, isScreened, isPlanned, isBooked, consents, arrives, isTreated, heals, isJudged, isAudited];

const WAYS = [
  { name: "Tilda Invented", width: 390, hand: MOUSE, script: true, how: "on a phone" },
  { name: "Mara Invented", width: 1024, hand: MOUSE, script: false, how: "on a tablet, with JavaScript off" },
  { name: "Noor Invented", width: 1280, hand: KEYS, script: true, how: "at a desk, by keyboard alone" },
];

// ONLY names a width, for who works on one of the ways.
const only = process.env.ONLY;
for (const { name, width, hand, script, how } of WAYS.filter((way) => !only || only.includes(way.width))) {
  test(`one course of treatment is gone through, end to end, ${how}`, async () => {
    const walk = new Walk(name, width, hand, script);
    try {
      for (const step of STEPS) await step(walk);
    } catch (error) {
      for (const [who, page] of walk.people) {
        console.log(`# ${who} is at ${new URL(page.url()).pathname}: ${(await main(page).catch(() => "")).replace(/\s+/g, " ").slice(0, 3000)}`);
      }
      throw error;
    } finally {
      await walk.close();
    }
    assert.deepEqual(walk.wrong, []);
  });
}
