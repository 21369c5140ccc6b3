"""Which currency a file means: the codes of ISO 4217, signs, and a row whose amounts and currency have to agree."""

from collections.abc import Sequence

# What is in use.
_NOW = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP
PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND
TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
# What went out of use since 2000: exports reach back.
_BEFORE = """
AFA ATS AZM BEF BYR CSD CUC CYP DEM EEK ESP FIM FRF GHC GRD HRK IEP ITL LTL LUF LVL MGF MRO MTL MZM NLG PTE
ROL SDD SIT SKK SLL STD TMM TRL VEB VEF XEU YUM ZMK ZWD ZWL ZWN ZWR
"""
CODES = frozenset((_NOW + _BEFORE).split())

# The currencies a sign is written for. A longer sign stands before one that is its end.
SIGNS = {
    sign: tuple(codes.split())
    for sign, codes in {
        "US$": "USD", "CA$": "CAD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "R$": "BRL", "A$": "AUD",
        "$": "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU DOP BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD"
        " TTD XCD BRL CVE NIO TOP CUP",
        "€": "EUR", "£": "GBP", "¥": "JPY CNY", "₹": "INR", "₩": "KRW", "₪": "ILS", "₫": "VND", "₴": "UAH",
    }.items()
}  # fmt: skip


def code_of(text: str, otherwise: str) -> str:
    """Return the code that a cell of currencies says; a sign of several is ``otherwise`` where that is one of them.

    ValueError for what is no code of ISO 4217 and no sign of one currency.
    """
    word = text.strip()
    meant = SIGNS.get(word, (word.upper(),))
    if otherwise in meant:
        return otherwise
    if len(meant) > 1:
        raise ValueError(f"{word!r} may be {_some(meant)}; a code such as {meant[0]} tells")
    if meant[0] not in CODES:
        raise ValueError(f"{word[:40]!r} is no currency code of ISO 4217, such as EUR")
    return meant[0]


def agreed(
    said: str | None, named: Sequence[tuple[str, str, tuple[str, ...]]], otherwise: str
) -> tuple[str | None, list[tuple[str, str]]]:
    """Return the currency of a row, and what does not fit it as (header, reason).

    ``said`` is what its column for currencies says; ``named`` are the amounts that name one, as (header, cell, the
    currencies it can be). ``otherwise`` is the currency of amounts that name none.
    """
    bad = []
    for header, cell, meant in sorted(named, key=lambda each: len(each[2])):
        if said is None and (otherwise in meant or len(meant) == 1):
            said = otherwise if otherwise in meant else meant[0]
        elif said is None:
            bad.append(
                (header, f"{cell[:40]!r} may be {_some(meant)}, not {otherwise}; a code such as {meant[0]} tells")
            )
        elif said not in meant:
            bad.append((header, f"{cell[:40]!r} is an amount in {_some(meant)}, and the row's currency is {said}"))
    return said, bad


def _some(codes: Sequence[str]) -> str:
    return f"{', '.join(codes[:-1][:3])} or {'others' if len(codes) > 4 else codes[-1]}" if codes[1:] else codes[0]
