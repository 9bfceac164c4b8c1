"""What others make of our calendars, and what we make of theirs.

Three strangers: `icalendar` with `recurring-ical-events` reads our feed as the same instants, by the zones that it knows
and by the rules that we wrote beside the times; the calendar server Radicale takes every object and the whole feed, and
finds them again by their time; and our reading of series agrees with `recurring-ical-events` on rules that are drawn.

Last, the program itself: a patient of the demo makes a feed through the pages, and the strangers read the same instants that
the visits' pages show, and take them into Radicale.

Stops at the first disagreement, and says it. Nothing is left out: what cannot be compared is counted and bounded.
"""

import base64
import http.client
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr

ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Europe/Dublin",
]
YEAR = 2026
# The server takes some twentieth of a second for each object: it gets every so manieth.
EVERY = 9
RULES = 600
SEED = 20261121


def same(ours, theirs, what):
    """Two things are equal, or the program ends and says how they differ."""
    if ours != theirs:
        sys.exit(f"calendar: {what}:\n  expected {ours}\n  got      {theirs}")


def instant(moment):
    return moment.astimezone(timezone.utc)


def read_instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def expected(folder):
    """The rows of `expected.tsv`, by file."""
    rows = {}
    for line in (folder / "expected.tsv").read_text().splitlines():
        file, uid, sequence, state, begin, end = line.split("\t")
        rows[file] = (uid, int(sequence), state, read_instant(begin), read_instant(end))
    return rows


def one(event):
    """An event of theirs as a row of ours."""
    return (
        str(event["UID"]),
        int(event["SEQUENCE"]),
        str(event["STATUS"]),
        instant(event.start),
        instant(event.end),
    )


def well_formed(text, what):
    """Every line is short and ends as it must; the library finds nothing wrong; every zone that is named is there."""
    for line in text.split(b"\r\n"):
        if len(line) > 75 or b"\n" in line or b"\r" in line:
            sys.exit(f"calendar: {what}: a line is too long or ends wrongly: {line!r}")
    calendar = icalendar.Calendar.from_ical(text)
    for component in calendar.walk():
        same([], component.errors, f"{what}: errors in {component.name}")
    same([], list(calendar.get_missing_tzids()), f"{what}: zones that are named and not there")
    return calendar


def feed_is_read(folder, rows):
    """The whole feed by the zones that they know, and by our rules for them under names that nobody knows."""
    plain = {row[0]: row for file, row in rows.items() if file.removesuffix(".ics").isdigit()}
    text = (folder / "feed.ics").read_bytes()
    calendar = well_formed(text, "the feed")
    same("PUBLISH", str(calendar["METHOD"]), "the method of the feed")
    first, last = datetime(YEAR - 1, 12, 1, tzinfo=timezone.utc), datetime(YEAR + 4, 1, 1, tzinfo=timezone.utc)
    unknown = re.sub(rb"(TZID[=:])([A-Z][A-Za-z_]+/[A-Za-z_]+)", rb"\1Unknown-\2", text)
    same(False, unknown == text, "the feed names no zones")
    for name, text in (("by known zones", text), ("by our rules", unknown)):
        calendar = icalendar.Calendar.from_ical(text)
        found = recurring_ical_events.of(calendar).between(first, last)
        same(len(plain), len(found), f"how many are read {name}")
        for event in found:
            same(plain[str(event["UID"])], one(event), f"an appointment {name}")
    return len(plain)


class Server:
    """A calendar server of its own, with nothing in it, until the block ends."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = pathlib.Path(self.folder.name, "log").open("w+")
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "radicale", "--config", "",
                f"--server-hosts=127.0.0.1:{self.port}", "--auth-type=none", "--rights-type=owner_only",
                f"--storage-filesystem-folder={self.folder.name}/kept",
                "--logging-level=info",
            ],
            stdout=self.log, stderr=subprocess.STDOUT,
        )
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    self.log.seek(0)
                    said = self.log.read()
                    self.__exit__()
                    sys.exit(f"calendar: Radicale does not start:\n{said}")
                time.sleep(0.05)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()
        self.folder.cleanup()

    def ask(self, method, path, body=b"", kind="text/calendar; charset=utf-8", wanted=(200,)):
        password = base64.b64encode(b"desk:desk").decode()
        headers = {"Authorization": f"Basic {password}", "Content-Type": kind, "Depth": "1"}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in wanted:
            self.log.seek(0)
            sys.exit(f"calendar: Radicale answers {answer.status} to {method} {path}: {text[:300]!r}\n{self.log.read()[-3000:]}")
        return text

    def between(self, path, begin, end):
        """What the server finds in a stretch of time, as rows."""
        span = f'start="{begin:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"'
        query = f"""<?xml version="1.0" encoding="utf-8"?>
            <C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
            <D:prop><D:getetag/><C:calendar-data/></D:prop>
            <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range {span}/>
            </C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""
        text = self.ask("REPORT", path, query.encode(), "application/xml; charset=utf-8", (207,))
        parts = ElementTree.fromstring(text).iter("{urn:ietf:params:xml:ns:caldav}calendar-data")
        calendars = [icalendar.Calendar.from_ical(part.text) for part in parts]
        return sorted(one(event) for calendar in calendars for event in calendar.walk("VEVENT"))


