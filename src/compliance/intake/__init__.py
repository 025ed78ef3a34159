"""Everything from outside comes in here: questionnaires, answers, spreadsheets → structs; every limit on hostile input."""
