"""The 47 prefectures, from north to south in the order of their official numbers (JIS X 0401), and other names for them."""

import re
import unicodedata

PREFECTURES = (
    *("北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県"),
    *("茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県"),
    *("新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県"),
    *("三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県"),
    *("鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県"),
    *("福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県"),
)

_IN_LATIN = (
    *("hokkaido", "aomori", "iwate", "miyagi", "akita", "yamagata", "fukushima"),
    *("ibaraki", "tochigi", "gunma", "saitama", "chiba", "tokyo", "kanagawa"),
    *("niigata", "toyama", "ishikawa", "fukui", "yamanashi", "nagano", "gifu", "shizuoka", "aichi"),
    *("mie", "shiga", "kyoto", "osaka", "hyogo", "nara", "wakayama"),
    *("tottori", "shimane", "okayama", "hiroshima", "yamaguchi", "tokushima", "kagawa", "ehime", "kochi"),
    *("fukuoka", "saga", "nagasaki", "kumamoto", "oita", "miyazaki", "kagoshima", "okinawa"),
)
_NAMES = {
    **{name: name for name in PREFECTURES},
    **{name[:-1]: name for name in PREFECTURES if name != "北海道"},
    **dict(zip(_IN_LATIN, PREFECTURES, strict=True)),
    **{f"jp-{number:02}": name for number, name in enumerate(PREFECTURES, 1)},
}
_KIND_IN_LATIN = re.compile(r"[- ]?(?:to|fu|ken|prefecture)\Z")


def known(text: str) -> str:
    """Return the prefecture that a cell names as 大阪府, 大阪, Ōsaka, Osaka-fu or JP-27 (ISO 3166-2); "" if none."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    latin = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", plain)) if plain[:1] < "\u3000" else plain
    return _NAMES.get(latin) or _NAMES.get(_KIND_IN_LATIN.sub("", latin), "")
