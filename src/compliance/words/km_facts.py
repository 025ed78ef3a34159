"""Words and clauses that problems name as their facts, in Khmer. Not yet reviewed by a native-speaking expert.

A fact is otherwise a name, a number, a day or what somebody wrote, and is said as it is.
"""

from collections.abc import Mapping

FACTS: Mapping[str, Mapping[str, str]] = {
    "assessment": {
        "draft": "សេចក្តីព្រាង",
        "submitted": "បានដាក់ជូន",
        "in_review": "កំពុងពិនិត្យ",
        "returned": "បានបញ្ជូនមកវិញដើម្បីបំភ្លឺ",
        "decided": "បានសម្រេច",
        "released": "បានចេញសេចក្តីសម្រេច",
        "withdrawn": "បានដកវិញ",
        "expired": "ផុតកំណត់",
    },
    "task": {
        "open": "មិនទាន់ធ្វើ",
        "in_progress": "កំពុងធ្វើ",
        "done": "រួចរាល់",
        "verified": "បានផ្ទៀងផ្ទាត់",
        "dropped": "បានបោះបង់",
    },
    "certificate": {
        "active": "មានសុពលភាព",
        "expired": "ផុតកំណត់",
        "superseded": "ត្រូវបានជំនួស",
        "suspended": "ត្រូវបានផ្អាក",
        "withdrawn": "ត្រូវបានដកហូត",
    },
    "invitation": {
        "sent": "បានផ្ញើ",
        "accepted": "បានទទួលយក",
        "expired": "ផុតកំណត់",
        "revoked": "ត្រូវបានដកវិញ",
    },
    "source": {
        "typed": "បានវាយបញ្ចូល",
        "carried": "យកមកពីការវាយតម្លៃមុន",
        "proposed": "ស្នើឡើងតាមផែនការ",
    },
    "role": {
        "owner": "ម្ចាស់គណនីអង្គភាព",
        "contributor": "អ្នករួមចំណែក",
        "signatory": "អ្នកចុះហត្ថលេខា",
        "auditor": "សវនករ",
        "decider": "អ្នកសម្រេច",
        "appeals": "សមាជិកផ្នែកបណ្តឹងឧទ្ធរណ៍",
        "author": "អ្នកនិពន្ធកម្រងសំណួរ",
        "client": "អតិថិជននៃវេទិកា",
        "admin": "អ្នកគ្រប់គ្រងសេវា",
    },
    "answer": {
        "yes": "បាទ/ចាស",
        "no": "ទេ",
        "true": "បាទ/ចាស",
        "false": "ទេ",
        "never": "មិនដែល",
        "declared": "បានប្រកាស",
        "documented": "មានឯកសារបញ្ជាក់",
        "verified_remotely": "បានផ្ទៀងផ្ទាត់តាមឯកសារ",
        "verified_on_site": "បានផ្ទៀងផ្ទាត់ដល់ទីតាំង",
        "file": "ឯកសារ",
        "record": "កំណត់ត្រា",
        "decisions": "សេចក្តីសម្រេច",
        "sample": "គំរូ",
        "nothing": "គ្មានអ្វី",
        "any": "គ្មានកំណត់",
        "text": "អត្ថបទ",
        "a list": "បញ្ជី",
        "a whole number": "ចំនួនគត់",
        "a day written YYYY-MM-DD": "ថ្ងៃ តាមលំដាប់ ឆ្នាំ-ខែ-ថ្ងៃ",
        "keys and values": "ឈ្មោះនិងតម្លៃ",
    },
    # Why a file is refused
    "file": {
        "it is of two kinds at once": "វាជាឯកសារពីរប្រភេទក្នុងពេលតែមួយ",
        "its beginning is not that of a PNG": "ផ្នែកដើមរបស់វាមិនមែនជារបស់ PNG ទេ",
        "it has no width or no height": "វាគ្មានទទឹង ឬគ្មានកម្ពស់",
        "it does not end where a PNG ends": "វាមិនចប់ត្រង់កន្លែងដែល PNG ត្រូវចប់ទេ",
        "it is cut off or damaged": "វាដាច់ ឬខូច",
        "it is cut off, or something stands after its end": "វាដាច់ ឬមានអ្វីមួយនៅក្រោយចុងបញ្ចប់របស់វា",
        "something stands before its beginning": "មានអ្វីមួយនៅមុនផ្នែកដើមរបស់វា",
        "something stands before its beginning or between its parts": "មានអ្វីមួយនៅមុនផ្នែកដើម ឬនៅចន្លោះផ្នែករបស់វា",
        "the archive inside it cannot be read": "កញ្ចប់ឯកសារនៅខាងក្នុងវា មិនអាចអានបានទេ",
        "it names its parts in a way that no office programme does": "ឈ្មោះផ្នែករបស់វា មិនដូចឯកសារនៃកម្មវិធីការិយាល័យណាមួយទេ",
        "it is packed in a way that no office programme uses": "វាត្រូវបានវេចខ្ចប់តាមរបៀបដែលគ្មានកម្មវិធីការិយាល័យណាប្រើ",
        "a part of it is missing": "ផ្នែកមួយរបស់វាបាត់",
    },
    "workbook": {
        "it declares a document type": "វាមានការប្រកាសប្រភេទឯកសារ",
        "it cannot be opened": "វាមិនអាចបើកបានទេ",
        "a sheet is missing, or its first row was changed": "សន្លឹកមួយបាត់ ឬជួរដេកទីមួយត្រូវបានកែ",
        "it was made by another version of this programme": "វាត្រូវបានបង្កើតដោយកំណែផ្សេងនៃកម្មវិធីនេះ",
        "it does not say which questionnaire it is of": "វាមិនប្រាប់ថាជារបស់កម្រងសំណួរណា",
        "there is no sheet with translations": "គ្មានសន្លឹកដែលមានការបកប្រែ",
    },
}
"""Vocabulary → word or clause as the problem has it → what is said."""
