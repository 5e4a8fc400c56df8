"""Content classes: what a model learns and forgets, how it is kept, and that it depends on nothing but the letters."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from archive_app.suggesting.classes import ClassModel, read, suggest_classes, written
from archive_app.suggesting.errors import BadModel, TooFewExamples
from archive_app.suggesting.features import FeatureSettings, features
from archive_app.suggesting.training import LEAST_EXAMPLES, Example, cross_validated, train

WORDS = {
    "交通运输": ("公交车", "司机", "道路拥堵", "出租车", "站台", "高速公路"),
    "教育文体": ("学校", "老师补课", "学生", "幼儿园", "学费", "招生"),
    "环境保护": ("污水", "噪声", "粉尘", "排放", "臭气", "河道"),
}


def made(count: int = 20, labels: tuple[str, ...] = tuple(WORDS)) -> list[Example]:
    drawn = random.Random(7)
    return [
        Example(label, f"反映{drawn.choice(WORDS[label])}", f"{'，'.join(drawn.sample(WORDS[label], 4))}，第{number}次")
        for label in labels
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def model() -> ClassModel:
    return train(made())


def test_the_likeliest_class_comes_first_with_its_probability(model: ClassModel) -> None:
    found = suggest_classes(model, "关于幼儿园", "老师让学生交学费")
    assert [one.label for one in found][:1] == ["教育文体"]
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    assert sum(one.probability for one in found) == pytest.approx(1)
    assert found[0].probability > 0.6
    assert suggest_classes(model, "关于幼儿园", "老师让学生交学费", most=1) == found[:1]


def test_either_script_and_any_width_is_the_same_letter(model: ClassModel) -> None:
    assert suggest_classes(model, "", "學校收學費，１２元") == suggest_classes(model, "", "学校 收学费,34元")


def test_a_text_that_tells_nothing_gets_no_class(model: ClassModel) -> None:
    assert suggest_classes(model, "", "") == ()
    assert suggest_classes(model, "", "龘靐齉\x00") == ()


def test_two_classes_are_enough() -> None:
    two = train(made(labels=("交通运输", "教育文体")))
    assert [one.label for one in suggest_classes(two, "", "公交车司机")] == ["交通运输", "教育文体"]
    assert [one.label for one in suggest_classes(two, "", "学校老师")] == ["教育文体", "交通运输"]


def test_a_class_with_few_letters_is_not_learned() -> None:
    few = made(LEAST_EXAMPLES - 1, ("环境保护",))
    assert train([*made(labels=("交通运输", "教育文体")), *few]).labels == ("交通运输", "教育文体")
    with pytest.raises(TooFewExamples, match=str(LEAST_EXAMPLES)):
        train([*made(labels=("交通运输",)), *few])
    with pytest.raises(TooFewExamples):
        train([])


def test_letters_without_words_teach_nothing() -> None:
    empty = [Example(label, "", "，" * number) for label in ("甲", "乙") for number in range(LEAST_EXAMPLES)]
    with pytest.raises(TooFewExamples):
        train(empty)


def test_the_model_is_a_function_of_the_set_of_letters(model: ClassModel) -> None:
    """Trained without a letter, it is to the bit the one that would be there if the letter had never come."""
    examples = made()
    random.Random(3).shuffle(examples)
    assert written(train([*examples, *examples[:5]])) == written(model)
    hidden = Example("环境保护", "反映污水", "钱拾贝说污水臭气")
    assert written(train([*examples, hidden])) != written(model)


def test_what_few_letters_say_is_forgotten() -> None:
    """A name that stands in fewer letters than the setting moves no probability."""
    named = [*made(), *(Example("环境保护", "", f"邬砚秋，污水，噪声，第{number}回") for number in range(4))]
    knowing = train(named)
    buckets = np.array(list(features("", "邬砚秋", knowing.settings)))
    assert not np.isin(buckets, knowing.kept).any()
    assert suggest_classes(knowing, "", "邬砚秋") == ()
    assert suggest_classes(knowing, "", "污水邬砚秋") != ()


def test_figures_are_alike() -> None:
    settings = FeatureSettings()
    assert features("", "电话13900001234", settings) == features("", "电话15912345678", settings)
    assert features("题", "", settings) != features("", "题", settings)


def test_a_kept_model_answers_as_before(model: ClassModel) -> None:
    kept = written(model)
    again = read(kept)
    assert suggest_classes(again, "学费", "幼儿园老师") == suggest_classes(model, "学费", "幼儿园老师")
    assert (again.labels, again.settings, again.examples) == (model.labels, model.settings, 60)
    assert "公交" not in kept.decode("utf-8"), "a model holds no words of letters"


def test_a_model_that_is_none_is_refused(model: ClassModel) -> None:
    good = written(model).decode("utf-8")
    changed = (good.replace('"format":1', '"format":2'), good.replace("交通", "交遇"), good[:-20])
    # The sums of the last two are right, but their parts do not belong together.
    apart = (replace(model, kept=model.kept[:-1]), replace(model, bias=model.bias[:-1]))
    for bad in (b"", b"[]", b"{}", b"\xff", *(each.encode() for each in changed), *map(written, apart)):
        with pytest.raises(BadModel):
            read(bad)


def test_learning_is_measured_on_letters_that_were_not_learned() -> None:
    said: list[tuple[int, int]] = []
    assert cross_validated(made(), lambda *done: said.append(done)) == pytest.approx(1.0)
    assert said == [(part, 5) for part in range(1, 6)]
    shuffled = random.Random(5)
    labels = [example.label for example in made(12)]
    shuffled.shuffle(labels)
    senseless = [replace(example, label=label) for example, label in zip(made(12), labels, strict=True)]
    assert cross_validated(senseless) < 0.7
