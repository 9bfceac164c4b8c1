// Optional. Takes photographs with the page's camera, so that they never lie in an album: the earlier one of the same
// view as a ghost, an outline and a grid, which way is down, and in words what would make the two hard to compare. What
// is taken is sent in parts, and after a broken line it goes on where it was. Without this, files are chosen and sent.
//
// Nothing is decided here that is kept: the server checks what arrived. A picture is held in memory until it is sent and
// nowhere else. The functions that are exported reckon on plain numbers, and are tried out without a browser.

/** The longer side of what is judged while the camera runs. */
const LONG_PX = 480;
/** How often it is judged. */
const OFTEN_MS = 400;
/** A broken line is tried again so often, with longer and longer rests. */
const TRIES = 6;

/** Below these the live picture is said to differ from the earlier one. The server's checks are stricter, and decide. */
const SHARP_ENOUGH = 0.6;
const STOPS_APART = 0.5;
const BURNT_SHARE = 0.02;
const DARK_MEAN = 40;
const TILT_DEG = 3;
const SCALE_APART = 0.05;

/** How bright each pixel is, from 0 to 255, as the file has it. */
export function bright({ data, width, height }) {
  const values = new Float32Array(width * height);
  for (let at = 0; at < values.length; at += 1) {
    values[at] = 0.2126 * data[at * 4] + 0.7152 * data[at * 4 + 1] + 0.0722 * data[at * 4 + 2];
  }
  return { values, width, height };
}

/** The same in linear light. */
const linear = (value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};

/** How bright a picture is on the whole, and which share of it is burnt out. */
export function exposure({ values }) {
  let sum = 0;
  let light = 0;
  let burnt = 0;
  for (const value of values) {
    sum += value;
    light += linear(value);
    if (value > 250) burnt += 1;
  }
  return { mean: sum / values.length, light: light / values.length, burnt: burnt / values.length };
}

/** How sharp the middle of a picture is: the variance of the Laplacian against its brightness, which is no unit. */
export function sharpness({ values, width, height }) {
  const [left, right] = [Math.max(1, Math.floor(width * 0.2)), Math.min(width - 1, Math.ceil(width * 0.8))];
  const [top, bottom] = [Math.max(1, Math.floor(height * 0.2)), Math.min(height - 1, Math.ceil(height * 0.8))];
  let [count, sum, squares, light] = [0, 0, 0, 0];
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = y * width + x;
      const edge = 4 * values[at] - values[at - 1] - values[at + 1] - values[at - width] - values[at + width];
      count += 1;
      sum += edge;
      squares += edge * edge;
      light += values[at];
    }
  }
  if (count === 0 || light === 0) return 0;
  const mean = light / count;
  return (squares / count - (sum / count) ** 2) / (mean * mean);
}

/** By how many degrees the picture is tilted, from what a device says of how it is held. Nothing when it lies flat. */
export function tilt(beta, gamma, screen = 0) {
  const [b, g] = [beta, gamma].map((degrees) => (degrees * Math.PI) / 180);
  const across = Math.cos(b) * Math.sin(g);
  const along = Math.sin(b);
  // Flat on a table, down is through the screen and not along it.
  if (Math.hypot(across, along) < 0.35) return null;
  let degrees = (Math.atan2(across, along) * 180) / Math.PI + screen;
  while (degrees > 180) degrees -= 360;
  while (degrees <= -180) degrees += 360;
  return degrees;
}

/** How strongly a picture changes from pixel to pixel, made smaller to so many columns. */
export function edges({ values, width, height }, columns = 60) {
  const step = width / columns;
  const rows = Math.max(3, Math.round(height / step));
  const small = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      let [sum, count] = [0, 0];
      for (let v = Math.floor(y * step); v < Math.min(height, (y + 1) * step); v += 1) {
        for (let u = Math.floor(x * step); u < Math.min(width, (x + 1) * step); u += 1) {
          sum += values[v * width + u];
          count += 1;
        }
      }
      small[y * columns + x] = count ? sum / count : 0;
    }
  }
  const found = new Float32Array(columns * rows);
  for (let y = 1; y < rows - 1; y += 1) {
    for (let x = 1; x < columns - 1; x += 1) {
      const at = y * columns + x;
      found[at] = Math.hypot(small[at + 1] - small[at - 1], small[at + columns] - small[at - columns]);
    }
  }
  return { values: found, width: columns, height: rows };
}

