"""The table of carriers: services, links, number shapes, time slots. Their tracking words stand in `statuses`.

Sources: the carriers' public tracking and redelivery pages; the slot codes of B2クラウド, e飛伝III and ゆうプリR; ends of
time slots: Yamato's change of 2017-06-19, and Japan Post's of 2024-10-01 (announced 2024-01-30), both by the day of handing over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType


def N_(name: str) -> str:  # noqa: N802 - the mark by which texts for translation are found
    return name


@dataclass(frozen=True)
class TimeSlot:
    """Hours of the day in Tokyo. Without `since` it ends at `until`; the morning ends at twelve."""

    since: int | None
    until: int
    first_on: date | None = field(default=None, compare=False)
    """First day on which a parcel that is handed over may ask for it; None if it has always been offered."""
    last_on: date | None = field(default=None, compare=False)
    """Last such day; None as long as no end is known."""

    def is_offered(self, on: date) -> bool:
        return (self.first_on is None or self.first_on <= on) and (self.last_on is None or on <= self.last_on)

    @property
    def words(self) -> str:
        if self.since is None:
            return "午前中" if self.until == 12 else f"{self.until}時まで"
        return f"{self.since}時〜{self.until}時"


@dataclass(frozen=True)
class Service:
    name: str
    """Name as shown; pages in other languages look it up in their translations."""
    words: str
    """Regular expression that finds it in a file's words (NFKC, lower case, without spaces)."""
    takes_date: bool = True
    """True if a date and time slot can be asked for."""
    tracked: bool = True


@dataclass(frozen=True)
class Carrier:
    code: str
    name: str
    words: str
    """Regular expression of the carrier's own names, matched like `Service.words`."""
    services: tuple[Service, ...] = ()
    tracking_url: str | None = None
    """URL of the tracking page, with {number} for the digits without hyphens."""
    redelivery_url: str | None = None
    number_shape: str | None = None
    """Regular expression of a number without hyphens, None for any."""
    has_check_digit: bool = False
    """True if numbers have twelve digits, the last being the first eleven modulo 7."""
    slots: Mapping[str, TimeSlot] = field(default_factory=lambda: MappingProxyType({}))
    """Time slot by code of the slip software."""


_MORNING = TimeSlot(None, 12)
_LETTERS = "ぁ-んァ-ヶー一-龠々"
_ENDS = (
    rf"(?=$|[^{_LETTERS}a-z0-9]|便(?!り|箋|せん)|宅[急配]便|クール|メール便|dm|コンパクト便|ネコポス|ゆう[パメ]|タイム便"
    r"|[着元発]払|代引|コレクト|配送|発送|配達|営業所|で(?:発送|配送|配達|お届け)|指定|楽天|コンビニ)"
)
"""What may follow a carrier's short name: a sign, or words that speak of sending. ヤマト糊 and 佐川商店 are no carriers."""


def _short(*names: str) -> str:
    """Return the pattern of short names that stand for themselves and not within another name."""
    return rf"(?<![{_LETTERS}])(?:{'|'.join(names)}){_ENDS}"


def _latin(names: str, more: str) -> str:
    """Return the pattern of names in Latin letters, alone or before one of `more`: spaces are gone when it is sought."""
    return rf"(?<![a-z])(?:{names})(?=$|[^a-z]|{more})"


YAMATO = Carrier(
    code="yamato",
    name=N_("ヤマト運輸"),
    words=rf"ヤマト運輸|クロネコヤマト|{_short('ヤマト', 'クロネコ')}|{_latin('yamato|kuroneko', 'transport|kuroneko|yamato|un')}|^1001$",
    services=(
        # Japan Post delivers it, but it has a Yamato number on a Yamato slip.
        Service(N_("クロネコゆうパケット"), r"(?:クロネコ|ヤマト)[^ゆ]*ゆうパケット", takes_date=False),
        Service(N_("クロネコゆうメール"), r"(?:クロネコ|ヤマト)[^ゆ]*ゆうメール", takes_date=False, tracked=False),
        Service(N_("宅急便コンパクト"), r"宅急便コンパクト|(?:ヤマト|クロネコ)(?:運輸)?コンパクト便|yamato_compact"),
        Service(N_("ネコポス"), r"ネコポス|nekopos", takes_date=False),
        Service(N_("クロネコDM便"), r"クロネコdm|ヤマト(?:運輸)?dm|クロネコメール便|yamato_mail", takes_date=False),
        Service(N_("宅急便"), r"宅急便|yamato_poa"),
    ),
    tracking_url="https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={number}",
    redelivery_url="https://syuhai.kuronekoyamato.co.jp/saihai/SRMENU",
    number_shape=r"[0-9]{12}",
    has_check_digit=True,
    slots={
        "0812": _MORNING,
        "1214": TimeSlot(12, 14, last_on=date(2017, 6, 18)),
        "1416": TimeSlot(14, 16),
        "1618": TimeSlot(16, 18),
        "1820": TimeSlot(18, 20),
        "1921": TimeSlot(19, 21, first_on=date(2017, 6, 19)),
        "2021": TimeSlot(20, 21, last_on=date(2017, 6, 18)),
        "0010": TimeSlot(None, 10),
        "0017": TimeSlot(None, 17),
    },
)

