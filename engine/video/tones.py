"""What an HDR signal of Rec. ITU-R BT.2100 looks like on an SDR display of Rec. ITU-R BT.709.

HDR reference white (203 cd/m², Report ITU-R BT.2408 §2.1: 75 % of an HLG signal, 58 % of a PQ one) stands for SDR's
white, as in that report's mapping of SDR into HDR by display light (§5.1). Up to 90 cd/m² this is undone exactly;
from there to 1000 cd/m² the highlights are rolled off (Report ITU-R BT.2390 §5.4.1), reference white to 0.91.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

import numpy as np

from engine.types import F64


class Hdr(Enum):
    """The two transfer functions of BT.2100."""

    HLG = "HLG"
    PQ = "PQ"


class Gamut(Enum):
    """The chromaticities x, y of red, green and blue, all with the white point D65.

    BT.2020-2 table 3, BT.709-6 §1.3, SMPTE EG 432-1 (P3 as displays and phones have it).
    """

    BT2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
    BT709 = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
    P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))


_D65 = (0.3127, 0.3290)
_WHITE = 203.0  # cd/m², of diffuse white: BT.2408 table 1
# cd/m², of an HLG display and of PQ programmes (BT.2100 table 5, BT.2408 §6.2); what is brighter is white
_PEAK = 1000.0
_SDR_GAMMA = 2.4  # BT.1886 annex 1, black at 0
_A = 0.17883277  # HLG, BT.2100 table 5, with _B and _C
_B = 1 - 4 * _A
_C = 0.5 - _A * np.log(4 * _A)
_LUMA_2020 = np.array([0.2627, 0.6780, 0.0593])  # BT.2100 table 5
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128  # PQ, BT.2100 table 4, with the next line
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def shown_as_sdr(signal: F64, hdr: Hdr, gamut: Gamut) -> F64:
    """The SDR signal R'G'B' for an HDR one, both [..., 3] in 0–1."""
    light = _hlg_light(signal) if hdr is Hdr.HLG else _pq_light(signal)
    into_709 = np.linalg.inv(_to_xyz(Gamut.BT709)) @ _to_xyz(gamut)
    toned = _rolled_off(np.minimum(_within_gamut(light @ into_709.T), _PEAK))
    return np.asarray(np.clip(toned / _WHITE, 0.0, 1.0) ** (1 / _SDR_GAMMA))


def _hlg_light(signal: F64) -> F64:
    """cd/m² on a display of 1000 cd/m²: inverse OETF, then OOTF with a gamma of 1.2 (BT.2100 table 5)."""
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - _C) / _A) + _B) / 12)
    return np.asarray(_PEAK * (scene @ _LUMA_2020)[..., None] ** 0.2 * scene)


def _pq_light(signal: F64) -> F64:
    """cd/m²: EOTF, BT.2100 table 4."""
    root = signal ** (1 / _M2)
    return np.asarray(10_000 * (np.maximum(root - _C1, 0) / (_C2 - _C3 * root)) ** (1 / _M1))


def _pq_signal(light: F64) -> F64:
    """The inverse EOTF, BT.2100 table 4."""
    power = (light / 10_000) ** _M1
    return np.asarray(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)


def _rolled_off(light: F64) -> F64:
    """cd/m² up to `_PEAK` into up to `_WHITE`: the EETF of BT.2390 §5.4.1, for each colour by itself.

    By the colour's luminance alone, bright saturated colours would turn pale or leave the range.
    """
    source_peak, most = _pq_signal(np.array([_PEAK, _WHITE]))
    most = most / source_peak
    knee = 1.5 * most - 0.5
    e1 = _pq_signal(light) / source_peak
    t = (e1 - knee) / (1 - knee)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    return _pq_light(np.where(e1 < knee, e1, spline) * source_peak)


def _within_gamut(light: F64) -> F64:
    """Colours that BT.709 has not are mixed with as much grey of their luminance as makes them possible.

    Cutting off what is negative, as in Report ITU-R BT.2407 §2, would change their luminance and hue.
    """
    grey = (light @ _to_xyz(Gamut.BT709)[1])[..., None]
    lowest = light.min(axis=-1, keepdims=True)
    kept = np.where(lowest < 0, grey / np.maximum(grey - lowest, 1e-12), 1.0)
    return np.asarray(np.maximum(grey + kept * (light - grey), 0.0))


@lru_cache
def _to_xyz(gamut: Gamut) -> F64:
    """float64 [3, 3]: linear R, G, B to X, Y, Z (SMPTE RP 177); two of them make the matrix of BT.2407 §2."""
    colours = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in gamut.value]).T
    x, y = _D65
    return np.asarray(colours * np.linalg.solve(colours, np.array([x / y, 1.0, (1 - x - y) / y])))