def server_takes_them(folder, rows):
    """Each object alone, then the whole feed; then what was moved and what was cancelled."""
    plain = {file: row for file, row in rows.items() if file.removesuffix(".ics").isdigit()}
    held = dict(plain)
    with Server() as server:
        server.ask("MKCALENDAR", "/desk/objects/", wanted=(201,))
        for file, row in plain.items():
            text = (folder / file).read_bytes()
            well_formed(text, file)
            server.ask("PUT", f"/desk/objects/{file}", text, wanted=(201,))
            back = icalendar.Calendar.from_ical(server.ask("GET", f"/desk/objects/{file}"))
            same([row], [one(event) for event in back.walk("VEVENT")], f"{file} as Radicale gives it back")
        feed = (folder / "feed.ics").read_bytes()
        server.ask("PUT", "/desk/feed/", feed, wanted=(201,))
        found_by_time(server, "/desk/objects/", plain)
        found_by_time(server, "/desk/feed/", plain)

        for step in ("moved", "cancelled"):
            changed = {file: row for file, row in rows.items() if file.endswith(f"-{step}.ics")}
            same(True, len(changed) >= 3, f"some are {step}")
            for file, row in changed.items():
                place = file.replace(f"-{step}", "")
                text = (folder / file).read_bytes()
                server.ask("PUT", f"/desk/objects/{place}", text, wanted=(200, 201, 204))
                same(True, held[place][0] == row[0] and held[place][1] < row[1], f"{file} follows {place}")
                old, held[place] = held[place], row
                if step == "moved":
                    there = server.between("/desk/objects/", old[3], old[4])
                    same(False, row[0] in [found[0] for found in there], f"{file} is still where it was")
            found_by_time(server, "/desk/objects/", held)
    return len(plain)


def found_by_time(server, path, held):
    """What the server finds month by month is what lies there, and nothing else."""
    for month in range(3 * 12 + 4):
        begin = datetime(YEAR + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=timezone.utc)
        end = datetime(YEAR + month // 12, month % 12 + 1, 1, tzinfo=timezone.utc)
        there = sorted(row for row in held.values() if row[3] < end and row[4] > begin)
        same(there, server.between(path, begin, end), f"{path} from {begin:%Y-%m}")


def drawn_rule(draw):
    """A rule of those that calendars' own forms make, without its end."""
    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    parts = []
    every = draw.choice(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "MONTHLY", "YEARLY"])
    if draw.random() < 0.6:
        parts.append(f"INTERVAL={draw.randint(1, 5)}")
    some = lambda least, most: ",".join(draw.sample(days, draw.randint(least, most)))
    month_days = lambda: ",".join(str(day) for day in draw.sample([*range(1, 32), *range(-5, 0)], draw.randint(1, 4)))
    nth = lambda: ",".join(f"{draw.choice([1, 2, 3, 4, 5, -1, -2])}{draw.choice(days)}" for _ in range(draw.randint(1, 3)))
    months = lambda: ",".join(str(month) for month in draw.sample(range(1, 13), draw.randint(1, 5)))
    if every == "DAILY" and draw.random() < 0.4:
        parts.append(draw.choice([f"BYDAY={some(1, 5)}", f"BYMONTHDAY={month_days()}"]))
    if every == "WEEKLY" and draw.random() < 0.8:
        parts.append(f"BYDAY={some(1, 5)}")
        if draw.random() < 0.5:
            parts.append(f"WKST={draw.choice(days)}")
    if every in ("MONTHLY", "YEARLY"):
        kind = draw.randint(0, 4)
        if every == "YEARLY":
            parts.append(f"BYMONTH={months()}")
        if kind == 1:
            parts.append(f"BYMONTHDAY={month_days()}")
        elif kind == 2:
            parts.append(f"BYDAY={nth()}")
        elif kind == 3:
            parts.append(f"BYDAY={some(2, 5)};BYSETPOS={draw.choice(['1', '2', '-1', '1,-1'])}")
        elif kind == 4:
            parts.append(f"BYDAY={some(1, 3)};BYMONTHDAY={month_days()}")
    if every != "YEARLY" and draw.random() < 0.2:
        parts.append(f"BYMONTH={months()}")
    return ";".join([f"FREQ={every}", *parts])


