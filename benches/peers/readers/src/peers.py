"""Reads frames from the standard input with zxing-cpp and zbar, and answers each with texts and times.

In: width and height as two little-endian 32-bit numbers, then the pixels. Out, a line for each reader: nanoseconds,
then the texts in hexadecimal. A reader that is not installed answers with "missing".
"""

import struct
import sys
import time

try:
    import numpy
    import zxingcpp
except ImportError:
    zxingcpp = None
try:
    from pyzbar import pyzbar
except ImportError:
    pyzbar = None


def with_zxing(pixels, width, height):
    picture = numpy.frombuffer(pixels, dtype=numpy.uint8).reshape(height, width)
    start = time.perf_counter_ns()
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return time.perf_counter_ns() - start, [code.bytes for code in found]


def with_zbar(pixels, width, height):
    start = time.perf_counter_ns()
    found = pyzbar.decode((pixels, width, height), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return time.perf_counter_ns() - start, [code.data for code in found]


readers = [with_zxing if zxingcpp else None, with_zbar if pyzbar else None]
source, target = sys.stdin.buffer, sys.stdout
while header := source.read(8):
    width, height = struct.unpack("<II", header)
    pixels = source.read(width * height)
    for reader in readers:
        if reader is None:
            print("missing", file=target)
            continue
        # The quickest of three, as for the others.
        nanoseconds, texts = min((reader(pixels, width, height) for _ in range(3)), key=lambda answer: answer[0])
        print(nanoseconds, *(text.hex() for text in texts), file=target)
    target.flush()
