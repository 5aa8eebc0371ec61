"""Reads the QR codes of pictures with zxing-cpp; prints, as JSON, the texts found in each.

Usage: read_codes.py PICTURE...
"""

import json
import sys

import zxingcpp
from PIL import Image


def texts(path):
    with Image.open(path) as picture:
        return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)]


print(json.dumps([texts(path) for path in sys.argv[1:]]))
