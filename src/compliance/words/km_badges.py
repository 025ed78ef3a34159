"""What badges say, in Khmer."""

SENTENCES: dict[str, str] = {
    "badge-title": "ការការពារកុមារក្នុងវិស័យធ្វើដំណើរ និងទេសចរណ៍",
    "badge-status-valid": "មានសុពលភាពរហូតដល់ {day}",
    "badge-status-signing": "មិនទាន់មានសុពលភាព៖ កំពុងចុះហត្ថលេខា",
    "badge-status-early": "មិនទាន់មានសុពលភាព៖ ថ្ងៃដំបូងរបស់វាមិនទាន់មកដល់",
    "badge-status-suspended": "គ្មានសុពលភាព៖ ត្រូវបានផ្អាក",
    "badge-status-withdrawn": "គ្មានសុពលភាព៖ ត្រូវបានដកហូត",
    "badge-status-expired": "គ្មានសុពលភាព៖ ផុតកំណត់នៅ {day}",
    "badge-status-superseded": "គ្មានសុពលភាព៖ ត្រូវបានជំនួសដោយវិញ្ញាបនបត្រថ្មី",
    "badge-checked-desk_verified": "អ្នកពិនិត្យបានពិនិត្យតាមឯកសារ",
    "badge-checked-site_verified": "អ្នកពិនិត្យបានពិនិត្យនៅទីតាំងផ្ទាល់",
    "badge-demo": "ការបង្ហាញសាកល្បង។ មិនមែនជាវិញ្ញាបនបត្រពិតទេ។",
    "badge-described": "វិញ្ញាបនបត្រ {number} របស់ {holder}។ {status}។ {checked}។ សូមពិនិត្យមើលនៅ {address}",
}
