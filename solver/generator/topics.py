"""What groups are about, how many people ask for it, and how such groups are usually run.

Shares are a long tail made up for believable instances; sizes are usual ones, not a policy.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Topic:
    """A weekly group's subject; `demand` per mille of requests, `co_led`, `closed` in percent."""

    name: str
    demand: int
    modality: str
    min_size: int
    max_size: int
    minutes: int
    co_led: int
    closed: int
    process: bool


#: From the most to the least asked for.
TOPICS = (
    Topic("anxiety-depression", 190, "CBT", 4, 10, 60, 5, 5, True),
    Topic("dbt-skills", 150, "DBT", 4, 8, 90, 70, 15, False),
    Topic("cbt", 120, "CBT", 4, 12, 60, 5, 5, False),
    Topic("trauma-ptsd", 95, "CPT", 4, 8, 90, 50, 30, True),
    Topic("relationship-issues", 75, "process", 4, 10, 75, 10, 5, True),
    Topic("substance-use", 70, "CBT", 5, 12, 90, 20, 5, True),
    Topic("grief-loss", 50, "process", 4, 10, 60, 10, 20, True),
    Topic("anger", 42, "CBT", 4, 10, 60, 10, 10, False),
    Topic("borderline-personality", 38, "DBT", 4, 8, 90, 70, 10, False),
    Topic("bipolar", 34, "psychoeducation", 4, 12, 60, 10, 5, False),
    Topic("parenting", 30, "psychoeducation", 4, 12, 60, 10, 10, False),
    Topic("self-compassion", 26, "process", 4, 10, 60, 5, 10, False),
    Topic("ocd", 24, "CBT", 3, 8, 60, 10, 5, False),
    Topic("divorce", 20, "process", 3, 10, 60, 5, 10, True),
    Topic("narcissistic-abuse", 16, "process", 3, 8, 75, 10, 10, True),
    Topic("eating-disorders", 12, "CBT", 3, 8, 75, 40, 20, True),
    Topic("supporting-a-loved-one-with-bpd", 8, "psychoeducation", 3, 12, 60, 10, 5, False),
)


def draw_topic(rng: Random, among: tuple[Topic, ...]) -> Topic:
    """One topic, the ones in demand likelier."""
    return rng.choices(among, [topic.demand for topic in among])[0]
