"""A simulated plant is the same each time, and gives out where it has too little of something."""

from dataclasses import replace

from benchmarks.plant import Costs, Plant, simulated

COSTS = Costs(
    fetch_s=0.002,
    look_s=0.08,
    compare_s=0.01,
    settle_s=0.003,
    list_s=0.001,
    database_s=0.002,
    picture_bytes=140_000,
    candidate_bytes=800,
    fingerprint_bytes=10_000,
)
ENOUGH = Plant(media_s=1_000, workers=9)


def test_the_same_plant_runs_the_same_way() -> None:
    assert simulated(ENOUGH, COSTS, 2_000) == simulated(ENOUGH, COSTS, 2_000)


def test_a_plant_with_enough_of_everything_keeps_up() -> None:
    run = simulated(ENOUGH, COSTS, 4_000)
    assert (run.saturated, run.busy["workers"] < 0.9, run.lasted_s < 220) == (
        "scheduler",
        True,
        True,
    )


def test_each_part_gives_out_where_there_is_too_little_of_it() -> None:
    few_workers = replace(ENOUGH, workers=2)
    few_databases = replace(ENOUGH, database_cores=1)
    costly_listing = replace(COSTS, list_s=0.01)
    found = [
        simulated(plant, costs, 2_000).saturated
        for plant, costs in (
            (few_workers, COSTS),
            (few_databases, COSTS),
            (ENOUGH, costly_listing),
        )
    ]
    assert found == ["workers", "database", "scheduler"]


def test_a_million_media_cost_what_each_stage_does() -> None:
    assert COSTS.per_million() == {
        "fetch_hours": 0.56,
        "look_hours": 22.22,
        "compare_hours": 2.78,
        "settle_hours": 0.83,
        "list_hours": 0.28,
        "database_hours": 0.56,
        "all_hours": 27.22,
        "fetched_gb": 140.0,
        "database_gb": 0.8,
        "database_log_gb": 0.0,
    }


def test_in_a_plant_that_is_hardly_used_a_job_waits_for_nobody() -> None:
    """Listing what comes later doesn't hold up what was listed before."""
    run = simulated(Plant(10, workers=2, database_cores=1), COSTS, 2_000)
    alone = simulated(Plant(1e-6, workers=2, database_cores=1), COSTS, 1)
    assert run.p50_s <= 1.5 * alone.p50_s
