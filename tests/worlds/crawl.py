"""An adversary looks everywhere: every address, every verb, every form, in both worlds at once, byte against byte.

The crawl goes by `app.url_map`, so that a new route is crawled by itself, and by the links and forms of the pages that
are shown. It asks with all that an adversary can know or guess: what their own pages show, the ids of the complaint in
the world in which it is, words of its text. Nothing is normalised: what differs for a harmless reason must stop to.
"""

from __future__ import annotations

import html
import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote, urlencode, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from tests.worlds.answers import difference, inside
from tests.worlds.cast import PASSWORD, token_of
from tests.worlds.findings import Difference, Reach, Secret
from tests.worlds.page_forms import API_SENT, FORM, GUESSES, OWN_FILE, STAFF_TABLE, Form, _form
from tests.worlds.questions import CAREFULLY, CONDITIONS, FIRST, LINK, MANY, NUMBERS, SHA256_LENGTH, VERBS, WORDS
from tests.worlds.steps import csrf_of
from tests.worlds.terminal import commands, printed_by
from tests.worlds.work import WORK, no_collection
from tests.worlds.world import Answer, Browser, Question, World

T = TypeVar("T")


class Crawl:
    """One adversary's look around, in both worlds. `effort` is how many requests it may take (None: all of them)."""

    def __init__(self, a: World, b: World, who: str, secret: Secret, key: str, effort: int | None) -> None:
        self.a, self.b, self.who, self.secret = a, b, who, secret
        self.key, self.chance, self.effort = key, random.Random(key), effort
        self.browsers = (Browser(), Browser())
        self.reach = Reach()
        self.differences: list[Difference] = []
        self.mistakes: list[Difference] = []
        self.known: dict[str, list[str]] = {}
        self.forms: dict[tuple[str, tuple[str, ...]], Form] = {}
        self.links: dict[str, None] = {}
        self.given: set[str] = set()
        self.followed: set[str] = set()
        self.focused, self.reasons = False, True
        self.adapter = a.app.url_map.bind("archive.test")
        self.endpoints: dict[tuple[str, str], str | None] = {}

    def look(self) -> None:
        """Sign in, and look at everything there is without changing anything."""
        self._sign_in()
        self.ask(Question("GET", "/search"))
        if self.effort is None:
            self._follow(MANY)
        reads = self._each_rule(self._reads, 0.35, 4)
        verbs = self._each_rule(self._verbs, 0.1, 1)
        for question in (*reads, *verbs, *self._some(list(self._searches()), self._share(0.2, MANY))):
            self.ask(question)
        self._follow(self._share(0.25, MANY))

    def focus(self, first: Sequence[str] = ()) -> None:
        """Only what matters, in an order of its own, until the first difference.

        What is named `first` is asked before the rest: rules by their endpoints, or addresses.
        """
        self.focused = True
        self._sign_in()
        for question in self._in_order(first):
            if self.differences:
                return
            self.ask(question)

    def _in_order(self, first: Sequence[str]) -> Iterator[Question]:
        """The complaint's ids on every rule, searches, own pages, the terminal, forms."""
        rules = list(self.a.app.url_map.iter_rules())
        for name in first:
            yield from self._named(name, rules)
        searches = list(self._searches())
        yield from (Question("GET", "/search"), *searches[:5])
        yield from self._links(MANY * 2 // 5)
        own = {value for values in self.known.values() for value in values if len(value) > 15}
        reads = [[question for question in self._reads(rule) if not question.query] for rule in rules]
        yield from (question for questions in reads for question in questions[:1])
        for rule, questions in zip(rules, reads, strict=True):
            yield from self._carefully(questions[0].path) if rule.endpoint in CAREFULLY else ()
        mine = (next((each for each in questions if any(one in each.path for one in own)), None) for questions in reads)
        yield from filter(None, mine)
        yield from searches[5 :: len(VERBS)]
        if not self.differences:
            self.terminal()
        forms = [form for form in self.forms.values() if form.method == "POST"]
        # A file is brought in as a letter first: once it is a page of another one, it is there in both worlds.
        seen = [self._filled(form) for form in sorted(forms, key=lambda form: len(form.action))]
        for question in (*seen, *(post for rule in rules for post in list(self._posts(rule))[:1])):
            if not _ends_the_look(question):
                yield question

    def _named(self, name: str, rules: list[Rule]) -> Iterator[Question]:
        """The questions to one address, or to one rule: reading, without a body, and sending.

        "links" are those of the pages so far, "terminal" is the terminal.
        """
        if name == "links":
            yield from self._links(MANY * 2 // 5)
        if name == "terminal":
            self.terminal()
        if name.startswith("/"):
            parts = urlsplit(name)
            yield Question("GET", parts.path, parts.query)
        for rule in rules:
            if rule.endpoint == name:
                reads = [question for question in self._reads(rule) if not question.query][:1]
                yield from (*reads, *(each for read in reads for each in self._carefully(read.path)))
                seen = [form for form in self.forms.values() if self._endpoint(form.action, "POST") == name]
                yield from map(self._filled, seen[:2])
                yield from list(self._posts(rule))[:2]

    @staticmethod
    def _carefully(path: str) -> Iterator[Question]:
        """The ways of asking that need not have a body for an answer."""
        yield Question("HEAD", path)
        yield Question("GET", path, headers=CONDITIONS[0])

    def terminal(self) -> None:
        """The commands that read, in the adversary's name, with words of the complaint."""
        for words in commands(self.secret.words[0], self.secret.ids[-1], reasons=self.reasons):
            printed = [printed_by(world, (*words, "--as", self.who)) for world in (self.a, self.b)]
            self.reach.compared += 1
            if printed[0] != printed[1]:
                self.differences.append(
                    Difference(self.who, f"archive {' '.join(words)}", f"{printed[0]} {printed[1]}"[:600])
                )

    def act(self) -> None:
        """Send forms: those that were seen, and those for what cannot be seen. Then look once more."""
        seen = [self._filled(form) for form in self.forms.values() if form.method == "POST"]
        for question in (*self._some(seen, self._share(0.1, MANY)), *self._each_rule(self._posts, 0.15, 2)):
            if not _ends_the_look(question):
                self.ask(question)
        self.ask(Question("GET", "/"))
        if self.effort is None or self.chance.random() < 0.1:
            self.terminal()
        if self.effort is None:
            for link in [*self.links][:MANY]:
                self.ask(Question("GET", urlsplit(link).path, urlsplit(link).query))
            self.ask(Question("POST", "/logout", body=(("csrf_token", self.token),)))

    def _share(self, share: float, all_of_it: int) -> int:
        return all_of_it if self.effort is None else max(1, round(self.effort * share))

    def _each_rule(self, of_rule: Callable[[Rule], Iterator[Question]], share: float, of_each: int) -> list[Question]:
        """Questions of the rules: so many of each, or without much effort so many of all together."""
        rules = list(self.a.app.url_map.iter_rules())
        if self.effort is None:
            return [question for rule in rules for question in self._some(list(of_rule(rule)), of_each)]
        chosen = [list(of_rule(rule)) for rule in self._some(rules, self._share(share, 0))]
        return [self.chance.choice(questions) for questions in chosen if questions]

    def ask(self, question: Question) -> Answer:
        """Ask in both worlds, and compare."""
        answers, costs = [], []
        for world, browser in zip((self.a, self.b), self.browsers, strict=True):
            world.chance.begin(f"{self.key}/{self.reach.compared}")
            with no_collection():
                answers.append(world.ask(browser, question))
            costs.append(world.work_done.take())
        first, second = answers
        self._count(question)
        if first != second:
            self.differences.append(Difference(self.who, str(question), difference(first, second)))
        elif costs[0] != costs[1]:
            told = f"{WORK} {costs[0]} with the complaint, {costs[1]} without it"
            self.differences.append(Difference(self.who, str(question), told))
        if second.status.startswith("500"):
            self.mistakes.append(Difference(self.who, str(question), "our mistake: 500, in both worlds"))
        self._look_for_secret(question, first)
        if b"text/html" in dict(first.headers).get("Content-Type", "").encode():
            self._learn(question, second)
        return second

    # What to ask

    def _reads(self, rule: Rule) -> Iterator[Question]:
        """A rule that can be read, with every value an adversary has for its parameters."""
        if "GET" in (rule.methods or ()):
            for path in self._paths(rule):
                yield Question("GET", path)
                if rule.arguments:
                    yield Question("GET", path, "scan=1&page=2&q=" + quote(self.secret.words[0]))
                    if not self.focused:
                        yield Question("GET", path, headers=self.chance.choice(CONDITIONS))

    def _verbs(self, rule: Rule) -> Iterator[Question]:
        """The other verbs."""
        for path in self._paths(rule):
            for verb in VERBS[1:]:
                if verb != "POST" or "POST" not in (rule.methods or ()):
                    yield Question(verb, path)

    def _posts(self, rule: Rule) -> Iterator[Question]:
        """A rule that changes something, for the complaint itself, with the fields that forms of its kind have."""
        if (sent := API_SENT.get(rule.endpoint)) is not None:
            verb = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            for path in self._paths(rule):
                yield Question(verb, path, body=(("json", json.dumps(sent, ensure_ascii=False)),))
            return
        if "POST" not in (rule.methods or ()) or rule.endpoint in ("sessions.sign_in", "sessions.sign_out"):
            return
        fields = dict(GUESSES)
        for form in self.forms.values():
            if self._endpoint(form.action, "POST") == rule.endpoint:
                fields.update(form.fields)
        for path in self._paths(rule):
            yield self._filled(Form("POST", path, tuple(fields.items())))

    def _searches(self) -> Iterator[Question]:
        word = self.secret.words[0]
        yield Question("GET", "/registration/repeats", urlencode({"petitioner": "陈淑珍"}))
        texts = [
            *(word, word[:2], f"like:{word[:3]}", f"title:{word}", f"{word[0]}*", f"no:{self.secret.ids[-1]}"),
            *("*", "施工 OR 补偿", "from:陈淑珍", "反映", "state:received", "channel:letter", "date:2026"),
        ]
        for text in texts:
            for more in (
                {},
                {"sort": "relevance"},
                {"page": "2"},
                {"year": "2026"},
                {"channel": "visit"},
                {"similar": "1"},
            ):
                yield Question("GET", "/search", urlencode({"q": text, **more}))

    def _paths(self, rule: Rule) -> list[str]:
        """The addresses of a rule, with all combinations that matter: one complaint's id and one own, small numbers."""
        choices: list[dict[str, str]] = [{}]
        for name in sorted(rule.arguments):
            choices = [{**chosen, name: value} for chosen in choices for value in self._values(rule, name)]
        paths = []
        for chosen in choices:
            values = {name: int(value) if value.isdecimal() else value for name, value in chosen.items()}
            built = rule.build(values, append_unknown=False)
            if built is not None:
                paths.append(built[1])
        return paths

    def _values(self, rule: Rule, name: str) -> list[str]:
        converter = type(rule._converters[name]).__name__
        known = (self.known.get(key) for key in (f"{rule.endpoint}.{name}", f"{_noun(rule.rule)}.{name}", name))
        own = next(filter(None, known), [])
        if converter == "IntegerConverter" and name != "year":
            return list(NUMBERS[: 2 if len(rule.arguments) > 2 else 4])
        if name.endswith("id") or name in ("letter", "concern", "proposal", "change", "person", "unit", "account"):
            # Of a case it is the case's own id that matters first.
            ids = self.secret.ids[1:2] + self.secret.ids if "/cases/" in rule.rule else self.secret.ids
            return [*dict.fromkeys(ids), *self._some(own, 2), "none-of-these"]
        if name == "act":
            return ["propose", "close", "none"]
        if rule.rule.startswith("/codes/"):
            return {"field": ["channel", "street"], "code": ["fax", "none"]}[name]
        if name == "form":
            return ["reception_form", "none"]
        if name == "year":
            return ["2026", "1"]
        if rule.rule.startswith("/register/"):
            return ["pdf", "xlsx"]
        return list(dict.fromkeys([*self._some(own, 2), *WORDS[:2], "none"]))

    def _some(self, items: list[T], count: int) -> list[T]:
        return items if len(items) <= count else self.chance.sample(items, count)

    # What is learned from what is shown

    def _learn(self, question: Question, answer: Answer) -> None:
        for found in LINK.findall(answer.body):
            self.links.setdefault(html.unescape(found.decode()))
        for attributes, within in FORM.findall(answer.body):
            form = _form(attributes, within, question.path)
            self.forms.setdefault((form.action, tuple(name for name, _ in form.fields)), form)

    def _follow(self, most: int) -> None:
        """Follow links, until one tells the worlds apart."""
        for question in self._links(most):
            if self.differences:
                return
            self.ask(question)

    def _links(self, most: int) -> Iterator[Question]:
        """Links, links on what they lead to, and so on, each when it is asked for; assets once."""
        followed: set[str] = set()
        while len(followed) < most:
            new = [link for link in self.links if link not in followed and not self._is_boring(link)]
            if not new:
                return
            # A kind of page that was not asked for yet goes first: there are more of them than links to follow.
            new = [link for link in new if not self._was_asked(link)] or new
            first = (link for some in FIRST for link in new if link.startswith(some))
            link = next(first, None) or self.chance.choice(new)
            followed.add(link)
            parts = urlsplit(link)
            self.followed.add(parts.path)
            self._note(parts.path)
            yield Question("GET", parts.path, parts.query)

    def _was_asked(self, link: str) -> bool:
        """Whether a page of this kind was asked for; of a letter and of a case, this very one."""
        path = urlsplit(link).path
        kind = self._endpoint(path, "GET") or ""
        return path in self.followed if kind in ("letters.letter", "cases.case") else (kind, "GET") in self.reach.asked

    def _is_boring(self, link: str) -> bool:
        """What everybody sees is looked at now and then only."""
        return link.startswith("/assets/") and self.chance.random() > 0.02

    def _note(self, path: str) -> None:
        """Remember the values in an address: they may do for other addresses too."""
        try:
            endpoint, values = self.adapter.match(path, "GET")
        except HTTPException:
            return
        for name, value in values.items():
            for key in (name, f"{endpoint}.{name}", f"{_noun(path)}.{name}"):
                if str(value) not in self.known.setdefault(key, []):
                    self.known[key].append(str(value))

    def _filled(self, form: Form) -> Question:
        """The form as it is sent: with what it holds, and something in what is empty."""
        token = self.token
        fields = []
        files: tuple[tuple[str, str, bytes], ...] = ()
        for name, value in form.fields:
            if name == "csrf_token":
                continue
            if name in ("files", "file"):
                # The accused may have the very letter on paper, and scan it in to learn whether it is here already.
                content = self.chance.choice((OWN_FILE, self.secret.file or OWN_FILE)[self.focused :])
                files = ((name, "own.pdf", STAFF_TABLE if form.action == "/people/import" else content),)
            elif name in ("title", "words"):
                fields.append((name, self.chance.choice((GUESSES[name], self.secret.words[0])[self.focused :])))
            else:
                fields.append((name, value or GUESSES.get(name, "测试")))
        return Question("POST", form.action, "", (("csrf_token", token), *fields), files)

    def _sign_in(self) -> None:
        for browser in self.browsers:
            browser.token = token_of(self.who)
        form = self.ask(Question("GET", "/login"))
        fields = (("csrf_token", csrf_of(form.body)), ("next", "/"), ("name", self.who), ("password", PASSWORD))
        self.ask(Question("POST", "/login", body=fields))
        self.token = csrf_of(self.ask(Question("GET", "/")).body)

    # What is counted and what must not be there

    def _endpoint(self, path: str, method: str) -> str | None:
        if (path, method) not in self.endpoints:
            try:
                self.endpoints[path, method] = self.adapter.match(path, method)[0]
            except HTTPException:
                self.endpoints[path, method] = None
        return self.endpoints[path, method]

    def _count(self, question: Question) -> None:
        self.reach.compared += 1
        method = "GET" if question.method == "HEAD" else question.method
        endpoint = self._endpoint(question.path, method)
        if endpoint is not None:
            self.reach.asked[endpoint, method] += 1

    def _look_for_secret(self, question: Question, answer: Answer) -> None:
        """No answer has what only the complaint has, unless the question had it."""
        asked = str(question) + "".join(value for _, value in question.body)
        told = inside(answer.body) + repr(answer.headers).encode()
        known = self._known_by_now(asked, question)
        for secret in (*self.secret.words[:1], *self.secret.ids):
            if secret and secret not in known and secret.encode() in told:
                self.differences.append(Difference(self.who, str(question), f"tells {secret!r}"))

    def _known_by_now(self, asked: str, question: Question) -> set[str]:
        """What is no news: it was in this very question, or was written into the archive by the adversary."""
        in_question = {each for each in (*self.secret.words, *self.secret.ids) if each in asked or quote(each) in asked}
        if question.method == "POST":
            self.given |= in_question
        if self.secret.file in [content for _, _, content in question.files]:
            self.given |= {each for each in self.secret.ids if len(each) == SHA256_LENGTH}
        return in_question | self.given


def _ends_the_look(question: Question) -> bool:
    """Whether nothing could be asked for afterwards, by the browser or by the system."""
    return question.path in ("/logout", "/login") or question.path.startswith("/account/tokens/token-")


def _noun(path: str) -> str:
    """What an address is of: what is known of a letter does for all addresses of letters."""
    return next(iter(part for part in path.split("/") if part not in ("", "api", "v1")), "")
