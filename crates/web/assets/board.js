
// Optional. Carries a visit over the day board: with the pointer, with a finger that rests on it first, and with the keys.
// The server says where it may be put down, and a form puts it there, so that nothing is decided here. Without this the
// visit's own page moves it.
{
  const STEP = 5;
  const REST_MS = 350;
  const FAR_PX = 6;

  const say = (words) => {
    const live = document.querySelector("[data-says]");
    if (live !== null) live.textContent = words;
  };

  const minutesOf = (element) => {
    const of = (name) => Number(new RegExp(`(?:^| )${name}-(\\d+)`).exec(element.className)?.[1] ?? 0);
    return { at: of("h") * 60 + of("m"), long: of("lh") * 60 + of("lm") };
  };
  const minutesIn = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  const clockOf = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const sized = (minutes) => `h-${Math.floor(minutes / 60)} m-${minutes % 60}`;

  /** A visit on its way: its board, the places where it may be put down, and the place over which it is held. */
  class Carried {
    constructor(visit) {
      this.visit = visit;
      this.name = [...visit.querySelectorAll("b")].at(-1)?.textContent ?? "The visit";
      this.board = visit.closest(".board");
      this.lane = visit.closest(".lane");
      this.first = minutesOf(visit);
      // How long after the visit's beginning this part of it begins: the whole of it is carried, whichever part was taken.
      this.after = Number(visit.dataset.after);
      this.spots = [];
      this.ghost = visit.cloneNode(true);
      for (const name of ["id", "href", "data-carry", "aria-keyshortcuts"]) this.ghost.removeAttribute(name);
      this.ghost.classList.add("ghost");
      this.ghost.setAttribute("aria-hidden", "true");
      visit.classList.add("lifted");
      document.body.classList.add("is-carrying");
    }

    /** Asks where it may be put down; what comes after it was let go is dropped. */
    async light() {
      const answer = await fetch(`${this.visit.dataset.carry}/possible?date=${this.board.dataset.day}`);
      if (this.ended) return;
      if (!answer.ok) {
        this.end();
        say("It cannot be moved any more. Load the page again to see why.");
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (this.ended) return;
      this.form = document.importNode(page.querySelector("form"), true);
      this.form.hidden = true;
      document.body.append(this.form);
      this.spots = [...this.form.querySelectorAll(".spot")];
      for (const spot of this.spots) {
        const lit = document.createElement("i");
        lit.className = spot.className;
        lit.setAttribute("aria-hidden", "true");
        this.board.querySelector(`.lane[data-room="${spot.dataset.room}"]`)?.append(lit);
      }
      say(`${this.name} is carried. ${this.form.dataset.says}`);
      this.lit?.();
    }

    /** Over which place it is: the lane, and when the visit would be in it. */
    over(lane, minutes) {
      this.lane = lane;
      this.at = minutes;
      const begins = clockOf(minutes - this.after);
      const here = this.spots.filter((spot) => spot.dataset.room === lane.dataset.room);
      // Over a seat, where nobody is treated, any room will do.
      this.spot = (here.length > 0 ? here : this.spots).find((spot) => spot.dataset.begins === begins);
      const at = here.includes(this.spot) ? minutesOf(this.spot).at : minutes;
      const long = this.spot?.dataset.size ?? this.first.long;
      const size = typeof long === "string" ? long : `lh-${Math.floor(long / 60)} lm-${long % 60}`;
      this.ghost.className = `appt ghost ${sized(at)} ${size}${this.spot === undefined ? " ghost--not" : ""}`;
      const words = this.ghost.querySelector("small");
      if (words !== null) words.textContent = this.spot?.dataset.says ?? `${begins}: not possible`;
      lane.append(this.ghost);
    }

    /** Says why it cannot be put down where it is held. */
    async why() {
      const there = `date=${this.board.dataset.day}&at=${clockOf(this.at - this.after)}&room=${this.lane.dataset.room}`;
      const answer = await fetch(`${this.visit.dataset.carry}/possible?${there}`);
      const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
      const because = [...page.querySelectorAll("p")].map((one) => one.textContent.trim()).join(" ");
      const words = `Not at ${clockOf(this.at - this.after)} in ${this.lane.dataset.name}. ${because}`;
      say(words);
      shown(words);
    }

    /** Puts it down where it is held, or says why that cannot be. */
    async down() {
      if (this.spot === undefined) {
        const { lane, at } = this;
        if (lane.dataset.room === undefined || at === undefined) return this.end();
        await this.why();
        return undefined;
      }
      const spot = this.spot;
      this.ended = true;
      this.form.requestSubmit(spot);
      return undefined;
    }

    end() {
      this.ended = true;
      this.ghost.remove();
      this.form?.remove();
      for (const lit of this.board.querySelectorAll("i.spot")) lit.remove();
      this.visit.classList.remove("lifted");
      document.body.classList.remove("is-carrying");
      carried = null;
    }
  }

  let carried = null;

  /** The words beneath the board, for those who see. */
  const shown = (words) => {
    const place = document.querySelector(".carrying");
    if (place === null) return;
    place.dataset.before ??= place.textContent;
    place.textContent = words === "" ? place.dataset.before : words;
    place.classList.toggle("carrying--says", words !== "");
  };

  const begin = (visit) => {
    carried?.end();
    carried = new Carried(visit);
    shown("");
    return carried;
  };

  const laneAt = (board, x, y) => {
    const lanes = [...board.querySelectorAll(".lane[data-room]")];
    return lanes.find((lane) => {
      const { top, bottom } = lane.getBoundingClientRect();
      return y >= top && y < bottom;
    });
  };

  const minutesAt = (board, lane, x) => {
    const { left, width } = lane.getBoundingClientRect();
    const [from, until] = [Number(board.dataset.from) * 60, Number(board.dataset.until) * 60];
    const minutes = from + ((x - left) / width) * (until - from);
    return Math.min(Math.max(Math.round(minutes / STEP) * STEP, from), until - STEP);
  };

  // With the pointer: a few pixels on its way a press becomes a carrying; a finger rests first, so that it can scroll.
  addEventListener("pointerdown", (event) => {
    const visit = event.target.closest?.("[data-carry]");
    if (visit == null || event.button !== 0 || visit.closest("[data-day]") === null) return;
    const grabbed = event.clientX - visit.getBoundingClientRect().left;
    const start = { x: event.clientX, y: event.clientY };
    let mine = null;
    const lift = () => {
      mine = begin(visit);
      mine.light().catch(() => mine.end());
      mine.over(mine.lane, mine.first.at);
    };
    const rest = event.pointerType === "touch" ? setTimeout(lift, REST_MS) : null;
    const move = (moved) => {
      const far = Math.hypot(moved.clientX - start.x, moved.clientY - start.y) > FAR_PX;
      if (mine === null) {
        if (rest !== null) {
          if (far) stop();
          return;
        }
        if (!far) return;
        lift();
      }
      if (mine.ended) return stop();
      const lane = laneAt(mine.board, moved.clientX, moved.clientY) ?? mine.lane;
      mine.over(lane, minutesAt(mine.board, lane, moved.clientX - grabbed));
      return undefined;
    };
    const up = () => {
      const was = mine;
      stop();
      if (was === null || was.ended) return;
      if (was.at === was.first.at && was.lane === was.visit.closest(".lane")) return was.end();
      // Whoever lets go before the places came waits for them.
      const put = () => {
        was.over(was.lane, was.at);
        was.down().then(() => was.spot ?? was.end());
      };
      if (was.form === undefined) was.lit = put;
      else put();
      return undefined;
    };
    const hold = (touched) => mine !== null && touched.preventDefault();
    const cancel = () => {
      mine?.end();
      stop();
    };
    const key = (pressed) => pressed.key === "Escape" && cancel();
    const stop = () => {
      clearTimeout(rest);
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", cancel);
      removeEventListener("touchmove", hold);
      removeEventListener("keydown", key);
      // The click that follows a carrying opens nothing.
      if (mine !== null) {
        const still = (clicked) => clicked.preventDefault();
        addEventListener("click", still, { capture: true, once: true });
        setTimeout(() => removeEventListener("click", still, { capture: true }), 0);
      }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", cancel);
    addEventListener("touchmove", hold, { passive: false });
    addEventListener("keydown", key);
  });

  // A finger that rests opens no menu of links.
  addEventListener("contextmenu", (event) => {
    if (event.pointerType === "touch" && event.target.closest?.("[data-carry]") != null) event.preventDefault();
  });

  // With the keys: M lifts the visit that has the focus, the arrows carry it, Enter puts it down, Escape lets it be.
  const byKeys = (event) => {
    const places = () => carried.spots.map((spot) => ({ spot, at: minutesIn(spot.dataset.begins) + carried.after }));
    const rooms = [...carried.board.querySelectorAll(".lane[data-room]:not(.lane--more)")];
    const go = (lane, at) => {
      carried.over(lane, at);
      carried.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
      const there = `${lane.dataset.name}, ${clockOf(at - carried.after)}`;
      say(carried.spot === undefined ? `${there}: not possible` : `${carried.spot.dataset.says}: possible`);
    };
    const [from, until] = [Number(carried.board.dataset.from) * 60, Number(carried.board.dataset.until) * 60];
    const turn = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    const row = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (turn !== undefined) {
      // With Shift on to the next place that is possible.
      const next = places()
        .filter((place) => place.spot.dataset.room === carried.lane.dataset.room && (place.at - carried.at) * turn > 0)
        .sort((one, other) => (one.at - other.at) * turn)[0];
      const at = event.shiftKey && next !== undefined ? next.at : carried.at + turn;
      go(carried.lane, Math.min(Math.max(at, from), until - STEP));
    } else if (row !== undefined) {
      const lane = rooms[rooms.findIndex((one) => one.dataset.room === carried.lane.dataset.room) + row];
      if (lane !== undefined) go(lane, carried.at);
    } else if (event.key === "Enter") {
      carried.down();
    } else if (event.key === "Escape" || event.key === "Tab") {
      const { name } = carried;
      carried.end();
      shown("");
      say(`${name} stays where it was.`);
      if (event.key === "Tab") return;
    } else {
      return;
    }
    event.preventDefault();
  };

  addEventListener("keydown", (event) => {
    if (carried !== null && carried.byKeys) return byKeys(event);
    if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const visit = event.target.closest?.("[data-carry]");
    if (visit == null || visit.closest("[data-day]") === null) return undefined;
    event.preventDefault();
    const mine = begin(visit);
    mine.byKeys = true;
    mine.over(mine.lane, mine.first.at);
    shown("Arrows move it by five minutes or to another room, Shift with an arrow to the next possible place. Enter puts it down, Escape leaves it.");
    mine.light().catch(() => mine.end());
    return undefined;
  });
}