SAGAWA = Carrier(
    code="sagawa",
    name=N_("佐川急便"),
    words=rf"佐川急便|{_short('佐川', '飛脚')}|{_latin('sagawa', 'express|kyubin')}|^1002$",
    services=(
        Service(N_("飛脚ゆうパケット便"), r"(?:飛脚|佐川)[^ゆ]*ゆうパケット", takes_date=False),
        Service(
            N_("飛脚ゆうメール便"), r"(?:飛脚|佐川)[^ゆ]*ゆうメール|sagawa_yu_mail", takes_date=False, tracked=False
        ),
        Service(N_("飛脚メール便"), r"飛脚メール|佐川(?:急便)?メール|sagawa_mail", takes_date=False),
        Service(N_("飛脚宅配便"), r"飛脚(?:宅配|クール|ラージ|即日|航空)"),
    ),
    tracking_url="https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={number}",
    redelivery_url="https://www.e-service.sagawa-exp.co.jp/e/f.d",
    number_shape=r"[0-9]{10,12}",
    has_check_digit=True,
    slots={
        "01": _MORNING,
        "12": TimeSlot(12, 14),
        "14": TimeSlot(14, 16),
        "16": TimeSlot(16, 18),
        "18": TimeSlot(18, 20),
        "19": TimeSlot(19, 21),
        "04": TimeSlot(18, 21),
    },
)

JAPAN_POST = Carrier(
    code="japanpost",
    name=N_("日本郵便"),
    words=r"日本郵便|普通郵便|^郵便局$|japan_?post|^1003$",
    services=(
        Service(N_("ゆうパケットポスト"), r"ゆうパケットポスト", takes_date=False),
        Service(N_("ゆうパケットプラス"), r"ゆうパケットプラス", takes_date=False),
        Service(N_("ゆうパケット"), r"(?:ゆう|ユウ)パケット|yu_?packet", takes_date=False),
        Service(N_("ゆうパック"), r"(?:ゆう|ユウ)パック|you_?pack|yu_?pack(?!et)"),
        Service(N_("ゆうメール"), r"(?:ゆう|ユウ)メール|yu_?mail", takes_date=False, tracked=False),
        Service(N_("レターパックプラス"), r"レターパック.?プラス|letter_pack_plus", takes_date=False),
        Service(N_("レターパックライト"), r"レターパック.?ライト|letter_pack_light", takes_date=False),
        Service(N_("レターパック"), r"レターパック|letter_?pack", takes_date=False),
        Service(N_("スマートレター"), r"スマートレター|smart_?letter", takes_date=False, tracked=False),
        Service(N_("クリックポスト"), r"クリックポスト|click_?post", takes_date=False),
        Service(N_("特定記録郵便"), r"特定記録|acceptance_recorded_mail", takes_date=False),
        Service(N_("簡易書留"), r"簡易書留", takes_date=False),
        Service(N_("書留"), r"書留", takes_date=False),
        Service(N_("定形外郵便"), r"定形外|non_standard_size_mail", takes_date=False, tracked=False),
        Service(N_("定形郵便"), r"定形郵便|standard_size_mail", takes_date=False, tracked=False),
        Service("EMS", r"(?<![a-z])ems(?![a-z])", takes_date=False),
    ),
    tracking_url="https://trackings.post.japanpost.jp/services/srv/search/direct?locale=ja&reqCodeNo1={number}",
    redelivery_url="https://trackings.post.japanpost.jp/delivery/deli/",
    number_shape=r"[0-9]{11,13}|[A-Z]{2}[0-9]{9}[A-Z]{2}",
    has_check_digit=True,
    slots={
        "51": _MORNING,
        "52": TimeSlot(12, 14),
        "53": TimeSlot(14, 16),
        "54": TimeSlot(16, 18),
        "55": TimeSlot(18, 20),
        "56": TimeSlot(20, 21, last_on=date(2024, 9, 30)),
        "57": TimeSlot(19, 21),
    },
)

FUKUYAMA = Carrier(
    code="fukuyama",
    name=N_("福山通運"),
    words=rf"福山通運|{_short('福通')}|{_latin('fukuyama|fukutsu', 'transport|express')}|^1006$",
    tracking_url="https://corp.fukutsu.co.jp/situation/tracking_no_hunt/{number}",
    number_shape=r"[0-9]{10,12}",
)

SEINO = Carrier(
    code="seino",
    name=N_("西濃運輸"),
    words=rf"西濃運輸|{_short('西濃', 'カンガルー')}|{_latin('seino', 'transport|express')}|^1004$",
    services=(
        Service(N_("カンガルーミニ便"), r"カンガルーミニ|seino_mini"),
        Service(N_("カンガルー特急便"), r"カンガルー特急|seino_express"),
        Service(N_("カンガルー便"), r"カンガルー便"),
    ),
    tracking_url="https://track.seino.co.jp/cgi-bin/gnpquery.pgm?GNPNO1={number}",
    redelivery_url="https://track.seino.co.jp/redeli/menuDelivery.do",
    number_shape=r"[0-9]{10,11}",
)

OTHER = Carrier(
    code="other",
    name="その他",
    words=(
        rf"エコ配|ecohai|日本通運|{_short('日通', 'トナミ', '名鉄')}|nittsu|トナミ運輸|tonami|名鉄(?:運輸|nx)|第一貨物|新潟運輸|中越運送"
        r"|岡山県貨物|久留米運送|西部運輸|近物レックス|トールエクスプレス|山陽自動車|rakutenexpress|楽天express|宅配急便"
        r"|(?<![a-z])dhl|fedex|fed_ex|(?<![a-z])ups(?![a-z])|デリバリープロバイダ|(?<![a-z])sbs(?![a-z])|ラストワンマイル|自社便|自社配送|チャーター|メーカー直送|店頭受取|倉庫受取|バイク便"
        r"|^その他$|^(?:1000|1005|1007|1008|1009|1010|1011|1012|1013)$"
    ),
)

CARRIERS = (YAMATO, SAGAWA, JAPAN_POST, FUKUYAMA, SEINO, OTHER)
