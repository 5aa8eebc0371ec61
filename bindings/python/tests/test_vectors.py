import pytest

from vectors import FILES, run_file


@pytest.mark.parametrize("name", FILES)
def test_every_vector_has_its_verdict(name):
    ran, failures = run_file(name)
    assert ran == FILES[name]
    assert not failures, "\n".join(failures)
