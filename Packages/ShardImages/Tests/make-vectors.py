#!/usr/bin/env python3
"""Prints ShardImagesTests/Vectors.swift: small image files, and what Pillow makes of them.

python Packages/ShardImages/Tests/make-vectors.py > Packages/ShardImages/Tests/ShardImagesTests/Vectors.swift
(Pillow 13.0.0)
"""
import base64
import io
import struct
import zlib

from PIL import Image

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, body):
    return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))


def value(x, y, c, depth):
    return (x * 53 + y * 101 + c * 67 + 29) * (257 if depth == 16 else 1) % (1 << depth)


def row_bytes(values, depth):
    if depth == 16:
        return b''.join(struct.pack('>H', v) for v in values)
    bits = ''.join(format(v, '0%db' % depth) for v in values)
    bits += '0' * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def png(width, height, depth, color, interlaced=False, extra=b'', modulus=None):
    """A PNG made by hand, for the kinds that Pillow does not write."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    raw = b''
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        xs, ys = range(x0, width, dx), range(y0, height, dy)
        for y in ys if len(xs) else []:
            numbers = [value(x, y, c, depth) for x in xs for c in range(channels)]
            if modulus:
                numbers = [n % modulus for n in numbers]
            raw += b'\0' + row_bytes(numbers, depth)
    header = struct.pack('>IIBBBBB', width, height, depth, color, 0, 0, int(interlaced))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + extra
            + chunk(b'IDAT', zlib.compress(raw, 9)) + chunk(b'IEND', b''))


def colors(count):
    return bytes((i * 37 + c * 91) % 256 for i in range(count) for c in range(3))


def image(mode, width=7, height=5):
    channels = len(Image.new(mode, (1, 1)).getbands())
    data = bytes(value(x, y, c, 8) for y in range(height) for x in range(width) for c in range(channels))
    if mode == '1':
        return image('L', width, height).point(lambda v: 255 * (v > 127)).convert('1')
    if mode == 'I;16':
        data = b''.join(struct.pack('<H', value(x, y, 0, 16)) for y in range(height) for x in range(width))
    if mode == 'P':
        picture = Image.frombytes('P', (width, height), bytes(v % 11 for v in data))
        picture.putpalette(colors(11))
        return picture
    return Image.frombytes(mode, (width, height), data)


def smooth(mode, width=17, height=13):
    channels = len(mode)
    data = bytes((x * 9 + y * 5 + c * 40) % 256 for y in range(height) for x in range(width) for c in range(channels))
    return Image.frombytes(mode, (width, height), data)


def saved(picture, kind, **options):
    output = io.BytesIO()
    picture.save(output, kind, **options)
    return output.getvalue()


files = [('png_' + mode.replace(';', ''), saved(image(mode), 'PNG')) for mode in
         ['1', 'L', 'LA', 'P', 'RGB', 'RGBA', 'I;16']]
files += [
    ('png_P_transparent', saved(image('P'), 'PNG', transparency=bytes([0, 128, 255, 7]))),
    ('png_L_transparent', saved(image('L'), 'PNG', transparency=29)),
    ('png_RGB_transparent', saved(image('RGB'), 'PNG', transparency=(29, 96, 163))),
    ('png_gray2', png(7, 5, 2, 0)),
    ('png_gray4', png(7, 5, 4, 0)),
    ('png_palette1', png(7, 5, 1, 3, extra=chunk(b'PLTE', colors(2)))),
    ('png_palette2', png(7, 5, 2, 3, extra=chunk(b'PLTE', colors(4)))),
    ('png_palette4', png(7, 5, 4, 3, extra=chunk(b'PLTE', colors(16)) + chunk(b'tRNS', bytes([9, 200])))),
    ('png_rgb16', png(7, 5, 16, 2)),
    ('png_grayalpha16', png(7, 5, 16, 4)),
    ('png_rgba16', png(7, 5, 16, 6)),
    ('png_interlaced_gray1', png(13, 9, 1, 0, interlaced=True)),
    ('png_interlaced_palette8', png(13, 9, 8, 3, interlaced=True, extra=chunk(b'PLTE', colors(256)))),
    ('png_interlaced_rgba8', png(13, 9, 8, 6, interlaced=True)),
    ('png_interlaced_gray16', png(13, 9, 16, 0, interlaced=True)),
    ('png_with_text_and_gamma', png(7, 5, 8, 2, extra=chunk(b'gAMA', struct.pack('>I', 100000))
                                    + chunk(b'tEXt', b'Comment\0a word'))),
    ('jpeg_L', saved(smooth('L'), 'JPEG')),
    ('jpeg_RGB', saved(smooth('RGB'), 'JPEG')),
    ('jpeg_RGB_444', saved(smooth('RGB'), 'JPEG', quality=95, subsampling=0)),
    ('jpeg_RGB_422', saved(smooth('RGB'), 'JPEG', quality=90, subsampling=1)),
    ('jpeg_RGB_progressive', saved(smooth('RGB'), 'JPEG', progressive=True)),
    ('jpeg_RGB_restarts', saved(smooth('RGB'), 'JPEG', restart_marker_blocks=1)),
    ('jpeg_CMYK', saved(smooth('CMYK'), 'JPEG')),
]


def literal(data):
    text = base64.b64encode(data).decode()
    if len(text) <= 180:
        return f'"{text}"'
    return '"""\n' + '\\\n'.join('      ' + text[i:i + 180] for i in range(0, len(text), 180)) + '\n      """'


print('''import Foundation
import Testing

/// A file and what Pillow 13.0.0 makes of it.
struct Vector: Sendable, CustomTestStringConvertible {
  let name: String
  let mode: String
  let width: Int
  let height: Int
  let file: [UInt8]
  /// `tobytes()` of the opened image.
  let pixels: [UInt8]
  /// `tobytes()` after `convert("RGBA")` and `convert("L")`; nil for 16-bit gray, which Pillow clips.
  let rgba: [UInt8]?
  let luma: [UInt8]?

  var testDescription: String { name }

  init(_ name: String, _ mode: String, _ size: (Int, Int), file: String, pixels: String, rgba: String?, luma: String?) {
    (self.name, self.mode, (width, height)) = (name, mode, size)
    self.file = bytes(ofBase64: file)
    self.pixels = bytes(ofBase64: pixels)
    self.rgba = rgba.map(bytes(ofBase64:))
    self.luma = luma.map(bytes(ofBase64:))
  }
}

func bytes(ofBase64 text: String) -> [UInt8] { Array(Data(base64Encoded: text) ?? Data()) }

// Printed by Packages/ShardImages/Tests/make-vectors.py with Pillow 13.0.0.
let vectors: [Vector] = [''')
for name, data in files:
    opened = Image.open(io.BytesIO(data))
    opened.load()
    wide = opened.mode == 'I;16'
    print(f'  Vector(\n    "{name}", "{opened.mode}", {opened.size},\n    file: {literal(data)},')
    print(f'    pixels: {literal(opened.tobytes())},')
    print('    rgba: ' + ('nil' if wide else literal(opened.convert('RGBA').tobytes())) + ',')
    print('    luma: ' + ('nil' if wide else literal(opened.convert('L').tobytes())) + '),')
print(']')
