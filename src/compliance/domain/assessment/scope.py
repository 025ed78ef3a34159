"""What an assessment and its certificate speak for: one country, one sector, a set of sites."""

from msgspec import Struct

from compliance.domain.assessment.answers_file import Country


class Site(Struct, frozen=True, forbid_unknown_fields=True):
    """One place of business. Ids are unique among all organisations; a name may change, its id never."""

    id: str
    name: str


class Scope(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One country, one sector, one site or a named set of sites."""

    country: Country
    sector: str
    sites: tuple[Site, ...]
    """At least one, each once. Over several, every item is answered for the weakest."""

    def overlaps(self, other: "Scope") -> bool:
        """Whether some site stands in both, for the same sector."""
        return self.sector == other.sector and not self.site_ids.isdisjoint(other.site_ids)

    def covers(self, other: "Scope") -> bool:
        """Whether every site of the other stands in this one, for the same sector."""
        return self.sector == other.sector and self.site_ids >= other.site_ids

    @property
    def site_ids(self) -> frozenset[str]:
        """The ids of its sites."""
        return frozenset(site.id for site in self.sites)
