"""What is said before somebody uploads evidence. The Khmer is not yet reviewed by a native-speaking expert."""

_WARNINGS: dict[str, str] = {
    "en": "Never upload names or images of children, details of a case, criminal-record certificates, or anything that may "
    "be child sexual abuse material. Papers about persons are described in words as a record, not uploaded. This is not a "
    "reporting channel and nobody watches what comes in here. If a child may be in danger, call the police or the child "
    "helpline of the country: {channels}. Suspected child sexual abuse material is not copied, forwarded or uploaded "
    "anywhere: report where it is to the police or to the hotline that this page names.",
    "km": "សូមកុំបង្ហោះឈ្មោះ ឬរូបភាពរបស់កុមារ ព័ត៌មានលម្អិតនៃករណីណាមួយ លិខិតថ្កោលទោស ឬអ្វីដែលអាចជាឯកសារនៃការរំលោភបំពានផ្លូវភេទលើកុមារ។ "
    "ឯកសារអំពីបុគ្គលត្រូវរៀបរាប់ជាពាក្យជាកំណត់ត្រា មិនត្រូវបង្ហោះទេ។ នេះមិនមែនជាបណ្តាញរាយការណ៍ទេ ហើយគ្មាននរណាតាមដានអ្វីដែលចូលមកទីនេះទេ។ "
    "បើកុមារអាចមានគ្រោះថ្នាក់ សូមទូរស័ព្ទទៅប៉ូលិស ឬខ្សែទូរស័ព្ទជំនួយកុមារនៃប្រទេស៖ {channels}។ "
    "អ្វីដែលសង្ស័យថាជាឯកសារនៃការរំលោភបំពានផ្លូវភេទលើកុមារ មិនត្រូវចម្លង បញ្ជូនបន្ត ឬបង្ហោះនៅទីណាឡើយ៖ "
    "សូមរាយការណ៍ពីទីតាំងរបស់វាទៅប៉ូលិស ឬខ្សែទូរស័ព្ទទាន់ហេតុការណ៍ដែលមានក្នុងទំព័រនេះ។",
}


def upload_warning(language: str, *, channels: str) -> str:
    """What must never be uploaded and where it is reported instead; `channels` is the address of the page of channels.

    In English where the language has none.
    """
    return _WARNINGS.get(language, _WARNINGS["en"]).format(channels=channels)
