"""Removal of what surrounds a name: 様, Mr, 株式会社. All functions take folded text."""

import re
from typing import NamedTuple

from portal.values.names.letters import split

_COURTESY = re.compile(r"(?:(?:[様樣]|御中|(?<=\W)(?:殿|サマ)|(?<=\w\w\w)殿)[\W_]*)+$")
"""Titles at the end of an order's name. 殿 and サマ also end real names (鵜殿, アサマ): they count as titles only
after a separator, 殿 also after three letters."""
_TYPED_COURTESY = re.compile(r"(?:[様樣]|御中|殿|サマ|ドノ|サン)[\W_]*$")
_LATIN_COURTESY = frozenset({"mr", "mrs", "ms", "miss", "dr"})

_FORMS = {
    # legal form: (its reading, its signs in brackets; those in kana are used in bank transfers)
    "株式会社": ("カブシキ[カガ]イシャ", "株 カ"),
    "有限会社": ("ユウゲン[カガ]イシャ", "有 ユ"),
    "合同会社": ("ゴウドウ[カガ]イシャ", "同 合 合同 ド"),
    "合資会社": ("ゴウシ[カガ]イシャ", "資 シ"),
    "合名会社": ("ゴウメイ[カガ]イシャ", "名 メ"),
    "相互会社": ("ソウゴ[カガ]イシャ", "相 ソ"),
    "一般社団法人": ("イッパンシャダンホウジン", "一社"),
    "公益社団法人": ("コウエキシャダンホウジン", "公社"),
    "一般財団法人": ("イッパンザイダンホウジン", "一財"),
    "公益財団法人": ("コウエキザイダンホウジン", "公財"),
    "(?:社会)?医療法人(?:社団|財団)?": ("イリョウホウジン(?:シャダン|ザイダン)?", "医 医社 医財 イ"),
    "社団法人": ("シャダンホウジン", "社 シャ"),
    "財団法人": ("ザイダンホウジン", "財 ザイ"),
    "学校法人": ("ガッコウホウジン", "学 ガク"),
    "宗教法人": ("シュウキョウホウジン", "宗 シュウ"),
    "社会福祉法人": ("シャカイフクシホウジン", "福 社福 フク"),
    "特定非営利活動法人|npo法人": ("トクテイヒエイリカツドウホウジン|エヌピーオーホウジン", "特非 npo トクヒ"),
    "独立行政法人": ("ドクリツギョウセイホウジン", "独 ドク"),
    "国立大学法人": ("コクリツダイガクホウジン", "大 ダイ"),
    "農事組合法人": ("ノウジクミアイホウジン", "農 ノウ"),
    "監査法人": ("カンサホウジン", "監"),
    "弁護士法人": ("ベンゴシホウジン", "弁 ベン"),
    "税理士法人": ("ゼイリシホウジン", "税 ゼイ"),
    "司法書士法人": ("シホウショシホウジン", "司 シホウ"),
    "行政書士法人": ("ギョウセイショシホウジン", "行 ギョ"),
    "社会保険労務士法人": ("シャカイホケンロウムシホウジン", "労 ロウム"),
}
_LATIN_FORMS = {
    # last parts of the name: the legal form that they translate, as far as one can tell
    ("co", "ltd"): "株式会社",
    ("kabushiki", "kaisha"): "株式会社",
    ("kabushiki", "gaisha"): "株式会社",
    ("k", "k"): "株式会社",
    ("ltd",): "株式会社",
    ("limited",): "株式会社",
    ("inc",): "株式会社",
    ("incorporated",): "株式会社",
    ("corp",): "株式会社",
    ("corporation",): "株式会社",
    ("godo", "kaisha"): "合同会社",
    ("godo", "gaisha"): "合同会社",
    ("llc",): "合同会社",
}
_BRACKETS = str.maketrans("[{〔【〈《「『〘〖]}〕】〉》」』〙〗", "(((((((((())))))))))")
_MAY_HOLD_A_FORM = re.compile(r"[()]|[会會]社|法人|[カガ]イシ|ホウジン")


def _pattern(form: str, reading: str, signs: str) -> re.Pattern[str]:
    """Return the pattern of a form, also in old kanji or large kana. Its sign may lack the outer bracket: カ)ハヤセ."""
    any_sign = "|".join(signs.split())
    source = f"{form}|{reading}|\\((?:{any_sign})\\)|^\\W*(?:{any_sign})\\)|\\((?:{any_sign})\\W*$"
    for usual, other in zip("会団学国独営弁ッャュョ", "會團學國獨營辯ツヤユヨ", strict=True):
        source = source.replace(usual, f"[{usual}{other}]")
    return re.compile(source)


_PATTERNS = {form: _pattern(form, reading, signs) for form, (reading, signs) in _FORMS.items()}


class Name(NamedTuple):
    parts: tuple[str, ...]
    forms: frozenset[str]
    """Legal forms that stood with the name; companies of different forms are different companies."""


def strip_courtesy(folded: str) -> str:
    """Remove the titles at the end of an order's name, such as 様."""
    return _COURTESY.sub("", folded)


def strip_typed_courtesy(folded: str) -> str:
    """Remove one title at the end of a typed name.

    Compare the text as typed as well: ドノ and サン may belong to the name. What is left must match a whole name.
    """
    return _TYPED_COURTESY.sub("", folded)


def parse(folded: str) -> Name:
    """Split a name into parts, without Mr and legal forms; a form may stand before, after or between the parts."""
    forms = set()
    text = folded.translate(_BRACKETS)
    if _MAY_HOLD_A_FORM.search(text):
        for form, pattern in _PATTERNS.items():
            text, found = pattern.subn(" ", text)
            forms |= {form} if found else set()
    parts = split(text)
    for ending, form in _LATIN_FORMS.items() if parts and parts[-1].isascii() else ():
        if len(parts) > len(ending) and parts[-len(ending) :] == ending:
            parts = parts[: -len(ending)]
            forms.add(form)
    return Name(_without_latin_courtesy(parts), frozenset(forms))


def _without_latin_courtesy(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Remove a title in Latin letters if two parts remain; in a name of two parts, "Dr" or "Miss" may be the name."""
    if len(parts) > 2 and parts[0] in _LATIN_COURTESY:
        parts = parts[1:]
    if len(parts) > 2 and parts[-1] == "sama":
        parts = parts[:-1]
    return parts
