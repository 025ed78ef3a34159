from lxml import html

from compliance.web.countries import country_options


def test_countries_are_listed_by_name_in_the_readers_language_and_one_can_be_chosen():
    options = html.fragments_fromstring(str(country_options("KH", "km")))
    assert [each.get("value") for each in options if each.get("selected") is not None] == ["KH"]
    assert len(options) > 240
    assert 'value="CI">Côte' in country_options("", "en")
    for hostile in ('"><script>', "value", "", None, "ZZ"):
        assert country_options(hostile, "en") == country_options(None, "en")
