"""Makes the pictures beside this file, of invented pixels.

Needs `heif-enc` (Debian: libheif-examples 1.15.1) and Pillow. The files are committed, since another version of the
encoder writes other bytes; this says what is in them.

scene     left above red, right above green, left below blue, right below grey; 120 by 100 as it is meant to be seen
plain     as it is, Display P3, with a place and a camera; the camera says "turn", which a reader must not follow
tiled     lies on its side in four tiles of 64, turned upright by the file; a place, a camera that says "turn" as well
deep      ten bits, its colours named by a number (Display P3), nothing else
through   half of it shines through
palette   PNG of two colours, one bit
"""

import pathlib, struct, subprocess, sys, tempfile, zlib
from PIL import Image

HERE = pathlib.Path(__file__).parent
COLOURS = [(200, 60, 60), (60, 160, 60), (60, 60, 200), (128, 128, 128)]


def scene(mode="RGB"):
    image = Image.new(mode, (120, 100))
    for y in range(100):
        for x in range(120):
            colour = COLOURS[(x >= 60) + 2 * (y >= 50)]
            through = (128,) if mode == "RGBA" and x < 60 else (255,)
            image.putpixel((x, y), colour + (through if mode == "RGBA" else ()))
    return image


def exif(turned):
    """Which way is up, a lens of 26 mm, a place and a camera: little-endian TIFF."""
    gps = b"GPSLatitude 51.5072 N InventedCamera 3000"
    head = b"II\x2a\0\x08\0\0\0"
    ifd = struct.pack("<H", 3)
    ifd += struct.pack("<HHIHH", 0x0112, 3, 1, turned, 0)
    ifd += struct.pack("<HHII", 0x8769, 4, 1, 8 + 2 + 36 + 4)
    ifd += struct.pack("<HHII", 0x8825, 4, 1, 8 + 2 + 36 + 4 + 18)
    ifd += struct.pack("<I", 0)
    ifd += struct.pack("<HHHIHHI", 1, 0xA405, 3, 1, 26, 0, 0)
    return head + ifd + gps


def encode(image, *more, name="in.png", **save):
    with tempfile.TemporaryDirectory() as folder:
        source, target = f"{folder}/{name}", f"{folder}/out.heic"
        image.save(source, **save)
        subprocess.run(["heif-enc", *more, source, "-o", target], check=True, capture_output=True)
        return pathlib.Path(target).read_bytes()


def deep_png(image):
    """Sixteen bits a channel, which Pillow does not write."""

    def chunk(kind, holds):
        return struct.pack(">I", len(holds)) + kind + holds + struct.pack(">I", zlib.crc32(kind + holds))

    width, height = image.size
    rows = (bytes([0]) + bytes(n for v in image.tobytes()[y * width * 3 : (y + 1) * width * 3] for n in (v, v)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")


class Deep:
    """Looks like an image to `encode`."""

    def save(self, path):
        pathlib.Path(path).write_bytes(deep_png(scene()))


def boxes(data):
    at = 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + size]
        at += size


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind, version, flags, *parts):
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def with_colours(file, primaries, transfer):
    """The same file of one item, and its colours named by numbers: the encoder does not write them."""
    parts = dict(boxes(file))
    inner = dict(boxes(parts[b"meta"][4:]))
    held = dict(boxes(inner[b"iprp"]))
    count = len(list(boxes(held[b"ipco"])))
    ipco = held[b"ipco"] + box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, 6, 0x80))
    ipma = bytearray(held[b"ipma"]) + bytes([count + 1])
    ipma[10] += 1  # how many properties the only item has
    more = len(ipco) - len(held[b"ipco"]) + 1
    inner[b"iprp"] = box(b"ipco", ipco) + box(b"ipma", bytes(ipma))
    start = file.index(parts[b"mdat"])
    inner[b"iloc"] = inner[b"iloc"].replace(struct.pack(">I", start), struct.pack(">I", start + more))
    meta = box(b"meta", bytes(4), *(box(kind, holds) for kind, holds in inner.items()))
    return box(b"ftyp", parts[b"ftyp"]) + meta + box(b"mdat", parts[b"mdat"])


