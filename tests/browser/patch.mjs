// An invented photograph: a patch of skin with pits, as a PNG. Nobody's skin was photographed for it.

import { crc32, deflateSync } from "node:zlib";

const SIDE = 480;
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

function chunk(kind, content) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A patch of skin whose pits are so deep, from 0 to 1. */
export function patch(depth) {
  const pits = Array.from({ length: 40 }, (_, n) => [(n * 197) % SIDE, (n * 331 + 57) % SIDE, 6 + ((n * 7) % 11)]);
  const rows = Buffer.alloc(SIDE * (1 + SIDE * 3));
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      let shade = 1 - 0.12 * Math.hypot(x / SIDE - 0.4, y / SIDE - 0.35);
      for (const [pitX, pitY, radius] of pits) {
        const far = Math.hypot(x - pitX, y - pitY) / radius;
        if (far < 1) shade -= 0.35 * depth * (1 - far * far);
      }
      rows.set([214, 168, 142].map((part) => Math.round(part * shade)), y * (1 + SIDE * 3) + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(SIDE, 0);
  head.writeUInt32BE(SIDE, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const buffer = Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
  return { name: "photograph.png", mimeType: "image/png", buffer };
}
