"""Sets the second proof up on the pages, as a person with a phone does."""

from datetime import timedelta

import pyotp

from visitor import PASSWORD


class Phone:
    """Shows codes for one account, at the service's time."""

    def __init__(self, service, secret):
        self.service = service
        self.secret = secret

    def code(self, *, steps=0):
        """The code of now, or of some half minutes later."""
        return pyotp.TOTP(self.secret).at(self.service.clock.now + timedelta(seconds=30 * steps))


def set_up_phone(service, guest, password=PASSWORD):
    """The phone of whoever is logged in, whose session then counts as proven; with the page of recovery codes."""
    page = guest.open("/account/second-factor").send("/account/second-factor", password=password)
    phone = Phone(service, page.form("/confirmation").fields["secret"])
    return phone, page.send("/confirmation", code=phone.code())
