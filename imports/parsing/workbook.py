def is_archive(file):
    return False
Workbook = None
