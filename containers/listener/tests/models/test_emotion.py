"""onnxruntime and tokenizers on a classifier that knows a word of each emotion."""

from pathlib import Path

import pytest

from containers.listener.tests.models import tiny_emotion
from listener.emotion import Classifier
from listener.segments import EMOTIONS
from step.failure import WrongSetup

pytestmark = pytest.mark.models


@pytest.fixture
def classifier(models: Path) -> Classifier:
    return Classifier.load(models / "emotion")


def test_each_emotion_is_told(classifier: Classifier) -> None:
    """By the names that segments have."""
    told = classifier.emotions(tiny_emotion.WORDS)

    assert told == list(tiny_emotion.LABELS)
    assert set(told) == set(EMOTIONS)


def test_a_sentence_is_judged_as_it_would_be_alone(classifier: Classifier) -> None:
    """Beside a longer one it is padded, and what it is padded with says nothing."""
    assert classifier.emotions(["happy", "so we sat down and were crying"]) == ["joy", "sadness"]


def test_an_endless_sentence_is_judged_by_its_beginning(classifier: Classifier) -> None:
    """RoBERTa has 512 places."""
    assert classifier.emotions(["happy " + "and so on " * 500]) == ["joy"]


def test_a_classifier_of_other_emotions_is_refused(tmp_path: Path) -> None:
    """The composer would have no music for them."""
    tiny_emotion.write(tmp_path / "emotion", labels=("love", *tiny_emotion.LABELS[1:]))

    with pytest.raises(WrongSetup, match=r"tells love, disgust, .* apart: it has to be ang"):
        Classifier.load(tmp_path / "emotion")