def drawn_series(draw, index):
    """A series that begins on a day of its own rule; `None` where the rule has none. And whether it counts."""
    zone = draw.choice(ZONES)
    rule = drawn_rule(draw)
    counts = draw.random() < 0.4
    # Two thirds by day, the rest in the hours in which clocks change. One that counts stands by day: strangers count
    # the times that a clock jumps over.
    hour = draw.randint(7, 19) if counts or draw.random() < 0.66 else draw.randint(0, 3)
    near = datetime(draw.randint(2023, 2026), draw.randint(1, 12), draw.randint(1, 28), hour, draw.choice([0, 30]))
    first = next(iter(rrulestr(rule, dtstart=near).xafter(near, count=1, inc=True)), None)
    if first is None or first.year > 2027:
        return None
    if counts:
        rule += f";COUNT={draw.randint(1, 60)}"
    elif draw.random() < 0.5:
        until = first + timedelta(days=draw.randint(0, 900))
        local = until.replace(tzinfo=ZoneInfo(zone))
        rule += f";UNTIL={instant(local):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VEVENT", f"UID:{index}", "DTSTAMP:20260101T000000Z",
        f"DTSTART;TZID={zone}:{first:%Y%m%dT%H%M%S}", f"DURATION:PT{draw.choice([20, 45, 95])}M", f"RRULE:{rule}",
    ]
    for day in draw.sample(range(0, 120), draw.randint(0, 3)):
        lines.append(f"EXDATE;TZID={zone}:{first + timedelta(days=day):%Y%m%dT%H%M%S}")
    return zone, rule, first, "\r\n".join([*lines, "END:VEVENT"])


def jumped_over(zone, clock, begin, end):
    """The instants that strangers put in the place of a time that the clock jumps over."""
    known, found, day = ZoneInfo(zone), set(), begin
    while day < end:
        local = datetime.combine(day, clock, tzinfo=known)
        at = instant(local)
        if at.astimezone(known).replace(tzinfo=None) != local.replace(tzinfo=None):
            found.add(at)
        day += timedelta(days=1)
    return found


def rules_agree(reader, folder):
    """Rules that are drawn fall on the same instants for us and for them."""
    draw, series = random.Random(SEED), {}
    while len(series) < RULES:
        drawn = drawn_series(draw, len(series))
        if drawn:
            series[len(series)] = drawn
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Invented//EN", *[one[3] for one in series.values()], "END:VCALENDAR", ""])
    file = folder / "series.ics"
    file.write_bytes(text.encode())
    begin, end = date(2024, 6, 1), date(2028, 6, 1)
    answer = subprocess.run(
        [reader, str(file), "Europe/London", f"{begin}T00:00:00Z", f"{end}T00:00:00Z"],
        check=True, capture_output=True, text=True, timeout=60,
    )
    ours = {uid: set() for uid in series}
    for line in answer.stdout.splitlines():
        if line.startswith("!"):
            same(True, "the clock jumps over" in line or "happens twice" in line or "more places" in line, f"what is said: {line}")
            continue
        uid, starts, ends = line.split("\t")
        ours[int(uid)].add((read_instant(starts), read_instant(ends)))
    theirs = {uid: set() for uid in series}
    calendar = icalendar.Calendar.from_ical(text)
    midnight = lambda day: datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
    for event in recurring_ical_events.of(calendar).between(midnight(begin), midnight(end)):
        theirs[int(event["UID"])].add((instant(event.start), instant(event.start) + event.duration))
    total = jumped = 0
    for uid, (zone, rule, first, _) in series.items():
        # RFC 5545, 3.3.10: a time that does not exist is no occurrence. The strangers take the hour after.
        never = jumped_over(zone, first.time(), begin, end)
        wanted = {row for row in theirs[uid] if row[0] not in never or row[0] == instant(first.replace(tzinfo=ZoneInfo(zone)))}
        jumped += len(theirs[uid]) - len(wanted)
        only_theirs, only_ours = sorted(wanted - ours[uid]), sorted(ours[uid] - wanted)
        same(([], []), (only_theirs[:5], only_ours[:5]), f"{rule} from {first} in {zone}: only theirs, only ours")
        total += len(wanted)
    same(True, total > 20_000, "enough occurrences were compared")
    same(True, jumped < total / 100, f"few are times that a clock jumps over ({jumped} of {total})")
    return total


