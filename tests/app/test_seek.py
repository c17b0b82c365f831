"""``kuntaosuus seek`` and ``run --precision`` as their users meet them: what they say of a slip of the pen."""

import pytest

LEVER = ["--lever", "training_bought.places"]


@pytest.mark.parametrize(("arguments", "words"), [
    (["--target", "P(net<=budget)>=80", *LEVER], "between 0 and 1"),
    (["--target", "net_change<=0", *LEVER, "--from", "ensi vuonna"], "'ensi vuonna' is no day"),
    (["--target", "net_change<=0", *LEVER, "--minimise", "pain"], "'pain' is not known"),
    (["nope", "--target", "net_change<=0", *LEVER], "neither in the library"),
    (["--target", "net_change<=0", *LEVER, "--save", "answer.txt"], "no .yaml file"),
])
def test_a_wrong_seek_is_one_line(told, tmp_path, arguments, words):
    assert words in told("seek", "--results", tmp_path, *arguments)


def test_a_seek_without_levers_is_told_which_option_lacks(kuntaosuus):
    result = kuntaosuus("seek", "--target", "net_change<=0")
    assert result.exit_code == 2 and "--lever" in result.stderr


def test_a_wrong_precision_is_one_line(told, tmp_path):
    assert "option --precision" in told("run", "--precision", "half", "--no-services", "--results", tmp_path)


def test_help_has_examples(kuntaosuus):
    text = " ".join(kuntaosuus("seek", "--help").output.split())
    assert "training_bought.places" in text and "P(net<=budget)>=0.5" in text and "seek.png" in text
