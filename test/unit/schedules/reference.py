"""Random schedules with the reference's answers, as JSON lines: reference.py --count 2000 --seed 1

Runs in the oracle's environment. Every line is one case of a class: a schedule, a window and the dates that
`_get_dates_generator` gives (or `"error"`) with their order after sorting, which is `get_dates`; or input with what
validation says about it. The reference's clock stands still at the case's `now`. Time zones come from the newest database
in the environment (pytz's), since that of the system may be years old. The committed cases: `reference.py | gzip -9`.
"""

import argparse
import datetime as dt
import json
import os
import random
import signal
import sys
import zoneinfo

import pytz

ZONES = os.path.join(os.path.dirname(pytz.__file__), "zoneinfo")
zoneinfo.reset_tzpath(to=[ZONES])

import dateutil.parser._parser
import dateutil.rrule
import dateutil.tz.tz
import pendulum
from pydantic import TypeAdapter, ValidationError

dateutil.tz.tz.TZPATHS[:] = [ZONES]

from prefect._internal.schemas import validators
from prefect.server.schemas import schedules
from prefect.server.schemas.actions import NormalizedSchedule

UTC = dt.timezone.utc
clock = dt.datetime(2026, 1, 1)


class Stopped(type):
    def __instancecheck__(cls, value):
        return isinstance(value, dt.datetime)


class StoppedDatetime(dt.datetime, metaclass=Stopped):
    """A datetime class whose `now` is the case's."""

    @classmethod
    def now(cls, tz=None):
        return clock if tz is None else clock.replace(tzinfo=UTC).astimezone(tz)


class StoppedModule:
    datetime = StoppedDatetime

    def __getattr__(self, name):
        return getattr(dt, name)


dateutil.rrule.datetime = StoppedModule()
dateutil.parser._parser.datetime = StoppedModule()
validators.datetime = StoppedModule()
TIMEZONES = validators.get_timezones()
validators.get_timezones = lambda: TIMEZONES
schedules.now = lambda tz: pendulum.instance(clock, tz="UTC")
# The parser knows the century from the year in which it was made.
PARSER = dateutil.parser._parser.DEFAULTPARSER.info