/** How alike two maps of edges are when the second is made larger about its middle and pushed: from -1 to 1. */
function alike(one, two, scale, push) {
  const { width, height } = one;
  const [cx, cy] = [width / 2, height / 2];
  let [n, sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let y = 2; y < height - 2; y += 1) {
    for (let x = 2; x < width - 2; x += 1) {
      const u = Math.round((x - cx - push[0]) / scale + cx);
      const v = Math.round((y - cy - push[1]) / scale + cy);
      if (u < 0 || v < 0 || u >= two.width || v >= two.height) continue;
      const [a, b] = [one.values[y * width + x], two.values[v * two.width + u]];
      n += 1;
      sa += a;
      sb += b;
      aa += a * a;
      bb += b * b;
      ab += a * b;
    }
  }
  const spread = Math.sqrt((aa - (sa * sa) / n) * (bb - (sb * sb) / n));
  return spread > 0 ? (ab - (sa * sb) / n) / spread : 0;
}

/**
 * By how much the live picture has to be made larger to lie on the earlier one: more than one is too far away. Nothing
 * where the two are not alike enough to tell.
 */
export function distance(earlier, live) {
  const pushes = [];
  for (let y = -6; y <= 6; y += 3) for (let x = -6; x <= 6; x += 3) pushes.push([x, y]);
  const best = (scale) => Math.max(...pushes.map((push) => alike(earlier, live, scale, push)));
  const asIs = best(1);
  let [found, how] = [1, asIs];
  for (const scale of [0.75, 0.8, 0.85, 0.9, 0.95, 1.05, 1.1, 1.15, 1.2, 1.3]) {
    const here = best(scale);
    if (here > how) [found, how] = [scale, here];
  }
  if (how < 0.35) return null;
  return found !== 1 && how - asIs < 0.03 ? 1 : found;
}

/** What to do, in words, about what was seen; nothing when all is well. */
export function hints({ seen, earlier, tilted = null, scale = null }) {
  const says = [];
  if (seen.burnt > BURNT_SHARE) says.push("Parts are burnt out: less light, or turn away from the lamp.");
  else if (seen.mean < DARK_MEAN) says.push("It is dark: more light.");
  if (earlier) {
    const stops = Math.log2(Math.max(seen.light, 1e-4) / Math.max(earlier.light, 1e-4));
    if (stops > STOPS_APART) says.push("Brighter than the earlier one: less light.");
    if (stops < -STOPS_APART) says.push("Darker than the earlier one: more light.");
    if (seen.sharp < SHARP_ENOUGH * earlier.sharp) says.push("Less sharp than the earlier one: hold still, wipe the lens.");
  }
  if (tilted !== null && Math.abs(tilted) > TILT_DEG) {
    says.push(`Tilted by ${Math.round(Math.abs(tilted))}°: turn the device ${tilted > 0 ? "left" : "right"}.`);
  }
  if (scale !== null && scale > 1 + SCALE_APART / 2) says.push("Too far away: come closer.");
  if (scale !== null && scale < 1 - SCALE_APART / 2) says.push("Too near: go back a little.");
  return says;
}

/** A refusal with a sentence for whoever waits. */
export class Said extends Error {}

const LOST = "The connection is lost, and the photograph is not sent. Try again; it goes on where it was.";
const ENDED = "This cannot be sent any more. Load the page again.";

