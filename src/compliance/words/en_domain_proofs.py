"""Why the proof of a domain could not be read, in English, for the organisation that laid it out."""

FAILURES: dict[str, str] = {
    # DNS
    "host-not-found": "There is no such domain, or it has no address.",
    "dns-timed-out": "The domain's name servers did not answer in time.",
    "dns-failed": "The domain's name servers gave no usable answer.",
    # The file
    "url-not-allowed": "The file's address cannot be opened.",
    "address-not-public": "The domain leads to an address that is not on the public internet.",
    "unreachable": "The website could not be reached.",
    "tls-failed": "The website's certificate (https) is not valid.",
    "timed-out": "The website did not answer in time.",
    "redirected": "The file's address leads on to another one; it must answer itself.",
    "status-refused": "The website has no file at that address.",
    "too-large": "The file holds more than the text.",
    "encoded": "The website sent the file compressed.",
    "not-text": "The file is no plain text.",
}
