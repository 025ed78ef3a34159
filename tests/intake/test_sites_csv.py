import pytest

from compliance.intake.sites_csv import SiteLine, SitesFileInvalid, line_problems, read_sites_csv


@pytest.mark.parametrize(("content", "line"), [
    (b"name\nKep House\n", SiteLine(line=2, name="Kep House")),
    (b"\xef\xbb\xbfName;Country\r\n\r\nKep House;kh\r\n", SiteLine(line=3, name="Kep House", country="KH")),
    ("city\tsite name\nKep\tKep House\n".encode("utf-16"), SiteLine(line=2, name="Kep House", town="Kep")),
    (b'name,colour,reference\n"Kep, House",blue,K-1\n', SiteLine(line=2, name="Kep, House", reference="K-1")),
    (b"name,town\nKep House\n", SiteLine(line=2, name="Kep House")),
])  # fmt: skip
def test_a_line_is_read(content, line):
    assert read_sites_csv(content) == (line,)


@pytest.mark.parametrize(("content", "code"), [
    (b"", "sites-file-empty"),
    (b"name\n\n", "sites-file-empty"),
    (b"town\nKep\n", "sites-file-columns"),
    (b"name,site\na,b\n", "sites-file-columns"),
    (b"name\n\xff\n", "sites-file-encoding"),
    (b"name\n\x00\n", "sites-file-encoding"),
    (b'name\n"Kep\n', "sites-file-broken"),
    (b"name\n" + b"a\n" * 1001, "sites-file-long"),
    (b"name\n" + b"a" * 200_000, "sites-file-broken"),
])  # fmt: skip
def test_what_is_no_list_is_refused(content, code):
    with pytest.raises(SitesFileInvalid) as refused:
        read_sites_csv(content)
    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize(("line", "codes"), [
    (SiteLine(line=2, name="Kep House", town="Kep", reference="K-1"), []),
    (SiteLine(line=2, name=" "), ["site-name-missing"]),
    (SiteLine(line=2, name="x" * 151), ["field-too-long"]),
    (SiteLine(line=2, name="a\nb", reference="=1"), ["field-line", "site-formula"]),
    (SiteLine(line=2, name="@SUM(A1)", town="+1"), ["site-formula", "site-formula"]),
])  # fmt: skip
def test_what_is_wrong_with_a_line_is_named(line, codes):
    assert [problem.code for problem in line_problems(line)] == codes