/** The JSON of an answer, or its refusal. */
async function told(answer) {
  if (answer.redirected || answer.status === 401 || answer.status === 403 || answer.status === 404) throw new Said(ENDED);
  if (answer.status === 422) throw new Said((await answer.json()).says);
  if (!answer.ok && answer.status !== 409) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

async function digest(blob) {
  // Without HTTPS there is no digest; the server does without.
  if (!globalThis.crypto?.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const rest = (broken) => new Promise((over) => setTimeout(over, Math.min(10_000, 300 * 2 ** broken)));

/** Does something until the line holds, a bounded number of times. A refusal is no broken line. */
async function lasting(act, pause) {
  for (let broken = 1; ; broken += 1) {
    try {
      return await act();
    } catch (cause) {
      if (cause instanceof Said) throw cause;
      if (broken >= TRIES) throw new Said(LOST);
      await pause(broken);
    }
  }
}

/**
 * Sends a photograph in parts and says how far it is. `to` has the address, the view, the query of its end and the
 * fields that go with it. `from` is an upload that broke off, to go on with.
 */
export async function send(blob, to, { tell = () => {}, net = fetch.bind(globalThis), pause = rest, from = null } = {}) {
  const post = (href, fields) => lasting(async () => told(await net(href, { method: "POST", body: new URLSearchParams(fields) })), pause);
  let at = from ?? (await post(to.uploads, { view: to.view, bytes: blob.size, sha256: await digest(blob), ...to.about }));
  to.begun?.(at);
  if (from) at = await lasting(async () => told(await net(at.upload)), pause);
  while (at.offset < at.bytes) {
    tell(at.offset / at.bytes);
    let isAgain = false;
    at = await lasting(async () => {
      // After a broken line the server says how far it came: the part may have arrived, and the answer not.
      if (isAgain) at = await told(await net(at.upload));
      isAgain = true;
      if (at.offset >= at.bytes) return at;
      const body = blob.slice(at.offset, at.offset + at.part);
      return told(await net(at.upload, { method: "PATCH", headers: { "upload-offset": String(at.offset) }, body }));
    }, pause);
  }
  tell(1);
  return post(`${at.upload}/done?${to.query}`, to.fields);
}

/** The camera, as long as this page and those that follow it are open. */
let stream = null;
let running = null;

const find = (name, within = document) => within.querySelector(`[data-${name}]`);

function stop() {
  clearInterval(running);
  running = null;
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
}

/** Shows another page of the sequence in place of this one, so that the camera stays open. */
async function go(href, options = {}) {
  let answer;
  try {
    answer = await fetch(href, options);
  } catch {
    return false;
  }
  const kind = answer.headers.get("content-type") ?? "";
  if (!kind.startsWith("text/html")) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = page.getElementById("main");
  if (!main || !answer.ok || !page.querySelector(".capture")) {
    location.assign(answer.url);
    return true;
  }
  document.getElementById("main").replaceChildren(...main.childNodes);
  document.title = page.title;
  history.pushState(null, "", answer.url);
  scrollTo(0, 0);
  begin();
  document.getElementById("step")?.focus({ preventScroll: true });
  return true;
}

/** The controls of one view. */
class View {
  constructor(root) {
    this.root = root;
    this.find = (name) => find(name, root);
    this.video = this.find("video");
    this.facing = root.dataset.facing;
    this.earlier = null;
    this.tilted = null;
    this.turn = 0;
  }

  say(words) {
    const line = this.find("no-camera");
    line.hidden = words === "";
    line.textContent = words;
  }

  async open() {
    try {
      // Where the device asks whether its sensors may be read, it asks on a tap only.
      await globalThis.DeviceOrientationEvent?.requestPermission?.();
    } catch {
      // Without it there is no level, and everything else.
    }
    try {
      const size = { width: { ideal: 4096 }, height: { ideal: 3072 } };
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: this.facing, ...size } });
    } catch (cause) {
      this.say(
        cause.name === "NotAllowedError"
          ? "The camera was not allowed. Allow it in the browser, or send a file."
          : "No camera can be used here. Send a file.",
      );
      this.find("other").open = true;
      return;
    }
    await this.show();
  }

  async show() {
    this.video.srcObject = stream;
    // Heard once, however often the camera is opened: only its pages may ask which way is down.
    addEventListener("deviceorientation", level);
    this.say("");
    this.find("open").hidden = true;
    this.find("camera").hidden = false;
    this.find("earlier")?.setAttribute("hidden", "");
    const [track] = stream.getVideoTracks();
    const towards = (track.getSettings().facingMode ?? this.facing) === "user";
    this.find("stage").classList.toggle("is-mirrored", towards);
    try {
      await this.video.play();
    } catch {
      // Taken away while it began; the next view begins it anew.
      return;
    }
    this.find("stage").style.setProperty("--ratio", this.video.videoWidth / this.video.videoHeight);
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.find("turn").hidden = devices.filter(({ kind }) => kind === "videoinput").length < 2;
    clearInterval(running);
    running = setInterval(() => this.look(), OFTEN_MS);
  }

  /** Something small enough to be judged. */
  small(source, width, height) {
    const scale = LONG_PX / Math.max(width, height);
    const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    return bright(pen.getImageData(0, 0, canvas.width, canvas.height));
  }

  look() {
    if (document.hidden || !this.video.videoWidth || !this.video.isConnected) return;
    const ghost = this.find("ghost");
    if (!this.earlier && ghost?.complete && ghost.naturalWidth) {
      const before = this.small(ghost, ghost.naturalWidth, ghost.naturalHeight);
      this.earlier = { ...exposure(before), sharp: sharpness(before), edges: edges(before) };
    }
    const live = this.small(this.video, this.video.videoWidth, this.video.videoHeight);
    const seen = { ...exposure(live), sharp: sharpness(live) };
    // The distance takes longest, so every third time is enough.
    this.turn += 1;
    if (this.earlier && this.turn % 3 === 1) this.scale = distance(this.earlier.edges, edges(live));
    const says = hints({ seen, earlier: this.earlier, tilted: this.tilted, scale: this.scale ?? null });
    const words = says.length > 0 ? says.join(" ") : this.earlier ? "Looks like the earlier one." : "";
    const line = this.find("hints");
    // Said when it was found twice, so that nobody is talked at.
    if (words === this.words && line.textContent !== words) line.textContent = words;
    this.words = words;
    line.classList.toggle("hints--fine", says.length === 0);
  }

  level(event) {
    if (event.beta === null || event.gamma === null) return;
    this.tilted = tilt(event.beta, event.gamma, globalThis.screen?.orientation?.angle ?? 0);
    const line = this.find("level");
    line.hidden = this.tilted === null;
    if (this.tilted !== null) line.firstElementChild.style.rotate = `${-this.tilted}deg`;
  }

  /** The picture as a file: of the camera itself where it gives a larger one of the same shape, else of the page. */
  async picture(still) {
    const [track] = stream.getVideoTracks();
    const shape = still.width / still.height;
    if ("ImageCapture" in globalThis) {
      try {
        const photo = await new ImageCapture(track).takePhoto();
        const { width, height } = await createImageBitmap(photo);
        const isJpeg = photo.type === "image/jpeg" || photo.type === "image/png";
        if (isJpeg && width > still.width && Math.abs(width / height - shape) < 0.01) return photo;
      } catch {
        // The page's own picture will do.
      }
    }
    return new Promise((made) => still.toBlob(made, "image/jpeg", 0.95));
  }

  async shoot() {
    if (this.isBusy || !stream) return;
    this.isBusy = true;
    const still = this.find("still");
    [still.width, still.height] = [this.video.videoWidth, this.video.videoHeight];
    still.getContext("2d").drawImage(this.video, 0, 0);
    // What is sent is seen at once, before it is sent.
    still.hidden = false;
    this.find("ghost")?.setAttribute("hidden", "");
    await this.deliver(await this.picture(still), "page");
    if (this.root.isConnected) {
      still.hidden = true;
      this.find("ghost")?.removeAttribute("hidden");
    }
    this.isBusy = false;
  }

  async deliver(blob, source) {
    const work = this.find("work");
    const bar = work.querySelector("progress");
    const camera = this.find("camera");
    const wasHidden = camera.hidden;
    work.hidden = false;
    if (wasHidden) this.say("Sending");
    const isBare = this.root.querySelector("[name=bare]").checked;
    const about = new URLSearchParams(this.root.dataset.query).get("about");
    const to = {
      uploads: this.root.dataset.uploads,
      view: this.root.dataset.view,
      query: this.root.dataset.query,
      about: about ? { about } : {},
      fields: { source, ...(isBare ? { bare: "yes" } : {}) },
      begun: (at) => (this.begun = { at, blob }),
    };
    const from = this.begun?.blob === blob ? this.begun.at : null;
    try {
      const tell = (part) => {
        bar.value = Math.round(part * 100);
        if (wasHidden) this.say(`Sending: ${Math.round(part * 100)} %`);
      };
      const kept = await send(blob, to, { tell, from });
      this.begun = null;
      if (!(await go(kept.onwards))) location.assign(kept.onwards);
    } catch (cause) {
      this.say(cause instanceof Said ? cause.message : ENDED);
      this.again(blob, source);
    } finally {
      work.hidden = true;
    }
  }

  /** After a broken line: the same picture once more. */
  again(blob, source) {
    const button = this.find("open");
    button.hidden = false;
    button.lastChild.textContent = "Send it again";
    button.onclick = () => {
      button.hidden = true;
      this.deliver(blob, source);
    };
    button.focus();
  }

  countdown() {
    const shown = this.find("count");
    if (this.counting) {
      clearInterval(this.counting);
      this.counting = null;
      shown.hidden = true;
      return;
    }
    let left = 5;
    shown.hidden = false;
    shown.textContent = left;
    this.counting = setInterval(() => {
      left -= 1;
      shown.textContent = left;
      if (left > 0 && this.root.isConnected) return;
      clearInterval(this.counting);
      this.counting = null;
      shown.hidden = true;
      if (this.root.isConnected) this.shoot();
    }, 1000);
  }

  begin() {
    const on = (name, kind, act) => this.find(name)?.addEventListener(kind, act);
    on("shoot", "click", () => this.shoot());
    on("later", "click", () => this.countdown());
    on("turn", "click", () => {
      this.facing = this.facing === "user" ? "environment" : "user";
      stop();
      this.open();
    });
    const ghost = this.find("ghost");
    on("opacity", "input", ({ target }) => {
      ghost.style.opacity = target.value / 100;
      this.find("opacity-says").textContent = `${target.value} %`;
    });
    for (const box of this.root.querySelectorAll("[data-shows]")) {
      const drawn = this.find(box.dataset.shows);
      box.addEventListener("change", () => drawn.toggleAttribute("hidden", !box.checked));
    }
    on("file", "submit", (event) => {
      const [file] = event.target.querySelector("[type=file]").files;
      // Nothing chosen: the form goes the plain way, and the server says so beneath the field.
      if (!file) return;
      event.preventDefault();
      this.deliver(file, "file");
    });
    if (!navigator.mediaDevices?.getUserMedia) {
      this.find("other").open = true;
      return;
    }
    if (stream?.active) {
      this.show();
      return;
    }
    const button = this.find("open");
    button.hidden = false;
    button.onclick = () => this.open();
  }
}

