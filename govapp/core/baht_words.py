"""Sums of money in Thai words, as contracts and receipts write them beside the figures.

เอ็ด stands for a final one after any higher digit (101 is หนึ่งร้อยเอ็ด), as the Royal Institute has it.
"""

_DIGITS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")
_MILLION = 1_000_000


def baht_words(satang: int) -> str:
    """`หนึ่งบาทห้าสิบสตางค์` for 150; whole baht end in ถ้วน, less than nothing begins with ลบ."""
    sign = "ลบ" if satang < 0 else ""
    baht, rest = divmod(abs(satang), 100)
    if not rest:
        return f"{sign}{number_words(baht)}บาทถ้วน"
    whole = f"{number_words(baht)}บาท" if baht else ""
    return f"{sign}{whole}{number_words(rest)}สตางค์"


def number_words(number: int) -> str:
    """`สามสิบเก้า` for 39; raises ValueError below zero."""
    if number < 0:
        raise ValueError("number must not be negative")
    if number == 0:
        return "ศูนย์"
    millions, rest = divmod(number, _MILLION)
    before = f"{number_words(millions)}ล้าน" if millions else ""
    return before + _below_a_million(rest, after_more=bool(millions))


def _below_a_million(number: int, after_more: bool) -> str:
    digits = [int(digit) for digit in str(number)]
    words = []
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit:
            more = after_more or place < len(digits) - 1
            words.append(_digit(digit, place, more) + _PLACES[place])
    return "".join(words)


def _digit(digit: int, place: int, after_more: bool) -> str:
    if place == 0 and digit == 1 and after_more:
        return "เอ็ด"
    if place == 1 and digit <= 2:
        return ("", "", "ยี่")[digit]
    return _DIGITS[digit]