def tiled(icc, tile=64):
    """What an iPhone writes: tiles, a description of how they lie, a turn, a small copy is left out."""
    lying = scene().transpose(Image.Transpose.ROTATE_90)  # 100 wide, 120 high; a turn to the right makes it upright
    whole = Image.new("RGB", (tile * 2, tile * 2))
    whole.paste(lying)
    whole.paste(lying.crop((99, 0, 100, 120)).resize((28, 120)), (100, 0))
    whole.paste(whole.crop((0, 119, 128, 120)).resize((128, 8)), (0, 120))
    codes, head = [], None
    for y in (0, tile):
        for x in (0, tile):
            file = encode(whole.crop((x, y, x + tile, y + tile)), "-q", "90")
            parts = dict(boxes(file))
            codes.append(parts[b"mdat"])
            properties = dict(boxes(dict(boxes(dict(boxes(parts[b"meta"][4:]))[b"iprp"]))[b"ipco"]))
            assert head in (None, properties[b"hvcC"])
            head = properties[b"hvcC"]
    camera = struct.pack(">I", 6) + b"Exif\0\0" + exif(6)
    grid = struct.pack(">BBBBHH", 0, 0, 1, 1, 100, 120)
    items = [(1, b"hvc1"), (2, b"hvc1"), (3, b"hvc1"), (4, b"hvc1"), (5, b"grid"), (6, b"Exif")]
    infe = b"".join(full(b"infe", 2, 0, struct.pack(">HH4s", i, 0, kind), b"\0") for i, kind in items)
    properties = box(
        b"ipco",
        box(b"hvcC", head),
        full(b"ispe", 0, 0, struct.pack(">II", tile, tile)),
        full(b"ispe", 0, 0, struct.pack(">II", 100, 120)),
        box(b"colr", b"prof", icc),
        box(b"irot", bytes([3])),
    )
    has = {1: [0x81, 2, 4], 2: [0x81, 2, 4], 3: [0x81, 2, 4], 4: [0x81, 2, 4], 5: [3, 4, 0x85]}
    ipma = full(
        b"ipma", 0, 0, struct.pack(">I", len(has)),
        *(struct.pack(">HB", i, len(places)) + bytes(places) for i, places in has.items()),
    )
    refer = full(
        b"iref", 0, 0,
        box(b"dimg", struct.pack(">HH4H", 5, 4, 1, 2, 3, 4)),
        box(b"cdsc", struct.pack(">HHH", 6, 1, 5)),
    )

    def meta(start):
        ends, at = [], start
        for body in [*codes, camera]:
            ends.append((at, len(body)))
            at += len(body)
        places = b"".join(
            struct.pack(">HHHHII", i, 0, 0, 1, *ends[n]) for n, i in enumerate([1, 2, 3, 4, 6])
        ) + struct.pack(">HHHHII", 5, 1, 0, 1, 0, len(grid))
        return full(
            b"meta", 0, 0,
            full(b"hdlr", 0, 0, bytes(4), b"pict", bytes(13)),
            full(b"pitm", 0, 0, struct.pack(">H", 5)),
            full(b"iinf", 0, 0, struct.pack(">H", len(items)), infe),
            refer,
            box(b"iprp", properties, ipma),
            box(b"idat", grid),
            full(b"iloc", 1, 0, struct.pack(">BBH", 0x44, 0, 6), places),
        )

    ftyp = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    start = len(ftyp) + len(meta(0)) + 8
    return ftyp + meta(start) + box(b"mdat", *codes, camera)


def main(profile):
    icc = pathlib.Path(profile).read_bytes()
    plain = encode(scene(), "-q", "90", name="in.jpg", quality=98, subsampling=0, icc_profile=icc, exif=b"Exif\0\0" + exif(6))
    HERE.joinpath("plain.heic").write_bytes(plain)
    HERE.joinpath("tiled.heic").write_bytes(tiled(icc))
    deep = encode(Deep(), "-q", "90", "-b", "10")
    HERE.joinpath("deep.heic").write_bytes(with_colours(deep, 12, 13))
    HERE.joinpath("through.heic").write_bytes(encode(scene("RGBA"), "-q", "90"))
    image = Image.new("P", (8, 2))
    image.putpalette([220, 170, 150, 90, 60, 45])
    for at in range(16):
        image.putpixel((at % 8, at // 8), 1 if at in (1, 3, 5, 7, 8, 10, 12, 14, 15) else 0)
    image.save(HERE / "palette.png", bits=1)


main(sys.argv[1])