R = random.Random()
# Their clocks change in versions of the database that Node does not have yet.
UNSETTLED = {"America/Winnipeg", "America/Rainy_River", "America/Inuvik", "Canada/Central", "America/Havana", "Cuba"}
# dateutil has rules of its own for what these two did until 2023.
IRREGULAR = {"Antarctica/Casey", "Antarctica/Davis"}
ALL_ZONES = sorted(zoneinfo.available_timezones() - UNSETTLED - IRREGULAR)
CHANGING = """America/New_York Europe/London Europe/Berlin Australia/Sydney Australia/Lord_Howe America/Santiago Europe/Dublin
Africa/Cairo Asia/Beirut America/Nuuk Pacific/Auckland Pacific/Chatham America/St_Johns America/Asuncion
Asia/Jerusalem Europe/Lisbon Atlantic/Azores Pacific/Easter Antarctica/Troll US/Eastern EST5EDT GB Europe/Chisinau
Pacific/Norfolk America/Los_Angeles""".split()
PLAIN = ["UTC", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Etc/GMT+5", "America/Phoenix", "Africa/Casablanca", "Pacific/Apia"]


def some(*values):
    return R.choice(values)


def zone():
    return R.choice(R.choice([CHANGING, CHANGING, PLAIN, ALL_ZONES]))


def offset(name, moment):
    return moment.astimezone(zoneinfo.ZoneInfo(name)).utcoffset()


transitions = {}


def changes(name):
    """Moments from 2015 to 2045 at which the zone's offset changes, with the difference."""
    if name not in transitions:
        found, moment = [], dt.datetime(2015, 1, 1, tzinfo=UTC)
        while moment.year < 2045:
            later = moment + dt.timedelta(days=7)
            if offset(name, moment) != offset(name, later):
                low, high = moment, later
                while high - low > dt.timedelta(seconds=1):
                    middle = low + (high - low) // 2
                    low, high = (middle, high) if offset(name, middle) == offset(name, low) else (low, middle)
                found.append((high.replace(microsecond=0), offset(name, later) - offset(name, moment)))
            moment = later
        transitions[name] = found
    return transitions[name]


def moment(first=2015, last=2045):
    value = dt.datetime(R.randint(first, last), R.randint(1, 12), R.randint(1, 28), R.randint(0, 23), R.randint(0, 59), R.randint(0, 59))
    if R.random() < 0.3:
        value = value.replace(minute=0, second=0)
    if R.random() < 0.2:
        value = value.replace(microsecond=some(1, 500000, 999999, R.randint(0, 999999)))
    return value


def window(start=None, days=None):
    start = start or moment()
    n = some(None, 1, 2, 3, 5, 10, 25, 100, 0)
    end = None
    if n is None or R.random() < 0.5:
        end = start + dt.timedelta(days=days or some(0.01, 0.5, 1, 3, 10, 40, 200, 800), seconds=some(0, 1, 30))
    return {"n": n, "start": start, "end": end}


def near_change(forward):
    """A zone and a window round a moment at which its clocks go forward, or back."""
    while True:
        name = R.choice(R.choice([CHANGING, CHANGING, ALL_ZONES]))
        found = [at for at, change in changes(name) if (change > dt.timedelta(0)) == forward]
        if found:
            break
    at = R.choice(found).replace(tzinfo=None)
    start = at - dt.timedelta(minutes=R.randint(-180, 3000)) if R.random() < 0.9 else at - dt.timedelta(days=some(1, 2, 7))
    return name, window(start.replace(second=some(0, 0, R.randint(0, 59))), some(0.1, 0.3, 1, 2, 8))


# Cron

LOW, HIGH = [0, 0, 1, 1, 0, 0, 1970], [59, 23, 31, 12, 7, 59, 2099]
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAYS = "sun mon tue wed thu fri sat".split()


def cron_value(field, six):
    if field == 3 and R.random() < 0.3:
        return R.choice(MONTHS)
    if field == 4 and R.random() < 0.3:
        return R.choice(DAYS)
    high = 6 if field == 4 and six else HIGH[field]
    return str(R.randint(LOW[field] if field != 6 else 2015, high if field != 6 else 2060))


def cron_item(field, six):
    kind, value = R.random(), lambda: cron_value(field, six)
    if kind < 0.1:
        return "*"
    if kind < 0.3:
        return "*/%d" % some(1, 2, 3, 5, 7, 10, 15, 20, 25, 45)
    if kind < 0.45:
        return "%s-%s" % (value(), value())
    if kind < 0.55:
        return "%s-%s/%d" % (value(), value(), some(1, 2, 3, 5, 7))
    if kind < 0.6:
        return "%s/%d" % (value(), some(2, 3, 5, 7))
    return value()


def cron_field(field, six=False):
    return ",".join(cron_item(field, six) for _ in range(some(1, 1, 1, 2, 3)))


def cron(**fixed):
    count = R.choice([5] * 7 + [6] * 2 + [7])
    names = ["minute", "hour", "day", "month", "weekday", "second", "year"]
    star = {"minute": 0.25, "hour": 0.35, "day": 0.7, "month": 0.8, "weekday": 0.7, "second": 0.4, "year": 0.7}
    fields = []
    for index, name in enumerate(names[:count]):
        fields.append(fixed.get(name) or ("*" if R.random() < star[name] else cron_field(index, count > 5)))
    text = " ".join(fields)
    return text.upper() if R.random() < 0.1 else text


def valid_cron(**fixed):
    while True:
        text = cron(**{name: make() if callable(make) else make for name, make in fixed.items()})
        try:
            validators.validate_cron_string(text)
            return text
        except ValueError:
            continue


def cron_case(text, day_or=None, timezone=None, where=None):
    day_or = R.random() < 0.7 if day_or is None else day_or
    timezone = timezone if timezone is not None else some(zone(), zone(), zone(), None, "")
    return {"schedule": {"cron": text, "timezone": timezone, "day_or": day_or}, **(where or window())}


def last_days():
    return some("L", "l", "1,L", "15,L", "L,15-20", "%d-L" % R.randint(1, 30), "*/5,L")


def nth_weekdays():
    day = lambda: some(R.choice(DAYS), str(R.randint(0, 6)))
    one = lambda: some("%s#%d" % (day(), R.randint(1, 5)), "L%d" % R.randint(0, 6), "mon-fri#%d" % R.randint(1, 5))
    return ",".join(one() for _ in range(some(1, 1, 2, 3)))


def both_days(day_or):
    while True:
        text = valid_cron(day=lambda: some(cron_field(2), last_days()), weekday=lambda: some(cron_field(4), cron_field(4), nth_weekdays()))
        if text.split()[2] != "*" and text.split()[4] != "*":
            return cron_case(text, day_or)


# RRule

def ints(low, high, negative=False, most=3):
    values = [R.randint(low, high) * (R.choice([1, -1]) if negative else 1) for _ in range(R.randint(1, most))]
    return ",".join(map(str, values))


def weekdays(nth):
    one = lambda: (some("", "", "1", "2", "-1", "+3", "5", "-2") if nth else "") + R.choice("MO TU WE TH FR SA SU".split())
    return ",".join(one() for _ in range(R.randint(1, 3)))


def rule(frequency=None, **fixed):
    frequency = frequency or some("YEARLY", "MONTHLY", "MONTHLY", "WEEKLY", "WEEKLY", "DAILY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
    parts = {"FREQ": frequency}
    fast = frequency in ("HOURLY", "MINUTELY", "SECONDLY")
    maybe = lambda name, chance, make: parts.__setitem__(name, make()) if R.random() < chance else None
    maybe("INTERVAL", 0.4, lambda: str(some(1, 2, 3, 4, 5, 7, 10, 15, 45)))
    maybe("WKST", 0.15, lambda: R.choice("MO TU WE TH FR SA SU".split()))
    maybe("BYMONTH", 0.12, lambda: ints(1, 12))
    maybe("BYMONTHDAY", 0.15, lambda: ints(1, 31, True))
    maybe("BYDAY", 0.25, lambda: weekdays(frequency in ("YEARLY", "MONTHLY") and R.random() < 0.7))
    maybe("BYYEARDAY", 0.04, lambda: ints(1, 366, True))
    maybe("BYWEEKNO", 0.03, lambda: ints(1, 53, True))
    maybe("BYEASTER", 0.02, lambda: ints(0, 60, True))
    maybe("BYHOUR", 0.3 if not fast else 0.15, lambda: ints(0, 23))
    maybe("BYMINUTE", 0.3 if not fast else 0.15, lambda: ints(0, 59))
    maybe("BYSECOND", 0.1, lambda: ints(0, 59))
    for name, make in fixed.items():
        parts[name] = make() if callable(make) else make
    items = list(parts.items())
    if R.random() < 0.2:
        R.shuffle(items)
    return ";".join("%s=%s" % item for item in items)


def set_positions():
    return ints(1, some(3, 10, 366), True)


def compact(value, utc=False):
    return value.strftime("%Y%m%dT%H%M%S") + ("Z" if utc else "")


def date_text(value, utc):
    """A date as people write it: mostly compact, sometimes not."""
    kind = R.random()
    if kind < 0.75:
        return compact(value, utc)
    if kind < 0.85:
        return value.strftime("%Y%m%d")
    forms = ["%Y-%m-%d", "%Y%m%dT%H%M", "%d/%b/%Y", "%b-%d-%Y", "%m/%d/%Y", "%Y-%m-%dT%Hh%M", "%y%m%d", "%Y%m%dT%H"]
    return value.strftime(R.choice(forms)) + some("", "", "T101112", "T1015", "T5PM", "T10H30M")


def start_line(value, utc=False):
    if R.random() < 0.1:
        return "DTSTART;TZID=%s:%s\n" % (zone(), compact(value))
    return "DTSTART:%s\n" % compact(value, utc)


def rrule_case(text, timezone=None, where=None):
    return {"schedule": {"rrule": text, "timezone": timezone or zone()}, **(where or window())}


def steps_before(text):
    """How many days before its window a rule may begin without keeping dateutil busy for long."""
    return 0.05 if "SECONDLY" in text else 5 if "MINUTELY" in text else 60 if "COUNT" in text else 700


def anchored(make, **rest):
    """A rule with a start before its window."""
    where, text = rest.pop("where", None) or window(), make()
    start = where["start"] - dt.timedelta(days=R.uniform(-0.05, 1) * steps_before(text))
    prefix = "RRULE:" if R.random() < 0.8 else ""
    return rrule_case(start_line(start, R.random() < 0.3) + prefix + text, where=where, **rest)


def with_until():
    utc = R.random() < 0.5
    where = window(days=some(30, 400, 800))
    until = where["start"] + dt.timedelta(days=R.randint(-5, 300), seconds=R.randint(0, 86400))
    text = rule(UNTIL=compact(until, utc) if utc else date_text(until, False))
    start = where["start"] - dt.timedelta(days=R.random() * steps_before(text))
    text = "DTSTART:%s\nRRULE:%s" % (compact(start, utc), text)
    return rrule_case(text, where=where)


def with_exdate():
    where = window(days=some(30, 400))
    start = where["start"].replace(microsecond=0, second=0) - dt.timedelta(days=R.randint(0, 60))
    lines = [start_line(start).strip()]
    lines += ["RRULE:" + rule(some("DAILY", "WEEKLY", "HOURLY", "MONTHLY")) for _ in range(some(1, 1, 1, 2))]
    out = lambda: start + dt.timedelta(days=R.randint(0, 90), hours=some(0, 0, 0, R.randint(0, 23)))
    lines += ["EXDATE%s:%s" % (some("", "", ";VALUE=DATE-TIME"), ",".join(date_text(out(), False) for _ in range(R.randint(1, 4))))]
    if R.random() < 0.3:
        lines += ["RDATE:" + ",".join(date_text(out(), R.random() < 0.3) for _ in range(R.randint(1, 3)))]
    if R.random() < 0.3:
        lines += ["EXRULE:" + rule(some("WEEKLY", "MONTHLY", "DAILY"))]
    if R.random() < 0.2:
        R.shuffle(lines)
    return rrule_case("\n".join(lines), where=where)


# Intervals

def interval_case(timezone=None, where=None, anchor=None, seconds=None):
    where = where or window()
    anchor = anchor or some(where["start"] - dt.timedelta(days=R.randint(-100, 1500), seconds=R.randint(0, 86400)), moment())
    seconds = seconds or some(
        60, 900, 1800, 3600, 5400, 7200, 86400, 86400, 90000, 172800, 604800, 2592000, R.randint(1, 5000000), R.randint(1, 90000),
        R.randint(1, 10**9) / 1e3, R.randint(1, 10**12) / 1e6,
    )
    return {"schedule": {"interval": seconds, "anchor_date": anchor.isoformat() + "Z", "timezone": timezone or zone()}, **where}


# Refused input

def mangled(text):
    for _ in range(R.randint(1, 2)):
        at = R.randrange(len(text) + 1)
        text = some(text[:at] + text[at + 1 :], text[:at] + R.choice("0123456789*/-,#LHR?;:=TZ .+") + text[at:])
    return text


BAD_CRON = """|* * * *|* * * * * * * *|60 * * * *|* 24 * * *|* * 0 * *|* * 32 * *|* * * 0 *|* * * 13 *|* * * * 8|* * * * mon#6|* * * * 1,2#1|@reboot|R * * * *
H * * * *|R R * * *|R(1-5) * * * *|H(1-5) * * * *|* * ? * *|? * * * *|1? * * * *|*/0 * * * *|a * * * *|* * L * L|* * L-3 * *|5-x * * * *|-1 * * * *|1- * * * *
0 0 31 2 mon#1|* * * foo *|* * * * foo|1/2/3 * * * *|* * * * 7 0|* * * * 7|0-60 * * * *|1,,2 * * * *|r * * * *|@HOURLY| @hourly|* * * * *\n|0 0 * * *;""".replace("\n", "|").split("|")
BAD_RRULE = """|FREQ=FOO|FREQ=|FREQ|FREQ=DAILY;COUNT=x|FREQ=DAILY;INTERVAL=|FREQ=DAILY;FOO=1|FREQ=DAILY;BYDAY=XX|FREQ=DAILY;BYDAY=|FREQ=DAILY;BYDAY=0MO
FREQ=DAILY;BYHOUR=24|FREQ=DAILY;BYMINUTE=60|FREQ=DAILY;BYSECOND=-1|FREQ=DAILY;BYSETPOS=0|FREQ=DAILY;BYSETPOS=400|FREQ=DAILY;UNTIL=foo|FREQ=DAILY;UNTIL=
FREQ=DAILY;UNTIL=20201301|FREQ=DAILY;WKST=XX|FREQ=DAILY;;|FREQ=DAILY;COUNT=1=2|RRULE:FREQ=DAILY:X|X:FREQ=DAILY|EXRULE:FREQ=FOO|RRULE;X=1:FREQ=DAILY
DTSTART:20200101T000000Z~RRULE:FREQ=DAILY;UNTIL=20210101|DTSTART:20200101~RRULE:FREQ=DAILY;UNTIL=20210101T000000Z|DTSTART:x~RRULE:FREQ=DAILY
DTSTART:20201301~RRULE:FREQ=DAILY|DTSTART:20200230~FREQ=DAILY|DTSTART:20200101,20200102~FREQ=DAILY|DTSTART;FOO=1:20200101~FREQ=DAILY|DTSTART:~FREQ=DAILY
DTSTART;VALUE=DATE;VALUE=DATE:20200101~FREQ=DAILY|DTSTART;TZID=America/New_York:20200101T000000Z~FREQ=DAILY|RDATE;VALUE=DATE:20200101~FREQ=DAILY
FREQ=DAILY;BYDAY=MO(+1)|FREQ=DAILY;BYDAY=MO(0)|FREQ=DAILY;BYDAY=+MO|FREQ=DAILY;BYDAY=1|FREQ=MONTHLY;BYDAY=1MO,|FREQ=DAILY;COUNT=1_0|freq=daily;count=3|RRULE:freq=weekly
FREQ=HOURLY;INTERVAL=2;BYHOUR=3|FREQ=HOURLY;INTERVAL=2;BYHOUR=4|FREQ=HOURLY;BYHOUR=24|FREQ=MINUTELY;INTERVAL=30;BYMINUTE=7|DTSTART:20200101T250000~FREQ=DAILY
DTSTART:20200101T1200PM~FREQ=DAILY|DTSTART:MONDAY~FREQ=DAILY|DTSTART:JAN~FREQ=DAILY|DTSTART:10H~FREQ=DAILY|DTSTART:20200101T10:00+02:00~FREQ=DAILY
DTSTART:20200101T10:00GMT+3~FREQ=DAILY|DTSTART:20200101T10EST~FREQ=DAILY|DTSTART:12.30.2020~FREQ=DAILY|DTSTART:NAN~FREQ=DAILY|DTSTART:1.2.3.4~FREQ=DAILY
DTSTART:13/13/13~FREQ=DAILY|DTSTART:0/1/2020~FREQ=DAILY|DTSTART:1/2~FREQ=DAILY|DTSTART:99~FREQ=DAILY|DTSTART:5~FREQ=DAILY|DTSTART:00000101~FREQ=DAILY""".replace("\n", "|").split("|")


def refused():
    kind = R.random()
    name = zone() if R.random() < 0.6 else some("utc", "Foo/Bar", "america/new_york", "EST5EDT", "UTC+1", "", " UTC", "Etc/GMT+15", "US/eastern", "XUTCX", None)
    if kind < 0.35:
        value = {"cron": some(R.choice(BAD_CRON), mangled(cron()), cron()), "timezone": name}
    elif kind < 0.85:
        text = some(R.choice(BAD_RRULE).replace("~", "\n"), mangled(rule()), mangled(anchored(lambda: rule())["schedule"]["rrule"]), mangled(with_exdate()["schedule"]["rrule"]))
        value = {"rrule": text, "timezone": name}
        if R.random() < 0.02:
            value["rrule"] = "RDATE:" + ",".join(["20200101T000000Z"] * R.randint(390, 430))
    else:
        value = {"interval": some(0, -1, 60, "x", "PT1H", "1:00:00", None, 1e-7, True, "3600"), "timezone": name}
    for key in ("timezone", "day_or", "foo"):
        if R.random() < 0.1:
            value[key] = some(None, 1, "yes", "x", [], True)
    if R.random() < 0.05:
        value["anchor_date"] = some("2020-01-01", "x", 5, None, "2020-01-01T00:00:00+05:30")
    return {"input": value}


def normalized():
    text = some(rule(some("SECONDLY", "MINUTELY", "MINUTELY", "HOURLY", "DAILY")), rule("MINUTELY", COUNT="5"), with_exdate()["schedule"]["rrule"])
    return {"input": {"rrule": some(text, "RRULE:" + text), "timezone": zone()}}


def old_anchor():
    where = window(days=some(1, 30, 400))
    anchor = moment(1, 1999) if R.random() < 0.4 else moment(1900, 1999)
    kind = R.random()
    if kind < 0.4:
        return interval_case(where=where, anchor=anchor, seconds=some(None, None, 3600, 86400, 604800, 0.5))
    text = rule(some("YEARLY", "MONTHLY", "WEEKLY", "DAILY"), **({"COUNT": str(R.randint(1, 3000))} if R.random() < 0.3 else {}))
    return rrule_case("DTSTART:%s\nRRULE:%s" % (anchor.strftime("%4Y%m%dT%H%M%S").rjust(15, "0"), text), where=where)


def around(forward):
    timezone, where = near_change(forward)
    kind = R.random()
    if kind < 0.35:
        text = valid_cron(minute=lambda: some("0", "*/10", "*/30", "15,45", "30", "*"), hour=lambda: some("*", "0-4", "1,2,3", "2", "1", "23", "*/2"), day="*", month="*", weekday="*")
        return cron_case(text, None, timezone, where)
    if kind < 0.65:
        anchor = where["start"] - dt.timedelta(days=R.randint(-3, 900), minutes=some(0, 0, R.randint(0, 1440)))
        return interval_case(timezone, where, anchor, some(600, 1800, 2400, 3600, 5400, 7200, 43200, 86400, 86400, 88200, 172800))
    hours = lambda: some("0,1,2,3,4", "1", "2", "3", "23,0", "2,3")
    frequency = some("DAILY", "DAILY", "WEEKLY", "HOURLY", "MINUTELY")
    fixed = {"DAILY": {"BYHOUR": hours, "BYMINUTE": lambda: some("0", "30", "15,45", "0,10,20,30,40,50")}, "WEEKLY": {"BYHOUR": hours}, "HOURLY": {"INTERVAL": "1"}, "MINUTELY": {"INTERVAL": lambda: some("10", "30", "45")}}
    start = where["start"].replace(microsecond=0, second=0, minute=some(0, 30)) - dt.timedelta(days=R.randint(0, 20))
    parts = rule(frequency, **fixed[frequency]).split(";")
    kept = ";".join(part for part in parts if part.split("=")[0] in ("FREQ", "INTERVAL", "BYHOUR", "BYMINUTE"))
    return rrule_case("DTSTART:%s\nRRULE:%s" % (compact(start), kept), timezone, where)


def leap_day():
    where = window(days=some(40, 2000, 6000))
    kind = R.random()
    if kind < 0.4:
        return cron_case(valid_cron(day=lambda: some("29", "28,29", "29-31", "29,L"), month=lambda: some("2", "feb", "2,3", "1-3"), weekday="*"), where=where)
    if kind < 0.7:
        start = dt.datetime(some(2016, 2020, 2024), 2, 29, R.randint(0, 23))
        text = some(rule("YEARLY", INTERVAL=lambda: some("1", "4", "2")), rule("YEARLY", BYMONTH="2", BYMONTHDAY="29"), rule("DAILY", BYMONTH="2", BYMONTHDAY=lambda: some("29", "-1")), rule("YEARLY", BYYEARDAY="60,-1"))
        return rrule_case("DTSTART:%s\nRRULE:%s" % (compact(start), text), where=where)
    return interval_case(where=where, anchor=dt.datetime(some(2016, 2020, 2024), 2, 29, R.randint(0, 23)), seconds=86400 * some(1, 365, 366, 1461))


def month_end():
    kind = R.random()
    if kind < 0.5:
        return cron_case(valid_cron(day=lambda: some("31", "30", "30,31", "28-31", "L", "1,31"), weekday="*"))
    return anchored(lambda: some(rule("MONTHLY", BYMONTHDAY=lambda: some("31", "-1", "30", "28,29,30,31", "-1,-2")), rule("MONTHLY", BYDAY="MO,TU,WE,TH,FR", BYSETPOS="-1")))


CLASSES = {
    "gap": lambda: around(True),
    "overlap": lambda: around(False),
    "29 February": leap_day,
    "month end": month_end,
    "L": lambda: cron_case(valid_cron(day=last_days)),
    "#": lambda: cron_case(valid_cron(weekday=nth_weekdays)),
    "day_or": lambda: both_days(True),
    "not day_or": lambda: both_days(False),
    "COUNT": lambda: anchored(lambda: rule(COUNT=lambda: str(some(0, 1, 2, 5, 20, 100, 1000, R.randint(1, 5000))))),
    "UNTIL": with_until,
    "BYSETPOS": lambda: anchored(lambda: rule(some("YEARLY", "MONTHLY", "MONTHLY", "WEEKLY", "DAILY"), BYSETPOS=set_positions, BYDAY=lambda: weekdays(False))),
    "BYWEEKNO": lambda: anchored(lambda: rule(some("YEARLY", "YEARLY", "WEEKLY", "DAILY"), BYWEEKNO=lambda: ints(1, 53, True), WKST=lambda: R.choice("MO TU WE TH FR SA SU".split()))),
    "EXDATE": with_exdate,
    "old anchor": old_anchor,
    "refused": refused,
    "normalized": normalized,
    "interval": interval_case,
    "cron": lambda: cron_case(valid_cron()),
    "rrule": lambda: some(anchored(lambda: rule()), rrule_case(rule(some("YEARLY", "MONTHLY", "WEEKLY", "DAILY")))),
    "far future": lambda: some(interval_case, lambda **kw: cron_case(valid_cron(), **kw), lambda **kw: anchored(lambda: rule(), **kw))(where=window(moment(2036, 2090))),
}

SCHEDULE = TypeAdapter(schedules.SCHEDULE_TYPES)
NEW_SCHEDULE = TypeAdapter(NormalizedSchedule)


def instant(value):
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def answer(case):
    if "input" in case:
        try:
            value = NEW_SCHEDULE.validate_python(case["input"])
            return {"valid": {key: item for key, item in value.model_dump(mode="json").items() if key != "anchor_date" or "anchor_date" in case["input"]}}
        except ValidationError as error:
            return {"issues": [[issue["type"], list(issue["loc"]), issue["msg"]] for issue in error.errors()]}
        except Exception:
            # A fault of the reference: ours must refuse the input in its own way.
            return {"fault": True}
    try:
        schedule = SCHEDULE.validate_python(case["schedule"])
    except Exception:
        return None
    utc = lambda value: value and pendulum.instance(value, tz="UTC")
    arguments = {"n": case["n"], "start": utc(case["start"]), "end": utc(case["end"])}
    try:
        found = list(schedule._get_dates_generator(**arguments))
        if not all(1 <= date.year <= 9999 for date in found):
            return None
        return {"dates": [instant(date) for date in found], "sorted": [found.index(date) for date in sorted(found)]}
    except TooLong:
        raise
    except Exception as error:
        return {"error": type(error).__name__}


class TooLong(BaseException):
    pass


def give_up(*_):
    raise TooLong()


def main():
    global clock
    options = argparse.ArgumentParser()
    options.add_argument("--count", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    signal.signal(signal.SIGPROF, give_up)
    names = list(CLASSES)
    for number in range(options.count):
        name = names[number % len(names)]
        for attempt in range(100):
            R.seed("%d/%d/%d" % (options.seed, number, attempt))
            clock = moment(2020, 2035)
            PARSER._year = clock.year
            PARSER._century = clock.year // 100 * 100
            case = CLASSES[name]()
            if "n" in case and R.random() < 0.03:
                case["start"] = None
            case["now"] = clock
            signal.setitimer(signal.ITIMER_PROF, 1, 0.5)
            try:
                found = answer(case)
            except TooLong:
                found = None
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            # Windows without any date prove little: keep some.
            if found is not None and (found.get("dates") != [] or R.random() < 0.2):
                break
        write = {key: instant(value.replace(tzinfo=UTC)) if isinstance(value, dt.datetime) else value for key, value in case.items()}
        sys.stdout.write(json.dumps({"class": name, **write, **found}) + "\n")


main()