let current = null;
const level = (event) => current?.level(event);

function begin() {
  clearInterval(running);
  const root = find("capture");
  current = root ? new View(root) : null;
  current?.begin();
  if (!root && !document.querySelector(".shot-checks")) stop();
  const check = document.querySelector("form[data-check]");
  if (check) judge(check);
}

/** Has a photograph checked, and shows what was found. */
async function judge(form) {
  const place = document.getElementById("checks");
  const says = document.createElement("p");
  says.className = "small";
  says.textContent = "Checking it against the earlier one …";
  form.hidden = true;
  place.append(says);
  try {
    const answer = await fetch(form.action, { method: "POST" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("checks");
    if (!answer.ok || !found) throw new Error("no answer");
    if (place.isConnected) place.replaceChildren(...found.childNodes);
  } catch {
    says.textContent = "It could not be checked now. It is kept.";
    form.hidden = false;
  }
}

if (typeof document !== "undefined") {
  addEventListener("pagehide", stop);
  addEventListener("popstate", () => location.reload());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-go]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(link.href).then((gone) => gone || location.assign(link.href));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-go]");
    if (!form) return;
    event.preventDefault();
    go(form.action, { method: "POST" }).then((gone) => gone || form.submit());
  });
  begin();
}

/** What is drawn, as the form takes it: a word, and points in ten-thousandths of the picture. */
export function shape(tool, points, { width, height }) {
  const of = (share) => Math.round(Math.min(1, Math.max(0, share)) * 10_000);
  const [first, last] = [points[0], points.at(-1)];
  const say = (point) => `${of(point.x / width)},${of(point.y / height)}`;
  const far = Math.hypot(last.x - first.x, last.y - first.y);
  if (far < 4) return "";
  if (tool === "ring") return `ring ${say(first)} ${of(far / width)},0`;
  if (tool === "arrow") return `arrow ${say(first)} ${say(last)}`;
  const every = Math.ceil(points.length / 300);
  return `line ${points.filter((_, at) => at % every === 0 || at === points.length - 1).map(say).join(" ")}`;
}

