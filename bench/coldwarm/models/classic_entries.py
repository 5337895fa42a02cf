"""The classic graphs of the onnx package: what they are, and what their files must be."""

from __future__ import annotations

from coldwarm.models.zoo import Part, PinnedFile, RealModel, Recipe

PACKAGE, VERSION = "onnx", "1.23.2"
FOLDER = "onnx/backend/test/data/light"


def _both(
    name: str, task: str, source: PinnedFile, onnx: PinnedFile, ir: tuple[PinnedFile, PinnedFile]
) -> tuple[RealModel, RealModel]:
    def model(form: str, step: str, *files: PinnedFile) -> RealModel:
        return RealModel(
            base=name,
            format=form,
            task=task,
            licence="Apache-2.0",
            source="https://github.com/onnx/onnx",
            files=files,
            suite="classic",
            recipe=Recipe(step, source),
        )

    return model("onnx", "weighted-onnx", onnx), model("ir", "weighted-ir", *ir)


def _light(name: str, size: int, sha256: str) -> PinnedFile:
    return PinnedFile(name, size, sha256, (Part(PACKAGE, VERSION, f"{FOLDER}/{name}"),))


CLASSICS = (
    *_both(
        "densenet121",
        "image classification, 121 layers, each fed by all before",
        _light(
            "light_densenet121.onnx",
            214_344,
            "49ddb5712797d6164f1d864bedaad927de4f3909ad1b4ba390a92c2f8150e9f6",
        ),
        PinnedFile(
            "densenet121.onnx",
            32_670_802,
            "baed365238e3d578dfa07d6bd22f3eb4aeac0a933411a53267025a7ff5ee7362",
        ),
        (
            PinnedFile("densenet121.xml", 904_421, None),
            PinnedFile(
                "densenet121.bin",
                32_584_640,
                "ec2585d4a97e76511b698a9431cfc03d5f3eef4ed49a50cd7b54e5b1870dbc72",
            ),
        ),
    ),
    *_both(
        "inception-v1",
        "image classification, GoogLeNet",
        _light(
            "light_inception_v1.onnx",
            36_869,
            "bb7a0e6c370c709f5615eeef961b43628de13d0009ae4d6f4bfb0d5aea5d8270",
        ),
        PinnedFile(
            "inception-v1.onnx",
            28_010_125,
            "f7420e6bb8ce18a8fb9c95e1ec84b16676efb0d4fe61e04d22a1ab8ad4b2e605",
        ),
        (
            PinnedFile("inception-v1.xml", 385_146, None),
            PinnedFile(
                "inception-v1.bin",
                27_994_276,
                "f2c5a660b86c4a2afdc2bf8fbba58f3ef4865cb6b47cea001b462ceb86ff99e6",
            ),
        ),
    ),
    *_both(
        "inception-v2",
        "image classification, Inception with BatchNorm",
        _light(
            "light_inception_v2.onnx",
            159_024,
            "224d77d55b26559a959db627c3f417a623fbf3b3000d25f0939327aa935d933f",
        ),
        PinnedFile(
            "inception-v2.onnx",
            44_999_884,
            "a93b4affce954fc9860ab289ab5add6ef87bc5c56a4bf8536e503f95df02b42b",
        ),
        (
            PinnedFile("inception-v2.xml", 522_477, None),
            PinnedFile(
                "inception-v2.bin",
                44_939_220,
                "a216801a43b559fb606377f54af1838b77358d16203f5642e3068fc41be51cb7",
            ),
        ),
    ),
    *_both(
        "resnet50-v1",
        "image classification, ResNet-50 as first published",
        _light(
            "light_resnet50.onnx",
            79_770,
            "05e77a5c9c9ce0913f549a50d6ebaced5e0ff6817b61e09bae26e4c5bd9055e4",
        ),
        PinnedFile(
            "resnet50-v1.onnx",
            102_469_419,
            "05569a17055e0f60836990fca5f41737035351f10fbfebe3f6d91a32936c2edf",
        ),
        (
            PinnedFile("resnet50-v1.xml", 217_694, None),
            PinnedFile(
                "resnet50-v1.bin",
                102_440_644,
                "e35351c2f47c3e3b999a1c18849c0b59e5e3622df28642a4da40b60b123a4b49",
            ),
        ),
    ),
    *_both(
        "shufflenet",
        "image classification, grouped convolutions",
        _light(
            "light_shufflenet.onnx",
            67_666,
            "c6f406d62be36d6b4572542c0950a2abd59f56237068793290680bba89fbafe5",
        ),
        PinnedFile(
            "shufflenet.onnx",
            5_708_081,
            "e9b6266cfe12670a0d0da6fdc508274356ef89e5c2c406a5e6842d6e0f77dd2a",
        ),
        (
            PinnedFile("shufflenet.xml", 410_817, None),
            PinnedFile(
                "shufflenet.bin",
                5_681_052,
                "30c023dbcb4afc60c346fd264fe09056a3ad8d06dfced376fd01606ffa288f53",
            ),
        ),
    ),
    *_both(
        "squeezenet",
        "image classification, small weights",
        _light(
            "light_squeezenet.onnx",
            15_618,
            "770b0f3c8623e18bf58b53754d710051b4c268248422142980a132bbe6dfe908",
        ),
        PinnedFile(
            "squeezenet.onnx",
            4_948_448,
            "a3e40a333435d6f5d4cecdcd6c940e03337dec793bc605fb446db7a3c32484ae",
        ),
        (
            PinnedFile("squeezenet.xml", 175_046, None),
            PinnedFile(
                "squeezenet.bin",
                4_942_016,
                "b1a907bc71df561ac1accea3e6965fb757867f415039c722c59f6b9198c14bdb",
            ),
        ),
    ),
    *_both(
        "vgg19",
        "image classification, large weights",
        _light(
            "light_vgg19.onnx",
            9_311,
            "8e547d732b3a3d66eeb8fa64a026adb994d3db552f0bbd52e436d06300d89afe",
        ),
        PinnedFile(
            "vgg19.onnx",
            574_673_068,
            "f1526b4ee722ce72604907d35ba903b3c62c5017dbbc0baa90ab3eb3de2f4859",
        ),
        (
            PinnedFile("vgg19.xml", 116_651, None),
            PinnedFile(
                "vgg19.bin",
                574_669_012,
                "23d801b9292c9c49e7762eb30de05f4b6c2e24e419d3bd2c28e516fe18844dd9",
            ),
        ),
    ),
)
"""Weights are given by coldwarm, the same everywhere; an .xml differs with the OpenVINO that
wrote it."""
