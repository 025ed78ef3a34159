"""How tests run: the same examples on every machine, so that a failure is there again tomorrow."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "same-everywhere",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "search", parent=settings.get_profile("same-everywhere"), derandomize=False, max_examples=2_000
)
settings.load_profile("same-everywhere")