/** Draws over a photograph with a pointer; the form sends it. */
function draws(form) {
  const picture = find("drawn");
  const over = find("overlay");
  const field = find("field", form);
  const preview = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  let points = [];
  find("tools", form).hidden = false;
  picture.classList.add("is-open");
  over.append(preview);
  const at = (event) => {
    const box = picture.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const show = () => {
    const box = picture.getBoundingClientRect();
    const [first, last] = [points[0], points.at(-1)];
    const tool = new FormData(form).get("tool");
    const around = Array.from({ length: 49 }, (_, step) => (step * Math.PI) / 24);
    const far = Math.hypot(last.x - first.x, last.y - first.y);
    const line =
      tool === "ring"
        ? around.map((angle) => ({ x: first.x + far * Math.cos(angle), y: first.y + far * Math.sin(angle) }))
        : tool === "arrow"
          ? [first, last]
          : points;
    const unit = 10_000 / box.width;
    preview.setAttribute("points", line.map(({ x, y }) => `${x * unit} ${y * unit}`).join(" "));
    field.value = shape(tool, points, box);
  };
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    points = [at(event)];
  });
  picture.addEventListener("pointermove", (event) => {
    if (!picture.hasPointerCapture(event.pointerId)) return;
    points.push(at(event));
    show();
  });
  picture.addEventListener("pointerup", () => {
    if (points.length === 0) return;
    find("drew", form).textContent = field.value ? "Drawn. Say what to see there, and add it." : "";
    for (const place of form.querySelectorAll("[name=place]")) place.checked = false;
  });
  // A place that is chosen stands for what was drawn.
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "place") return;
    field.value = "";
    preview.setAttribute("points", "");
    find("drew", form).textContent = "";
  });
}

if (typeof document !== "undefined") {
  const form = document.querySelector("form[data-draws]");
  if (form) draws(form);
}
