"""Every page of the service."""

from compliance.web import doors, home
from compliance.web.page import Page

PAGES: tuple[Page, ...] = (*home.PAGES, *doors.PAGES)
