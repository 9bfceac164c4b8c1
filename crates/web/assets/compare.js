
// Optional. Lays two photographs over one another with a divider, or lets them take turns; magnifies both alike; fetches
// what was measured when it is ready; and lets areas be drawn instead of typed. Without it they stand side by side, the
// measurement is a button, and areas are numbers.
{
  const STEP = 2;
  const LEAP = 10;
  const ZOOM_MAX = 8;
  /** Each picture is shown so long: less than one change in a second and a half, far below three flashes in one. */
  const TURN_MS = 700;
  const SVG = "http://www.w3.org/2000/svg";

  const within = (value, low, high) => Math.min(Math.max(value, low), high);

  const made = (name, fields = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(fields)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  };

  /** A comparison of two photographs: how they are shown, where the divider is, and what part is magnified. */
  class Comparator {
    constructor(stage) {
      this.stage = stage;
      this.views = stage.querySelector(".stage__views");
      const frame = (which) => stage.querySelector(`[data-view="${which}"] .stage__frame`);
      [this.before, this.after] = [frame("before"), frame("after")];
      [this.position, this.zoom, this.x, this.y] = [50, 1, 0, 0];
      this.pointers = new Map();
      this.drawing = null;
      this.names = ["before", "after"].map((which) => stage.querySelector(`[data-view="${which}"] .cmp__lab`).textContent);
      this.build();
      this.mode("slide");
      this.place(50);
      new ResizeObserver(() => this.measure()).observe(this.before);
      this.views.addEventListener("pointerdown", (event) => this.down(event));
      this.views.addEventListener("pointermove", (event) => this.move(event));
      for (const name of ["pointerup", "pointercancel"]) this.views.addEventListener(name, (event) => this.up(event));
      this.views.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      stage.addEventListener("keydown", (event) => this.key(event));
    }

    build() {
      const button = (words, label, act) => made("button", { type: "button", class: "btn", "aria-label": label ?? false, onclick: act }, words);
      this.modes = {};
      for (const [name, words] of [["slide", "Slide"], ["side", "Side by side"], ["blink", "Blink"]]) {
        this.modes[name] = button(words, null, () => this.mode(name));
      }
      this.turn = button("Start blinking", null, () => this.blinking(!this.timer));
      this.other = button("Show the other", null, () => this.swap(true));
      this.amount = made("span", { class: "num small muted", "aria-live": "polite" }, "1×");
      const step = (x, y) => () => this.pan(x * 80, y * 80);
      this.arrows = made("div", { class: "stage__group", role: "group", "aria-label": "Move both" });
      for (const [sign, label, x, y] of [["←", "Move left", 1, 0], ["↑", "Move up", 0, 1], ["↓", "Move down", 0, -1], ["→", "Move right", -1, 0]]) {
        const arrow = button(sign, label, step(x, y));
        arrow.classList.add("btn--icon");
        this.arrows.append(arrow);
      }
      const nearer = button("+", "Magnify both", () => this.magnify(1.5));
      const further = button("−", "Magnify less", () => this.magnify(1 / 1.5));
      for (const one of [nearer, further]) one.classList.add("btn--icon");
      this.turns = made("div", { class: "stage__group", role: "group", "aria-label": "Taking turns" }, this.turn, this.other);
      const bar = made(
        "div",
        { class: "stage__bar" },
        made("div", { class: "stage__group", role: "group", "aria-label": "How the two are shown" }, ...Object.values(this.modes)),
        this.turns,
        made("div", { class: "stage__group", role: "group", "aria-label": "Magnify" }, further, nearer, button("Whole", null, () => this.whole()), this.amount),
        this.arrows,
      );
      this.said = made("p", { class: "vh", role: "status" });
      this.help = made("p", { class: "small muted stage__help" });
      this.stage.prepend(bar);
      this.stage.append(this.help, this.said);
      const mark = document.createElementNS(SVG, "svg");
      mark.setAttribute("viewBox", "0 0 24 24");
      mark.setAttribute("class", "i");
      mark.setAttribute("aria-hidden", "true");
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", "M8.5 7 3.5 12l5 5M15.5 7l5 5-5 5");
      mark.append(path);
      this.handle = made(
        "div",
        { class: "stage__handle", role: "slider", tabindex: "0", "aria-label": "Divider between the two photographs", "aria-valuemin": "0", "aria-valuemax": "100", "aria-orientation": "horizontal" },
        made("span", {}, mark),
      );
      this.views.append(this.handle);
    }

    /** Shows them in one of the three ways. */
    mode(name) {
      this.stage.dataset.mode = name;
      for (const [known, button] of Object.entries(this.modes)) button.setAttribute("aria-pressed", String(known === name));
      this.turns.hidden = name !== "blink";
      this.blinking(name === "blink" && !matchMedia("(prefers-reduced-motion: reduce)").matches);
      if (name === "blink") this.stage.dataset.shown = "after";
      this.help.textContent = {
        slide: "Drag the divider, or use the arrow keys, Home and End. Ctrl and the wheel, two fingers, or + and − magnify both.",
        side: "+ and − magnify both alike; drag, or hold Shift with the arrow keys, to move them together.",
        blink: "Space shows the other one. Both keep their place when magnified.",
      }[name];
      this.whole();
      this.measure();
    }

    blinking(on) {
      clearInterval(this.timer);
      this.timer = on ? setInterval(() => this.swap(false), TURN_MS) : null;
      this.turn.textContent = on ? "Stop blinking" : "Start blinking";
    }

    swap(isAsked) {
      if (isAsked) this.blinking(false);
      const shown = this.stage.dataset.shown === "before" ? "after" : "before";
      this.stage.dataset.shown = shown;
      if (isAsked) this.said.textContent = this.names[shown === "before" ? 0 : 1];
    }

    measure() {
      this.stage.style.setProperty("--high", `${this.before.clientHeight}px`);
      this.settle();
    }

    /** Puts the divider somewhere, in hundredths from the left. */
    place(position) {
      this.position = within(Math.round(position), 0, 100);
      this.stage.style.setProperty("--pos", `${this.position}%`);
      this.handle.setAttribute("aria-valuenow", String(this.position));
      const [before, after] = this.names;
      const words = this.position === 0 ? `only ${after}` : this.position === 100 ? `only ${before}` : `${this.position}% ${before}, ${100 - this.position}% ${after}`;
      this.handle.setAttribute("aria-valuetext", words);
    }

    /** Keeps what is magnified within its frame. */
    settle() {
      const { clientWidth: wide, clientHeight: high } = this.before;
      this.x = within(this.x, wide - wide * this.zoom, 0);
      this.y = within(this.y, high - high * this.zoom, 0);
      for (const [name, value] of [["--zoom", this.zoom], ["--x", `${this.x}px`], ["--y", `${this.y}px`]]) this.stage.style.setProperty(name, value);
      const isZoomed = this.zoom > 1.01;
      this.stage.classList.toggle("is-zoomed", isZoomed);
      this.arrows.hidden = !isZoomed;
      this.amount.textContent = `${this.zoom.toFixed(1).replace(/\.0$/, "")}×`;
    }

    whole() {
      [this.zoom, this.x, this.y] = [1, 0, 0];
      this.settle();
    }

    pan(x, y) {
      this.x += x;
      this.y += y;
      this.settle();
    }

    /** Magnifies about a place of the frame; about its middle where none is given. */
    magnify(by, at = { x: this.before.clientWidth / 2, y: this.before.clientHeight / 2 }) {
      const zoom = within(this.zoom * by, 1, ZOOM_MAX);
      const grown = zoom / this.zoom;
      this.x = at.x - (at.x - this.x) * grown;
      this.y = at.y - (at.y - this.y) * grown;
      this.zoom = zoom;
      this.settle();
    }

    /** Where an event is within the frame that it is over. */
    at(event) {
      const over = this.stage.dataset.mode === "side" && this.after.contains(event.target) ? this.after : this.before;
      const edges = over.getBoundingClientRect();
      return { x: event.clientX - edges.left, y: event.clientY - edges.top };
    }

    down(event) {
      if (event.button !== 0) return;
      const at = this.at(event);
      if (this.drawing) return this.drawing.down(event, at);
      this.pointers.set(event.pointerId, at);
      this.views.setPointerCapture(event.pointerId);
      const isSlide = this.stage.dataset.mode === "slide";
      this.slides = isSlide && this.pointers.size === 1 && (this.zoom <= 1.01 || this.handle.contains(event.target));
      if (this.slides) {
        this.place((at.x / this.before.clientWidth) * 100);
        this.handle.focus({ preventScroll: true });
      }
    }

    move(event) {
      const at = this.at(event);
      if (this.drawing) return this.drawing.move(event, at);
      const last = this.pointers.get(event.pointerId);
      if (!last) return;
      const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      if (others.length > 0) {
        const apart = (one) => Math.hypot(one.x - others[0].x, one.y - others[0].y);
        const middle = { x: (at.x + others[0].x) / 2, y: (at.y + others[0].y) / 2 };
        if (apart(last) > 0) this.magnify(apart(at) / apart(last), middle);
      } else if (this.slides) {
        this.place((at.x / this.before.clientWidth) * 100);
      } else {
        this.pan(at.x - last.x, at.y - last.y);
      }
      this.pointers.set(event.pointerId, at);
    }

    up(event) {
      if (this.drawing) return this.drawing.up(event, this.at(event));
      this.pointers.delete(event.pointerId);
    }

    /** The wheel scrolls the page, unless it is meant for the pictures: with Ctrl, or when they are magnified. */
    wheel(event) {
      if (!event.ctrlKey && this.zoom <= 1.01) return;
      if (this.zoom <= 1.01 && event.deltaY > 0) return;
      event.preventDefault();
      this.magnify(Math.exp(-event.deltaY / 400), this.at(event));
    }

    key(event) {
      if (event.altKey || event.metaKey || event.ctrlKey || event.target.matches("input, select")) return;
      const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const isHandle = event.target === this.handle;
      if (event.shiftKey && arrow) this.pan(-arrow[0] * 40, -arrow[1] * 40);
      else if (isHandle && arrow) this.place(this.position + (arrow[0] - arrow[1]) * STEP);
      else if (isHandle && event.key === "PageUp") this.place(this.position + LEAP);
      else if (isHandle && event.key === "PageDown") this.place(this.position - LEAP);
      else if (isHandle && event.key === "Home") this.place(0);
      else if (isHandle && event.key === "End") this.place(100);
      else if (event.key === "+" || event.key === "=") this.magnify(1.5);
      else if (event.key === "-") this.magnify(1 / 1.5);
      else if (event.key === "0") this.whole();
      else if (event.key === " " && this.stage.dataset.mode === "blink" && !event.target.matches("button")) this.swap(true);
      else if (event.key === "Escape" && this.timer) this.blinking(false);
      else return;
      event.preventDefault();
    }
  }

  /** An area that is drawn on the earlier photograph; its numbers are written into the form. */
  class Drawn {
    constructor(comparator, area, button) {
      Object.assign(this, { comparator, area, button, from: null });
    }

    begin() {
      this.comparator.mode("side");
      this.comparator.drawing?.end();
      this.comparator.drawing = this;
      this.comparator.stage.classList.add("is-drawing");
      this.button.textContent = "Draw on the earlier photograph";
      this.comparator.stage.scrollIntoView({ block: "nearest" });
    }

    end() {
      this.comparator.drawing = null;
      this.from = null;
      this.comparator.stage.classList.remove("is-drawing");
      this.button.textContent = "Draw it";
    }

    field(what) {
      return this.area.querySelector(`[name$="-${what}"]`);
    }

    down(event, at) {
      if (!this.comparator.before.contains(event.target)) return;
      event.preventDefault();
      this.comparator.views.setPointerCapture(event.pointerId);
      this.from = at;
    }

    move(event, at) {
      if (this.from) this.write(at);
    }

    up(event, at) {
      if (!this.from) return;
      this.write(at);
      this.end();
      this.field("width").focus();
    }

    write(at) {
      const { clientWidth: wide, clientHeight: high } = this.comparator.before;
      const part = (value, whole) => Math.round(within(value / whole, 0, 1) * 1000) / 10;
      const [left, right] = [this.from.x, at.x].sort((one, other) => one - other).map((x) => part(x, wide));
      const [top, bottom] = [this.from.y, at.y].sort((one, other) => one - other).map((y) => part(y, high));
      const values = { left, top, width: right - left, height: bottom - top };
      for (const [what, value] of Object.entries(values)) this.field(what).value = value.toFixed(1);
      if (this.field("kind").value === "") this.field("kind").value = "treated";
      this.show();
    }

    /** Draws it as it is so far. */
    show() {
      const number = (what) => Number(this.field(what).value);
      this.shape?.remove();
      const sheet = this.sheet();
      const isEllipse = this.field("shape").value === "ellipse";
      this.shape = document.createElementNS(SVG, isEllipse ? "ellipse" : "rect");
      const [left, top, width, height] = ["left", "top", "width", "height"].map(number);
      const places = isEllipse
        ? { cx: left + width / 2, cy: top + height / 2, rx: width / 2, ry: height / 2 }
        : { x: left, y: top, width, height };
      for (const [name, value] of Object.entries(places)) this.shape.setAttribute(name, value);
      this.shape.setAttribute("class", this.field("kind").value === "control" ? "outline-control" : "outline-treated");
      this.shape.setAttribute("vector-effect", "non-scaling-stroke");
      sheet.append(this.shape);
    }

    sheet() {
      const frame = this.comparator.before;
      const known = frame.querySelector("[data-drawn]");
      if (known) return known;
      const sheet = document.createElementNS(SVG, "svg");
      for (const [name, value] of [["viewBox", "0 0 100 100"], ["preserveAspectRatio", "none"], ["class", "outlines"], ["data-drawn", ""], ["aria-hidden", "true"]]) sheet.setAttribute(name, value);
      frame.append(sheet);
      return sheet;
    }
  }

  /** Asks what was measured, and puts the page of the answer in the place of this one. */
  const measure = async (form) => {
    const [bar, button] = [form.querySelector("progress"), form.querySelector("button")];
    const says = form.querySelector(".measure__says p");
    const words = says.textContent;
    [bar.hidden, button.hidden] = [false, true];
    says.textContent = "Comparing the two. This usually takes a second or two; you can go on meanwhile.";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = page.getElementById("main");
      if (!main?.querySelector("[data-compare]")) throw new Error("another page");
      document.getElementById("main").replaceChildren(...main.children);
      if (answer.redirected) history.replaceState(null, "", answer.url);
      begin(document.getElementById("main"));
    } catch {
      [bar.hidden, button.hidden] = [true, false];
      says.textContent = `It did not come to an end. ${words}`;
    }
  };

  const begin = (root) => {
    const comparators = new Map();
    for (const stage of root.querySelectorAll("[data-compare]")) comparators.set(stage.id, new Comparator(stage));
    for (const form of root.querySelectorAll("form[data-measure]")) measure(form);
    for (const form of root.querySelectorAll("form[data-areas]")) {
      const comparator = comparators.get(form.dataset.areas);
      for (const area of comparator ? form.querySelectorAll(".area") : []) {
        const button = made("button", { type: "button", class: "btn" }, "Draw it");
        const drawn = new Drawn(comparator, area, button);
        button.addEventListener("click", () => (comparator.drawing === drawn ? drawn.end() : drawn.begin()));
        area.addEventListener("keydown", (event) => event.key === "Escape" && comparator.drawing === drawn && drawn.end());
        area.addEventListener("change", () => drawn.show());
        area.append(button);
      }
    }
    for (const button of root.querySelectorAll("button[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
  };
  begin(document);
}