class Demo:
    """The program with its invented clinic, as a browser without script meets it."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.base = f"http://127.0.0.1:{free.getsockname()[1]}"
        listen = self.base.removeprefix("http://")
        self.process = subprocess.Popen([self.program, "demo", "--listen", listen], stdout=subprocess.DEVNULL)
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        until = time.monotonic() + 300
        while True:
            try:
                self.page("/sign-in")
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    self.__exit__()
                    sys.exit("calendar: the demo does not start")
                time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)

    def page(self, path, **fields):
        body = urllib.parse.urlencode(fields).encode() if fields else None
        with self.browser.open(self.base + path, body, timeout=20) as answer:
            return answer.read().decode()


def program_is_read(program):
    """A feed that was made through the pages holds what the pages show, for whoever has its address and no cookie."""
    with Demo(program) as demo:
        demo.page("/sign-in/demo", role="patient")
        made = demo.page("/me/calendar", title="private")
        address = re.search(r"http://[^<]*/calendar/[0-9a-f]{64}\.ics", made)[0]
        with urllib.request.urlopen(address, timeout=20) as answer:
            text, tag = answer.read(), answer.headers["ETag"]
        again = urllib.request.Request(address, headers={"If-None-Match": tag})
        try:
            urllib.request.urlopen(again, timeout=20)
            sys.exit("calendar: a calendar that has the feed is sent it again")
        except urllib.error.HTTPError as known:
            same(304, known.code, "a calendar that has the feed")
        well_formed(text, "the demo's feed")
        calendar = icalendar.Calendar.from_ical(text)
        now = datetime.now(timezone.utc)
        # The whole stretch of a feed, with both changes of the clock.
        begin, end = now - timedelta(days=31), now + timedelta(days=370)
        events = list(recurring_ical_events.of(calendar).between(begin, end))
        same(True, len(events) >= 2, "the demo's patient has visits")
        london = ZoneInfo("Europe/London")
        for event in events:
            visit = str(event["UID"]).split("@")[0]
            page = demo.page(f"/me/visits/{visit}")
            local = instant(event.start).astimezone(london)
            shown = f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"
            plain = re.sub(r"<[^>]*>", "", page)
            same(True, shown in plain, f"{visit} is shown at {shown}")
            leaves = (instant(event.start) + event.duration).astimezone(london)
            same(True, f"Plan to leave at about {leaves:%H:%M}" in plain, f"{visit} ends at {leaves:%H:%M}")
        same(False, "Invented" in text.decode() or "Session" in text.decode(), "a private feed says what for")
        with Server() as server:
            server.ask("PUT", "/desk/demo/", text, wanted=(201,))
            held = sorted(one(event) for event in calendar.walk("VEVENT"))
            same(held, server.between("/desk/demo/", begin, end), "the demo's feed as Radicale finds it")
        demo.page("/me/calendar/end", sure="yes")
        try:
            urllib.request.urlopen(address, timeout=20)
            sys.exit("calendar: a feed that was ended is read")
        except urllib.error.HTTPError as gone:
            same(404, gone.code, "a feed that was ended")
    return len(events)


def main(examples):
    began = time.monotonic()
    say = lambda text: print(f"calendar: {text} ({time.monotonic() - began:.1f} s)", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        whole, some = folder / "whole", folder / "some"
        for place, every in ((whole, 1), (some, EVERY)):
            subprocess.run([examples / "feed", place, str(YEAR), str(every), *ZONES], check=True, timeout=60)
        count = feed_is_read(whole, expected(whole))
        say(f"{count} appointments are read back as the same instants, twice")
        count = server_takes_them(some, expected(some))
        say(f"{count} objects and their feed are taken by Radicale and found by their time")
        say(f"{rules_agree(examples / 'rows', folder)} occurrences of {RULES} drawn rules are the same")
    say(f"{program_is_read(examples.parent / 'percuta')} visits of the demo are read back as its pages show them")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
