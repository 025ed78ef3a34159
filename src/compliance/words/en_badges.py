"""What badges say, in English: one sentence for each status, since a colour alone tells nobody anything."""

SENTENCES: dict[str, str] = {
    "badge-title": "Protecting children in travel and tourism",
    "badge-status-valid": "Valid until {day}",
    "badge-status-signing": "Not valid yet: being signed",
    "badge-status-early": "Not valid yet: its first day is still to come",
    "badge-status-suspended": "Not valid: suspended",
    "badge-status-withdrawn": "Not valid: withdrawn",
    "badge-status-expired": "Not valid: expired on {day}",
    "badge-status-superseded": "Not valid: replaced by a newer one",
    "badge-checked-desk_verified": "Checked from documents by a reviewer",
    "badge-checked-site_verified": "Checked on site by a reviewer",
    "badge-demo": "Demonstration. Not a real certificate.",
    "badge-described": "Certificate {number} of {holder}. {status}. {checked}. Look it up at {address}",
}
