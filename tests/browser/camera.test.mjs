// The script of the camera without a browser: what it says of a picture, and how it sends over a line that breaks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bright, distance, edges, exposure, hints, Said, send, shape, sharpness, tilt } from "../../crates/web/assets/camera.js";

/** A picture of blotches, drawn from numbers; `soft` blurs it, `light` makes it lighter, `scale` larger about its middle. */
function picture({ width = 240, height = 320, soft = 0, light = 1, scale = 1 } = {}) {
  const data = new Uint8ClampedArray(width * height * 4);
  const noise = (x, y) => {
    const value = Math.sin(x * 12.9898 + y * 78.233) * 43758.5453;
    return value - Math.floor(value);
  };
  const at = (x, y) => {
    const [u, v] = [(x - width / 2) / scale + width / 2, (y - height / 2) / scale + height / 2];
    return 110 + 50 * noise(Math.floor(u / 16), Math.floor(v / 16)) + 30 * noise(Math.floor(u / 3), Math.floor(v / 3));
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let [sum, count] = [0, 0];
      for (let v = -soft; v <= soft; v += 1) for (let u = -soft; u <= soft; u += 1) (sum += at(x + u, y + v)), (count += 1);
      const value = (sum / count) * light;
      const here = (y * width + x) * 4;
      data.set([value, value, value, 255], here);
    }
  }
  return bright({ data, width, height });
}

const seen = (of) => ({ ...exposure(of), sharp: sharpness(of) });

test("a blurred picture is less sharp, whatever its light", () => {
  const earlier = seen(picture());
  assert.deepEqual(hints({ seen: seen(picture()), earlier }), []);
  assert.match(hints({ seen: seen(picture({ soft: 2 })), earlier }).join(), /Less sharp/);
  const darker = hints({ seen: seen(picture({ light: 0.8 })), earlier }).join();
  assert.doesNotMatch(darker, /Less sharp/);
});

test("too dark, too light and burnt out are said as what to do", () => {
  const earlier = seen(picture());
  assert.match(hints({ seen: seen(picture({ light: 0.6 })), earlier }).join(), /more light/);
  assert.match(hints({ seen: seen(picture({ light: 1.35 })), earlier }).join(), /less light/i);
  assert.match(hints({ seen: seen(picture({ light: 4 })) }).join(), /burnt out/);
  assert.match(hints({ seen: seen(picture({ light: 0.2 })) }).join(), /It is dark/);
});

test("how a device is tilted is told upright, sideways and on its back", () => {
  assert.ok(Math.abs(tilt(90, 0)) < 1e-9);
  assert.equal(Math.round(tilt(90, 0, 90)), 90);
  // Upright and rolled by ten degrees.
  const roll = (10 * Math.PI) / 180;
  const beta = (Math.asin(Math.cos(roll)) * 180) / Math.PI;
  assert.ok(Math.abs(Math.abs(tilt(beta, 90)) - 10) < 0.5, `${tilt(beta, 90)}`);
  assert.equal(tilt(0, 0), null, "flat on a table nothing can be said");
  assert.match(hints({ seen: seen(picture()), tilted: 8 }).join(), /Tilted by 8°/);
});

test("too near and too far are told from the edges, and what is another picture is not judged", () => {
  const earlier = edges(picture());
  assert.equal(distance(earlier, edges(picture())), 1);
  assert.ok(distance(earlier, edges(picture({ scale: 0.8 }))) > 1.1);
  assert.ok(distance(earlier, edges(picture({ scale: 1.25 }))) < 0.9);
  const flat = { values: new Float32Array(60 * 80), width: 60, height: 80 };
  assert.equal(distance(earlier, flat), null);
  assert.match(hints({ seen: seen(picture()), scale: 1.2 }).join(), /come closer/);
});

/** A server that keeps parts, and a line that breaks whenever `breaks` says so: before or after the part arrived. */
function server({ part = 10, breaks = () => null } = {}) {
  const kept = { bytes: [], done: null, calls: 0 };
  const answer = (status, body) => new Response(JSON.stringify(body), { status });
  const net = async (href, { method = "GET", headers = {}, body } = {}) => {
    kept.calls += 1;
    const broken = breaks(kept.calls, method);
    if (broken === "before") throw new TypeError("the line broke");
    const how = () => ({ upload: "/u/1", offset: kept.bytes.length, bytes: kept.length, part });
    let said;
    if (href === "/u") {
      kept.length = Number(body.get("bytes"));
      said = answer(201, how());
    } else if (href.startsWith("/u/1/done")) {
      kept.done = Object.fromEntries(body);
      said = answer(201, { onwards: "/next" });
    } else if (method === "PATCH") {
      if (Number(headers["upload-offset"]) !== kept.bytes.length) said = answer(409, how());
      else {
        kept.bytes.push(...new Uint8Array(await body.arrayBuffer()));
        said = answer(200, how());
      }
    } else said = answer(200, how());
    if (broken === "after") throw new TypeError("the answer was lost");
    return said;
  };
  return { kept, net };
}

const to = { uploads: "/u", view: "front", query: "step=1", about: {}, fields: { source: "page" } };
const blob = new Blob([Uint8Array.from({ length: 95 }, (_, at) => at)]);
const pause = async () => {};

test("a photograph arrives whole over a line that breaks before and after parts", async () => {
  for (const when of ["before", "after"]) {
    const { kept, net } = server({ breaks: (call, method) => (method === "PATCH" && call % 3 === 0 ? when : null) });
    const told = [];
    const { onwards } = await send(blob, to, { net, pause, tell: (part) => told.push(part) });
    assert.equal(onwards, "/next");
    assert.deepEqual(kept.bytes, [...new Uint8Array(await blob.arrayBuffer())], when);
    assert.deepEqual(kept.done, { source: "page" });
    assert.deepEqual(told, told.toSorted((a, b) => a - b));
    assert.equal(told.at(-1), 1);
  }
});

test("a line that stays broken ends in a sentence, and the upload is gone on with later", async () => {
  let isDown = true;
  const { kept, net } = server({ breaks: (call) => (isDown && call > 4 ? "before" : null) });
  let begun;
  const with_ = { ...to, begun: (at) => (begun = at) };
  await assert.rejects(send(blob, with_, { net, pause }), (cause) => cause instanceof Said && /goes on where it was/.test(cause.message));
  const before = kept.bytes.length;
  assert.ok(before > 0 && before < 95);
  isDown = false;
  await send(blob, with_, { net, pause, from: begun });
  assert.deepEqual(kept.bytes, [...new Uint8Array(await blob.arrayBuffer())]);
});

test("a refusal is said at once and not tried again", async () => {
  let calls = 0;
  const net = async () => {
    calls += 1;
    return new Response(JSON.stringify({ says: "A photograph has at most 25 MB." }), { status: 422 });
  };
  await assert.rejects(send(blob, to, { net, pause }), { message: "A photograph has at most 25 MB." });
  assert.equal(calls, 1);
});

test("what is drawn is told in ten-thousandths, and a slip of the hand is nothing", () => {
  const box = { width: 200, height: 400 };
  const points = [{ x: 100, y: 100 }, { x: 120, y: 100 }, { x: 140, y: 100 }];
  assert.equal(shape("ring", points, box), "ring 5000,2500 2000,0");
  assert.equal(shape("arrow", points, box), "arrow 5000,2500 7000,2500");
  assert.equal(shape("line", points, box), "line 5000,2500 6000,2500 7000,2500");
  assert.equal(shape("line", points.slice(0, 1), box), "");
  assert.match(shape("arrow", [points[0], { x: 900, y: -5 }], box), /10000,0$/);
});
